#include "store/file_lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <string_view>
#include <system_error>
#include <thread>

#include "weir/progress.h"

namespace weir {
namespace {

constexpr std::chrono::milliseconds poll_interval{20};
constexpr std::chrono::seconds silence{1};  // of a wait before it is told

std::string text_of_errno(int error) {
  return std::generic_category().message(error);
}

// -1 with errno when it cannot be opened.
int open_lock_file(const LockRequest& request) {
  const int writable = ::open(request.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (writable >= 0 || request.mode == LockMode::exclusive) return writable;
  return ::open(request.path.c_str(), O_RDONLY | O_CLOEXEC);
}

// What the holder wrote: "<pid>\n<purpose>\n<since>\n". Empty when a reader holds it, or a writer that is just about to
// write.
std::string describe_holder(int descriptor) {
  std::array<char, 512> buffer{};
  const ssize_t size = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t first = text.find('\n');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\n', first + 1);
  const std::size_t third = second == std::string_view::npos ? second : text.find('\n', second + 1);
  if (third == std::string_view::npos) return "another process is reading it";
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + first, pid);
  // A killed writer leaves its name behind; whoever holds the lock then is a reader.
  if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH)) return "another process is reading it";
  return fmt::format("process {} is {}, since {}", pid, text.substr(first + 1, second - first - 1),
                     text.substr(second + 1, third - second - 1));
}

// Best effort on purpose: the lock holds without it, and a full disk must not stop a writer here.
void write_holder(int descriptor, const std::string& purpose) {
  const std::string text =
      fmt::format("{}\n{}\n{:%Y-%m-%d %H:%M:%S} UTC\n", ::getpid(), purpose, fmt::gmtime(std::time(nullptr)));
  if (::ftruncate(descriptor, 0) != 0) return;
  if (::pwrite(descriptor, text.data(), text.size(), 0) < 0) return;
}

// 0 locked, else errno.
int try_lock(int descriptor, LockMode mode) {
  const int operation = (mode == LockMode::exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  while (::flock(descriptor, operation) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

Status wait_for_lock(int descriptor, const LockRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  const auto deadline = began + std::chrono::duration<double>(request.wait_s);
  bool told = false;
  for (;;) {
    const int error = try_lock(descriptor, request.mode);
    if (error == 0) return {};
    if (error != EWOULDBLOCK) {
      return fail(request.what, request.where, fmt::format("cannot lock {}: {}", request.path, text_of_errno(error)),
                  "keep the database on a file system with file locks");
    }
    if (interrupted()) return fail(ErrorKind::interrupted, request.what, request.where, "interrupted while waiting");
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(request.what, request.where,
                  fmt::format("it is in use: {}; waited {:g} s", describe_holder(descriptor), request.wait_s),
                  "try again when it is done, or wait longer with --wait");
    }
    if (!told && request.on_wait && std::chrono::steady_clock::now() - began >= silence) {
      request.on_wait(describe_holder(descriptor));
      told = true;
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::acquire(const LockRequest& request) {
  const int descriptor = open_lock_file(request);
  std::unique_ptr<FileLock> lock(new FileLock(descriptor, LockMode::shared));
  if (descriptor < 0) {
    const int error = errno;
    if (request.mode == LockMode::shared) return lock;
    const bool refused = error == EACCES || error == EPERM || error == EROFS;
    return fail(refused ? ErrorKind::access : ErrorKind::failed, request.what, request.where,
                fmt::format("cannot open its lock file {}: {}", request.path, text_of_errno(error)),
                "whoever writes needs a writable directory beside the database");
  }
  WEIR_TRY(wait_for_lock(descriptor, request));
  lock->mode_ = request.mode;
  if (request.mode == LockMode::exclusive) write_holder(descriptor, request.purpose);
  return lock;
}

void FileLock::say(const std::string& purpose) const {
  if (descriptor_ >= 0 && mode_ == LockMode::exclusive) write_holder(descriptor_, purpose);
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  if (mode_ == LockMode::exclusive && ::ftruncate(descriptor_, 0) != 0) {
    // The next holder writes its own name; a stale one is told by its pid.
  }
  ::close(descriptor_);
}

}  // namespace weir
