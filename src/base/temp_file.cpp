#include "base/temp_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace weir {

std::string TempFile::folder() {
  const char* set = std::getenv("TMPDIR");
  return set != nullptr && *set != '\0' ? set : "/tmp";
}

tl::unexpected<Error> TempFile::failure() const {
  return fail(what_, folder(), std::strerror(errno), "make room there, or set TMPDIR to a folder with room for it");
}

TempFile::TempFile(TempFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), what_(std::move(other.what_)), size_(other.size_) {}

TempFile::~TempFile() {
  if (fd_ >= 0) close(fd_);
}

Result<TempFile> TempFile::create(std::string what) {
  std::string path = folder() + "/weir-spool-XXXXXX";
  TempFile file(mkostemp(path.data(), O_CLOEXEC), std::move(what));
  if (file.fd_ < 0 || unlink(path.c_str()) != 0) return file.failure();
  return file;
}

Status TempFile::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure();
    size_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> TempFile::read(std::uint64_t offset, std::span<char> buffer) const {
  for (;;) {
    const ssize_t got = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return failure();
  }
}

std::string TempFile::path() const {
  return "/proc/self/fd/" + std::to_string(fd_);
}

}  // namespace weir
