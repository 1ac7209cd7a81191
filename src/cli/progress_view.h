// Shows how far a running command is, on stderr, while others do the work: a bar that redraws itself, lines for logs,
// or JSON for programs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/reporter.h"
#include "weir/progress.h"

namespace weir::cli {

enum class ProgressMode { automatic, bar, log, json, none };

// What is shown of one dump at one moment.
struct ProgressSample {
  std::string label;  // "2021-04", "events.csv"
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;  // 0 unknown
  std::uint64_t rows_read = 0;
  double rate_bytes_per_s = 0;  // smoothed; 0 not known yet
  double elapsed_s = 0;
  bool done = false;  // reading has ended; whether it went well is the exit code's to say
};

// Bytes per second, where what was long ago counts less and less. Not thread-safe.
class RateMeter {
 public:
  // `time_s` never goes back; bytes may start again from less (another attempt), which is not counted.
  void sample(double time_s, std::uint64_t bytes);
  [[nodiscard]] double rate_bytes_per_s() const { return rate_; }

 private:
  bool started_ = false;
  bool measured_ = false;
  double time_s_ = 0;
  std::uint64_t bytes_ = 0;
  double rate_ = 0;
};

// Seconds left; nullopt when the total or the rate is unknown. Pure, as are all below.
[[nodiscard]] std::optional<double> eta_s(const ProgressSample& sample);
[[nodiscard]] std::string format_duration(double seconds);  // 0:07 · 12:34 · 1:02:03
// "2021-04  [#####-----]  50 %  87.3/174.5 MB  112.3 MB/s  600,000 rows  ETA 0:01", at most `columns` wide: what fits
// no longer is left out, the ETA last of all but label and percent.
[[nodiscard]] std::string progress_bar(const ProgressSample& sample, std::size_t columns);
// "2021-04: 50 %, 87.3 MB of 174.5 MB, 600,000 rows, 112.3 MB/s, 0:01 left"; when done "2021-04: read 174.5 MB,
// 1,200,000 rows in 0:02".
[[nodiscard]] std::string progress_log_line(const ProgressSample& sample);
// {"progress":{"label","bytes_read","bytes_total","rows_read","rate","eta_s","done"}}; rate in bytes per second;
// bytes_total and eta_s are null while unknown.
[[nodiscard]] std::string progress_json_line(const ProgressSample& sample);

// How often, for tests to hurry it.
struct ProgressPace {
  int appear_after_ms = 300;  // so that what is quick does not flicker
  int redraw_every_ms = 100;
  int log_every_ms = 5000;
  int json_every_ms = 1000;
};

// From construction to destruction, one dump. A thread of its own reads `progress` and writes through `reporter`; both
// are borrowed and must outlive the view. The end clears the bar; log and json modes say a last line, json always, log
// when there was one before. automatic is a bar on a terminal that is not dumb, unless the reporter is quiet or speaks
// JSON; a bar that was asked for needs a terminal too. Construct and destroy it on one thread. It throws
// std::system_error when no thread can be had.
class ProgressView {
 public:
  ProgressView(Reporter& reporter, const Progress& progress, std::string label, ProgressMode mode,
               ProgressPace pace = {});
  ~ProgressView();
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  // What the mode came to: never automatic.
  [[nodiscard]] ProgressMode mode() const { return mode_; }

 private:
  void run();
  void show();
  void finish();
  [[nodiscard]] ProgressSample take_sample(bool done);

  Reporter& reporter_;
  const Progress& progress_;
  const std::string label_;
  const ProgressMode mode_;
  const ProgressPace pace_;
  RateMeter meter_;
  double started_s_ = 0;
  bool shown_ = false;
  std::mutex mutex_;
  std::condition_variable stop_asked_;
  bool stop_ = false;   // guarded by mutex_
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace weir::cli
