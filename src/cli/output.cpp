#include "cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "weir/progress.h"

namespace weir::cli {
namespace {

constexpr mode_t new_file_mode = 0666;  // less the umask

tl::unexpected<Error> failure(const std::string& where, int error_number) {
  const bool refused = error_number == EACCES || error_number == EPERM || error_number == EROFS;
  return fail(refused ? ErrorKind::access : ErrorKind::failed, "cannot write", where, std::strerror(error_number),
              error_number == ENOSPC ? "make room there, or name another file with -o" : "name another file with -o");
}

// 0, or errno; EINTR when interrupted while the reader keeps it waiting. What poll() promises room for never blocks, so
// that an interrupt is not slept through.
int write_all(int fd, std::string_view text) {
  constexpr int look_ms = 50;
  while (!text.empty()) {
    pollfd room{fd, POLLOUT, 0};
    if (::poll(&room, 1, look_ms) <= 0) {
      if (interrupted()) return EINTR;
      continue;
    }
    const ssize_t written = ::write(fd, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

bool is_special(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

// Through a symbolic link the file it points to is replaced, not the link.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string text(real);
  std::free(real);
  return text;
}

}  // namespace

Result<std::unique_ptr<OutputStream>> OutputStream::open(const std::optional<std::string>& file) {
  if (!file || *file == "-") return std::unique_ptr<OutputStream>(new OutputStream(STDOUT_FILENO, "standard output"));
  if (!is_special(*file)) return replace(*file);
  const int fd = ::open(file->c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failure(*file, errno);
  return std::unique_ptr<OutputStream>(new OutputStream(fd, *file));
}

Result<std::unique_ptr<OutputStream>> OutputStream::replace(const std::string& path) {
  struct stat st {};
  const std::string target = resolved(path);
  const bool exists = ::stat(target.c_str(), &st) == 0;
  if (exists && S_ISDIR(st.st_mode)) return failure(path, EISDIR);
  const std::string unfinished = target + ".tmp-" + std::to_string(::getpid());
  const mode_t mode = exists ? st.st_mode & 0777U : new_file_mode;
  const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0) return failure(path, errno);
  std::unique_ptr<OutputStream> stream(new OutputStream(fd, path));
  stream->target_ = target;
  stream->unfinished_ = unfinished;
  return stream;
}

OutputStream::~OutputStream() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

Result<bool> OutputStream::write(std::string_view text) {
  const int error_number = write_all(descriptor_, text);
  if (error_number == 0) return true;
  if (error_number == EPIPE && target_.empty()) return false;
  if (error_number == EINTR) return fail(ErrorKind::interrupted, "cannot write", shown_, "interrupted");
  return failure(shown_, error_number);
}

Status OutputStream::finish() {
  if (target_.empty()) return {};
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) return failure(shown_, errno);
  if (::rename(unfinished_.c_str(), target_.c_str()) != 0) return failure(shown_, errno);
  unfinished_.clear();
  return {};
}

Status write_output(const std::optional<std::string>& file, std::string_view text) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<OutputStream> stream, OutputStream::open(file));
  WEIR_TRY(stream->write(text));
  return stream->finish();
}

}  // namespace weir::cli
