#include "cli/reporter.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/hints.h"

namespace weir::cli {
namespace {

constexpr std::string_view clear_line = "\r\x1b[K";
constexpr int full_pipe_patience_ms = 1000;

// Keeps SIGPIPE away from the calling thread while it writes: the default action would end the process, and what the
// process does about the signal elsewhere (stdout) is none of the reporter's business.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    blocked_ = pthread_sigmask(SIG_BLOCK, &pipe_, &before_) == 0;
  }
  ~NoSigpipe() {
    if (!blocked_) return;
    const timespec at_once{};
    // Only the one our own write raised.
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &at_once) == -1 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
  bool blocked_ = false;
};

// Gives up silently when nobody can read it.
void write_all(int descriptor, std::string_view text) {
  const NoSigpipe guard;
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {  // somebody made the shared descriptor non-blocking
      pollfd ready{descriptor, POLLOUT, 0};
      if (::poll(&ready, 1, full_pipe_patience_ms) <= 0) return;
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

std::string now_utc() {
  const auto now = std::chrono::system_clock::now();
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     since % 1000);
}

// Non-ASCII is escaped, so that no C1 control character gets through; bytes that are not UTF-8 become U+FFFD.
std::string json_line(const nlohmann::ordered_json& object) {
  return object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// Every line of a text made safe, those after the first indented.
std::string printable_lines(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    out += '\n';
    if (end == std::string_view::npos || end + 1 == text.size()) return out;
    text.remove_prefix(end + 1);
    out += "  ";
  }
}

}  // namespace

Reporter::Reporter(LogFormat format, Verbosity verbosity, bool colour, int descriptor)
    : format_(format), verbosity_(verbosity), colour_(colour), descriptor_(descriptor) {}

void Reporter::error(const Error& error) noexcept {
  try {
    write_lines(render(error));
  } catch (...) {  // no memory for the message; say at least that something failed
    write_all(descriptor_, "weir: failed, and out of memory\n");
  }
}

void Reporter::warn(std::string_view text) noexcept {
  if (verbosity_ != Verbosity::quiet) message(Level::warning, text);
}

void Reporter::note(std::string_view text) noexcept {
  if (verbosity_ != Verbosity::quiet) message(Level::info, text);
}

void Reporter::detail(std::string_view text) noexcept {
  if (verbosity_ == Verbosity::verbose) message(Level::debug, text);
}

void Reporter::message(Level level, std::string_view text) noexcept {
  try {
    write_lines(render(level, text));
  } catch (...) {  // no memory: the command itself is about to say so
  }
}

void Reporter::machine_line(std::string_view line) noexcept {
  try {
    write_lines(std::string(line) + "\n");
  } catch (...) {  // as above
  }
}

void Reporter::show_status(std::string_view line) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (line.empty() && status_.empty()) return;
    status_ = line;
    write_all(descriptor_, std::string(clear_line).append(status_));
  } catch (...) {  // as above
  }
}

void Reporter::write_lines(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  std::string text;
  if (!status_.empty()) text += clear_line;
  text.append(lines).append(status_);
  write_all(descriptor_, text);
}

void Reporter::set_request_id(std::string id) {
  const std::lock_guard lock(mutex_);
  request_id_ = std::move(id);
}

std::string Reporter::json_of(Level level, std::initializer_list<std::pair<const char*, std::string_view>> rest) {
  constexpr std::array<std::string_view, 4> names{"error", "warning", "info", "debug"};
  nlohmann::ordered_json object{{"time", now_utc()}, {"level", names[static_cast<std::size_t>(level)]}};
  {
    const std::lock_guard lock(mutex_);
    if (!request_id_.empty()) object["requestId"] = request_id_;
  }
  for (const auto& [name, value] : rest) object[name] = value;
  return json_line(object);
}

std::string Reporter::render(Level level, std::string_view message) {
  const std::string text = with_flags(message, hint_flags_);
  if (format_ == LogFormat::text) return prefix(level) + printable_lines(text);
  return json_of(level, {{"message", text}});
}

std::string Reporter::render(const Error& error) {
  const std::string next = with_flags(error.next, hint_flags_);
  if (format_ == LogFormat::text) {
    // A newline in a file's name is no line break of the message.
    std::string text =
        prefix(Level::error) + printable(to_string(Error{error.kind, error.what, error.where, error.why, {}}));
    text += '\n';
    if (!next.empty()) text += "  " + printable_lines(next);
    return text;
  }
  return json_of(Level::error, {{"what", error.what}, {"where", error.where}, {"why", error.why}, {"next", next}});
}

std::string Reporter::prefix(Level level) const {
  const std::string_view words = level == Level::warning ? "weir: warning:" : "weir:";
  if (!colour_) return fmt::format("{} ", words);
  constexpr std::array<std::string_view, 4> codes{"1;31", "1;33", "1", "2"};  // red, yellow, bold, dim
  return fmt::format("\x1b[{}m{}\x1b[0m ", codes[static_cast<std::size_t>(level)], words);
}

bool colour_wanted(int descriptor) {
  const char* const no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): asked once, at the start
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  return ::isatty(descriptor) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace weir::cli
