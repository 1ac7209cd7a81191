#include "cli/progress_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/text.h"

namespace weir::cli {
namespace {

constexpr double rate_memory_s = 3;      // a sample this old counts 1/e
constexpr double eta_max_s = 99 * 3600;  // more is no forecast
constexpr std::size_t label_max_columns = 32;
constexpr std::size_t bar_max_columns = 30;
constexpr std::size_t bar_min_columns = 8;
constexpr std::size_t usual_columns = 80;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool draws(int descriptor) {
  const char* const terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): weir never sets variables
  return ::isatty(descriptor) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

ProgressMode settle(ProgressMode mode, const Reporter& reporter) {
  if (mode != ProgressMode::automatic && mode != ProgressMode::bar) return mode;
  if (!draws(reporter.descriptor())) return ProgressMode::none;
  const bool unwanted = reporter.verbosity() == Verbosity::quiet || reporter.format() == LogFormat::json;
  return mode == ProgressMode::automatic && unwanted ? ProgressMode::none : ProgressMode::bar;
}

// Asked anew at each drawing, so that a resized window is respected.
std::size_t terminal_columns(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// Characters, one column each: labels are periods and names of files, seldom wider.
std::size_t columns_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

// Keeps the end, which tells one file from its neighbours.
std::string shortened(std::string_view text, std::size_t columns) {
  std::size_t width = columns_of(text);
  if (width <= columns) return std::string(text);
  std::size_t from = 0;
  for (; from < text.size() && (width + 2 > columns || continues_character(text[from])); ++from) {
    if (!continues_character(text[from])) --width;
  }
  return columns < 2 ? std::string() : std::string("..").append(text.substr(from));
}

double fraction(const ProgressSample& sample) {
  if (sample.bytes_total == 0) return 0;
  return std::min(1.0, static_cast<double>(sample.bytes_read) / static_cast<double>(sample.bytes_total));
}

std::string percent(const ProgressSample& sample) {
  return fmt::format("{} %", static_cast<int>(std::floor(fraction(sample) * 100)));
}

std::string rate(const ProgressSample& sample) {
  return format_bytes(static_cast<std::uint64_t>(sample.rate_bytes_per_s)) + "/s";
}

// "87.3/174.5 MB", "980.0 kB/174.5 MB"
std::string bytes_of_total(const ProgressSample& sample) {
  std::string read = format_bytes(sample.bytes_read);
  if (sample.bytes_total == 0) return read;
  const std::string total = format_bytes(sample.bytes_total);
  const std::size_t unit = read.find(' ');
  if (read.substr(unit) == total.substr(total.find(' '))) read.resize(unit);
  return read + "/" + total;
}

std::string bar(double filled, std::size_t columns) {
  const std::size_t inner = columns - 2;
  const auto full = static_cast<std::size_t>(filled * static_cast<double>(inner));
  return fmt::format("[{:#<{}}{:-<{}}]", "", full, "", inner - full);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!part.empty()) out += (out.empty() ? "" : "  ") + part;
  }
  return out;
}

}  // namespace

void RateMeter::sample(double time_s, std::uint64_t bytes) {
  const double passed_s = time_s - time_s_;
  if (started_ && passed_s <= 0) return;
  if (started_ && bytes >= bytes_) {
    const double rate = static_cast<double>(bytes - bytes_) / passed_s;
    const double weight = measured_ ? 1 - std::exp(-passed_s / rate_memory_s) : 1;
    rate_ += weight * (rate - rate_);
    measured_ = true;
  }
  started_ = true;
  time_s_ = time_s;
  bytes_ = bytes;
}

std::optional<double> eta_s(const ProgressSample& sample) {
  if (sample.bytes_total == 0 || sample.rate_bytes_per_s <= 0) return std::nullopt;
  const std::uint64_t left = sample.bytes_total - std::min(sample.bytes_total, sample.bytes_read);
  const double seconds = static_cast<double>(left) / sample.rate_bytes_per_s;
  return seconds <= eta_max_s ? std::optional(seconds) : std::nullopt;
}

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::max(0.0, seconds)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string progress_bar(const ProgressSample& sample, std::size_t columns) {
  const std::optional<double> eta = eta_s(sample);
  const bool total = sample.bytes_total > 0;
  const std::vector<std::string> wanted{
      shortened(printable(sample.label), std::min(label_max_columns, columns / 2)),
      total ? std::string(bar_max_columns, ' ') : "",
      total ? percent(sample) : "",
      bytes_of_total(sample),
      sample.rate_bytes_per_s > 0 ? rate(sample) : "",
      sample.rows_read > 0 ? format_count(sample.rows_read) + " rows" : "",
      eta ? fmt::format("ETA {}", format_duration(*eta)) : "",
  };
  // In the order of what one would miss most; a part that does not fit gives its room to the next.
  std::vector<std::string> parts(wanted.size());
  for (const std::size_t i : {0U, 2U, 6U, 4U, 3U, 5U}) {
    parts[i] = wanted[i];
    if (columns_of(joined(parts)) > columns) parts[i].clear();
  }
  const std::size_t used = columns_of(joined(parts)) + 2;
  if (total && used + bar_min_columns <= columns) {
    parts[1] = bar(fraction(sample), std::min(bar_max_columns, columns - used));
  }
  return joined(parts);
}

