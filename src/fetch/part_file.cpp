#include "fetch/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace weir::fetching {
namespace {

constexpr const char* what = "cannot fetch to";
constexpr mode_t new_file_mode = 0666;  // less the umask

bool is_named(const std::string& path, const struct stat& file) {
  struct stat named {};
  return ::stat(path.c_str(), &named) == 0 && named.st_dev == file.st_dev && named.st_ino == file.st_ino;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_part(const std::string& path, const std::string& prefix) {
  constexpr std::size_t digits = 16;
  const std::string name = name_of(path);
  const std::string start = name_of(prefix);
  return name.size() == start.size() + digits && name.starts_with(start) &&
         name.find_first_not_of("0123456789abcdef", start.size()) == std::string::npos;
}

}  // namespace

PartFile::PartFile(PartFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      size_(other.size_) {}

PartFile::~PartFile() {
  if (fd_ < 0) return;
  if (size_ == 0) ::unlink(path_.c_str());  // nothing to take up later
  ::close(fd_);
}

tl::unexpected<Error> PartFile::failure() const {
  const int error_number = errno;
  const bool refused = error_number == EACCES || error_number == EPERM || error_number == EROFS;
  return fail(refused ? ErrorKind::access : ErrorKind::failed, what, target_, std::strerror(error_number),
              error_number == ENOSPC ? "make room there; the next attempt goes on where this one stopped"
                                     : "name another place: weir fetch SRC DEST");
}

Result<PartFile> PartFile::open(const std::string& path, const std::string& target) {
  for (;;) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, new_file_mode);
    PartFile file(fd, path, target);
    if (file.fd_ < 0) return file.failure();
    if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
      ::close(std::exchange(file.fd_, -1));
      return fail(what, target, "another weir is fetching the same dump to this place", "wait for it");
    }
    struct stat locked {};
    if (::fstat(file.fd_, &locked) != 0) return file.failure();
    if (is_named(path, locked)) {
      file.size_ = static_cast<std::uint64_t>(locked.st_size);
      return file;
    }
    // Between our open and our lock its owner published it: this is the finished file now, not to be touched.
    ::close(std::exchange(file.fd_, -1));
  }
}

Status PartFile::start_over() {
  if (::ftruncate(fd_, 0) != 0) return failure();
  size_ = 0;
  return {};
}

Status PartFile::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure();
    size_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> PartFile::read(std::uint64_t offset, std::span<char> buffer) const {
  for (;;) {
    const ssize_t got = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return failure();
  }
}

Status PartFile::publish() {
  if (::fsync(fd_) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) return failure();
  ::close(std::exchange(fd_, -1));
  // The name is on the disk once its directory is; where that cannot be synced the file is whole all the same.
  const int directory = ::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

void PartFile::remove() {
  ::unlink(path_.c_str());
  ::close(std::exchange(fd_, -1));
}

void remove_other_parts(const std::string& prefix, const std::string& kept) {
  std::error_code error;
  std::vector<std::string> others;
  for (std::filesystem::directory_iterator entry(directory_of(prefix), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    if (is_part(path, prefix) && name_of(path) != name_of(kept)) others.push_back(path);
  }
  for (const std::string& path : others) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) continue;
    struct stat locked {};
    const bool is_idle = ::flock(fd, LOCK_EX | LOCK_NB) == 0 && ::fstat(fd, &locked) == 0;
    if (is_idle && S_ISREG(locked.st_mode) && is_named(path, locked)) ::unlink(path.c_str());
    ::close(fd);
  }
}

}  // namespace weir::fetching
