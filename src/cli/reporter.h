// Everything that goes to stderr passes here: errors, warnings, notes, and the progress of a running command.
#pragma once

#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "weir/result.h"

namespace weir::cli {

enum class LogFormat { text, json };
enum class Verbosity { quiet, normal, verbose };  // -q: errors only; -v: details too

// Text:  "weir: cannot read events.csv: No such file or directory" and, indented below it, what to do next.
// JSON:  one object a line: {"time","level","what","where","why","next"} for an error, {"time","level","message"} for
// all
//        else; level is error, warning, info or debug; time is UTC, ISO 8601 with milliseconds. While there is a
//        request id, it follows the level.
//
// Control characters in messages never reach a terminal raw. Thread-safe; no function throws, and a stderr that is
// closed or full is no error: there is nobody left to tell. Each line is one write(2), so that lines of several
// processes do not mix.
//
// Rejected: spdlog. Its sinks know no line that is to be cleared before a message and drawn again after it, its
// formatters no structured error, and its queue no use for the few lines of a command.
class Reporter {
 public:
  // `descriptor` is borrowed. `colour` is the caller's verdict (a terminal, and no NO_COLOR).
  Reporter(LogFormat format, Verbosity verbosity, bool colour, int descriptor = 2);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  // Flags that the commands which messages advise need (see hints.h). Call it before other threads use the reporter.
  void set_hint_flags(std::string flags) { hint_flags_ = std::move(flags); }

  void error(const Error& error) noexcept;
  void warn(std::string_view text) noexcept;    // unless quiet
  void note(std::string_view text) noexcept;    // unless quiet
  void detail(std::string_view text) noexcept;  // only when verbose

  // Says in every line of JSON from now on on whose behalf it is, under the name that AWS Lambda's own lines have for
  // it; empty: on nobody's.
  void set_request_id(std::string id);

  // The line at the bottom of a terminal that shows how far a command is; an empty one takes it away. `line` is
  // printable and narrower than the terminal. Messages clear it and draw it again below themselves.
  void show_status(std::string_view line) noexcept;
  // A finished line for machines (progress as JSON), whatever the verbosity.
  void machine_line(std::string_view line) noexcept;

  [[nodiscard]] LogFormat format() const { return format_; }
  [[nodiscard]] Verbosity verbosity() const { return verbosity_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  enum class Level { error, warning, info, debug };
  void message(Level level, std::string_view text) noexcept;
  [[nodiscard]] std::string render(Level level, std::string_view text);
  [[nodiscard]] std::string render(const Error& error);
  // {"time","level"}, and the request id where there is one. Takes the lock.
  [[nodiscard]] std::string json_of(Level level, std::initializer_list<std::pair<const char*, std::string_view>> rest);
  [[nodiscard]] std::string prefix(Level level) const;
  // Writes whole lines in front of the status line. Takes the lock.
  void write_lines(std::string_view lines);

  const LogFormat format_;
  const Verbosity verbosity_;
  const bool colour_;
  const int descriptor_;
  std::string hint_flags_;
  std::mutex mutex_;
  std::string status_;      // as it stands on the terminal; guarded by mutex_
  std::string request_id_;  // guarded by mutex_
};

// True when stderr may be coloured: a terminal that is not dumb, and NO_COLOR unset or empty. Reads the environment.
[[nodiscard]] bool colour_wanted(int descriptor);

}  // namespace weir::cli