std::string progress_log_line(const ProgressSample& sample) {
  const std::string rows = format_count(sample.rows_read) + " rows";
  if (sample.done) {
    return fmt::format("{}: read {}, {} in {}", sample.label, format_bytes(sample.bytes_read), rows,
                       format_duration(sample.elapsed_s));
  }
  std::string line = sample.label + ": ";
  if (sample.bytes_total > 0) line += percent(sample) + ", ";
  line += format_bytes(sample.bytes_read);
  if (sample.bytes_total > 0) line.append(" of ").append(format_bytes(sample.bytes_total));
  line.append(", ").append(rows);
  if (sample.rate_bytes_per_s > 0) line.append(", ").append(rate(sample));
  if (const std::optional<double> eta = eta_s(sample)) line += fmt::format(", {} left", format_duration(*eta));
  return line;
}

std::string progress_json_line(const ProgressSample& sample) {
  nlohmann::ordered_json fields{{"label", sample.label},
                                {"bytes_read", sample.bytes_read},
                                {"bytes_total", nullptr},
                                {"rows_read", sample.rows_read},
                                {"rate", std::round(sample.rate_bytes_per_s)},
                                {"eta_s", nullptr},
                                {"done", sample.done}};
  if (sample.bytes_total > 0) fields["bytes_total"] = sample.bytes_total;
  if (const std::optional<double> eta = eta_s(sample)) fields["eta_s"] = std::round(*eta * 10) / 10;
  return nlohmann::ordered_json{{"progress", std::move(fields)}}.dump(-1, ' ', true,
                                                                      nlohmann::ordered_json::error_handler_t::replace);
}

ProgressView::ProgressView(Reporter& reporter, const Progress& progress, std::string label, ProgressMode mode,
                           ProgressPace pace)
    : reporter_(reporter),
      progress_(progress),
      label_(std::move(label)),
      mode_(settle(mode, reporter)),
      pace_(pace),
      started_s_(now_s()) {
  if (mode_ != ProgressMode::none) thread_ = std::thread([this] { run(); });
}

ProgressView::~ProgressView() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stop_asked_.notify_one();
  thread_.join();
  finish();
}

void ProgressView::run() {
  const auto pause = [this](int milliseconds) {
    std::unique_lock lock(mutex_);
    return !stop_asked_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return stop_; });
  };
  meter_.sample(now_s(), progress_.bytes_read);
  const int first = mode_ == ProgressMode::bar   ? pace_.appear_after_ms
                    : mode_ == ProgressMode::log ? pace_.log_every_ms
                                                 : pace_.json_every_ms;
  const int every = mode_ == ProgressMode::bar ? pace_.redraw_every_ms : first;
  for (bool more = pause(first); more; more = pause(every)) {
    try {
      show();
    } catch (...) {  // no memory to show anything: the work itself will say so
    }
  }
}

ProgressSample ProgressView::take_sample(bool done) {
  const double now = now_s();
  ProgressSample sample;
  sample.label = label_;
  sample.bytes_read = progress_.bytes_read;
  sample.bytes_total = progress_.bytes_total;
  sample.rows_read = progress_.rows_read;
  meter_.sample(now, sample.bytes_read);
  sample.rate_bytes_per_s = meter_.rate_bytes_per_s();
  sample.elapsed_s = now - started_s_;
  sample.done = done;
  return sample;
}

void ProgressView::show() {
  const ProgressSample sample = take_sample(false);
  shown_ = true;
  switch (mode_) {
    case ProgressMode::bar:
      // The last column stays free: many terminals wrap once it is written.
      reporter_.show_status(progress_bar(sample, terminal_columns(reporter_.descriptor()) - 1));
      break;
    case ProgressMode::log: reporter_.note(progress_log_line(sample)); break;
    case ProgressMode::json: reporter_.machine_line(progress_json_line(sample)); break;
    case ProgressMode::automatic:
    case ProgressMode::none: break;
  }
}

void ProgressView::finish() {
  if (mode_ == ProgressMode::bar) {
    reporter_.show_status({});
    return;
  }
  try {
    const ProgressSample sample = take_sample(true);
    if (mode_ == ProgressMode::json) reporter_.machine_line(progress_json_line(sample));
    if (mode_ == ProgressMode::log && shown_) reporter_.note(progress_log_line(sample));
  } catch (...) {  // as in run()
  }
}

}  // namespace weir::cli
