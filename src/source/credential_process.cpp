#include "source/credential_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX's
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "source/credential_document.h"
#include "source/interrupt.h"
#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr const char* what = "cannot get keys from the credential_process of";
constexpr const char* next = "run the command by itself: it must print the JSON that the AWS tools document";
constexpr int usual_timeout_ms = 60'000;
constexpr int step_ms = 100;  // how long an interrupt may wait
constexpr std::size_t output_bytes_max = std::size_t{1024} * 1024;
constexpr std::size_t shown_bytes_max = 300;

// The end of a pipe; closed with its owner.
class PipeEnd {
 public:
  PipeEnd() = default;
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;
  ~PipeEnd() { close(); }
  void take(int fd) { fd_ = fd; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  PipeEnd reading, writing;
  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    reading.take(ends[0]);
    writing.take(ends[1]);
    return true;
  }
};

// A shell in a process group of its own, so that what it started ends with it.
class Shell {
 public:
  Shell() = default;
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() {
    if (child_ < 0) return;
    ::kill(-child_, SIGKILL);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  // 0, or an error number.
  int start(const std::string& command) {
    if (!out_.open() || !err_.open()) return errno;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out_.writing.fd(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err_.writing.fd(), STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t usual;
    sigemptyset(&usual);
    posix_spawnattr_setsigmask(&attributes, &usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::array<char*, 4> arguments{const_cast<char*>("sh"), const_cast<char*>("-c"),  // NOLINT: posix_spawn's type
                                   const_cast<char*>(command.c_str()), nullptr};      // NOLINT
    const int error = ::posix_spawn(&child_, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) child_ = -1;
    out_.writing.close();
    err_.writing.close();
    return error;
  }

  // Reads what it prints for up to `wait_ms`. False: both streams have ended.
  bool read(int wait_ms, ProcessOutput& output) {
    std::array<pollfd, 2> waiting{{{out_.reading.fd(), POLLIN, 0}, {err_.reading.fd(), POLLIN, 0}}};
    if (waiting[0].fd < 0 && waiting[1].fd < 0) return false;
    if (::poll(waiting.data(), waiting.size(), wait_ms) <= 0) return true;
    if (waiting[0].revents != 0) take(out_.reading, output.out);
    if (waiting[1].revents != 0) take(err_.reading, output.err);
    return true;
  }

  // Whether it has ended by now. What it left running goes on: helpers that keep logins do that.
  bool has_ended(int& status) {
    if (::waitpid(child_, &status, WNOHANG) == 0) return false;
    child_ = -1;
    return true;
  }

 private:
  static void take(PipeEnd& end, std::string& text) {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(end.fd(), buffer.data(), buffer.size());
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) end.close();
  }

  Pipe out_, err_;
  pid_t child_ = -1;
};

// Its last line, unless it is what must not be shown.
std::string last_words(const std::string& err) {
  std::string_view text = err;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (text.find("SecretAccessKey") != std::string_view::npos || text.find("SessionToken") != std::string_view::npos) {
    return "what it said is not shown: it seems to hold keys";
  }
  text = text.substr(text.rfind('\n') + 1);
  if (text.size() > shown_bytes_max) text = text.substr(text.size() - shown_bytes_max);
  return text.empty() ? "it said nothing" : fmt::format("it said: {}", text);
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return fmt::format("it was ended by signal {}", WTERMSIG(status));
  return fmt::format("it ended with exit code {}", WEXITSTATUS(status));
}

class Process final : public CredentialSource {
 public:
  Process(std::string command, std::string place) : command_(std::move(command)), place_(std::move(place)) {}

  Result<AwsCredentials> fetch() override {
    WEIR_TRY_ASSIGN(const ProcessOutput output, run_process(command_, usual_timeout_ms, place_));
    if (output.status != 0) {
      return fail(ErrorKind::access, what, place_, fmt::format("{}; {}", ending(output.status), last_words(output.err)),
                  next);
    }
    auto credentials = parse_credentials(output.out, CredentialFormat::process);
    if (!credentials) {
      return fail(ErrorKind::access, what, place_, fmt::format("what it printed is no use: {}", credentials.error()),
                  next);
    }
    if (credentials->expires_unix_s != 0 && credentials->expires_unix_s <= unix_time_s()) {
      return fail(ErrorKind::access, what, place_, "the keys it printed have run out already", next);
    }
    return *std::move(credentials);
  }
  [[nodiscard]] std::string origin() const override { return "the credential_process of " + place_; }

 private:
  const std::string command_;
  const std::string place_;
};

}  // namespace

Result<ProcessOutput> run_process(const std::string& command, int timeout_ms, const std::string& place) {
  Shell shell;
  if (const int error = shell.start(command); error != 0) {
    return fail(ErrorKind::access, what, place, std::strerror(error), "check that this system has /bin/sh");
  }
  ProcessOutput output;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (shell.read(step_ms, output)) {
    if (interrupted()) return interrupted_while_reading(place);
    if (output.out.size() + output.err.size() > output_bytes_max) {
      return fail(ErrorKind::access, what, place, "it prints more than a MiB", next);
    }
    if (std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::access, what, place, fmt::format("it takes longer than {} s", timeout_ms / 1000), next);
    }
  }
  while (!shell.has_ended(output.status)) {
    if (interrupted()) return interrupted_while_reading(place);
    if (std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::access, what, place, fmt::format("it takes longer than {} s", timeout_ms / 1000), next);
    }
    ::poll(nullptr, 0, 1);
  }
  return output;
}

std::unique_ptr<CredentialSource> credential_process(std::string command, std::string place) {
  return std::make_unique<Process>(std::move(command), std::move(place));
}

}  // namespace weir::source
