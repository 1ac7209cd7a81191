#include "cli/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace weir::cli {
namespace {

constexpr mode_t new_file_mode = 0666;  // less the umask

tl::unexpected<Error> failure(const std::string& where, int error_number) {
  const bool refused = error_number == EACCES || error_number == EPERM || error_number == EROFS;
  return fail(refused ? ErrorKind::access : ErrorKind::failed, "cannot write", where, std::strerror(error_number),
              error_number == ENOSPC ? "make room there, or name another file with -o" : "name another file with -o");
}

// 0, or errno.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // a pipe that its owner made non-blocking
      pollfd room{fd, POLLOUT, 0};
      ::poll(&room, 1, -1);
      continue;
    }
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

bool is_special(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

Status write_in_place(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failure(path, errno);
  const int error_number = write_all(fd, text);
  ::close(fd);
  if (error_number != 0 && error_number != EPIPE) return failure(path, error_number);
  return {};
}

// Through a symbolic link the file it points to is replaced, not the link.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string text(real);
  std::free(real);
  return text;
}

Status write_file(const std::string& path, std::string_view text) {
  struct stat st {};
  const std::string target = resolved(path);
  const bool exists = ::stat(target.c_str(), &st) == 0;
  if (exists && S_ISDIR(st.st_mode)) return failure(path, EISDIR);
  const std::string unfinished = target + ".tmp-" + std::to_string(::getpid());
  const mode_t mode = exists ? st.st_mode & 0777U : new_file_mode;
  const int fd = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0) return failure(path, errno);
  int error_number = write_all(fd, text);
  if (::close(fd) != 0 && error_number == 0) error_number = errno;
  if (error_number == 0 && ::rename(unfinished.c_str(), target.c_str()) != 0) error_number = errno;
  if (error_number == 0) return {};
  ::unlink(unfinished.c_str());
  return failure(path, error_number);
}

}  // namespace

Status write_output(const std::optional<std::string>& file, std::string_view text) {
  if (!file || *file == "-") {
    const int error_number = write_all(STDOUT_FILENO, text);
    if (error_number != 0 && error_number != EPIPE) return failure("standard output", error_number);
    return {};
  }
  return is_special(*file) ? write_in_place(*file, text) : write_file(*file, text);
}

}  // namespace weir::cli
