#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "source/file.h"
#include "source/interrupt.h"
#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr int poll_timeout_ms = 100;  // how long an interrupt may wait for a silent pipe

class Descriptor {
 public:
  explicit Descriptor(int fd, bool owned = true) : fd_(fd), owned_(owned) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (owned_ && fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
  bool owned_;
};

// A regular file: its length and times are pinned when it is opened and looked at again at its end.
class FileStream final : public ByteStream {
 public:
  FileStream(Descriptor fd, Object object, std::uint64_t offset)
      : fd_(std::move(fd)), object_(std::move(object)), offset_(offset) {
    posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);  // advice only: no harm where it is not taken
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    if (interrupted()) return interrupted_while_reading(object_.uri);
    ssize_t got = 0;
    do {
      got = pread(fd_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fail("cannot read", object_.uri, std::strerror(errno), "check the disk, then try again");
    if (got == 0) return check_end();
    offset_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }

  [[nodiscard]] const Object& object() const override { return object_; }
  // Of the file that was opened, whatever has its name by now.
  [[nodiscard]] std::string reopening_path() const override { return fmt::format("/proc/self/fd/{}", fd_.get()); }

 private:
  // Files of /proc and the like say 0 bytes and have some: their length is what was read.
  Result<std::size_t> check_end() {
    struct stat now {};
    if (fstat(fd_.get(), &now) != 0) return fail("cannot read", object_.uri, std::strerror(errno));
    const bool pinned = object_.bytes && *object_.bytes > 0;
    if (describe_file(object_.uri, now).version == object_.version && (!pinned || offset_ == *object_.bytes)) return 0;
    return fail("cannot read", object_.uri,
                fmt::format("the file was changed while being read ({} bytes when opened, {} now)",
                            object_.bytes.value_or(0), now.st_size),
                "wait until it is written, then try again");
  }

  Descriptor fd_;
  Object object_;
  std::uint64_t offset_;
};

// A pipe, FIFO, terminal or device. Waits with poll, so that a silent writer does not outlast an interrupt.
class PipeStream final : public ByteStream {
 public:
  PipeStream(Descriptor fd, std::string uri) : fd_(std::move(fd)) { object_.uri = std::move(uri); }

  Result<std::size_t> read(std::span<char> buffer) override {
    for (;;) {
      if (interrupted()) return interrupted_while_reading(object_.uri);
      pollfd waiting{fd_.get(), POLLIN, 0};
      const int ready = poll(&waiting, 1, poll_timeout_ms);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      const ssize_t got = ready < 0 ? -1 : ::read(fd_.get(), buffer.data(), buffer.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN && errno != EINTR) {
        return fail("cannot read", object_.uri == "-" ? "stdin" : object_.uri, std::strerror(errno),
                    "check what the input is connected to");
      }
    }
  }

  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  Descriptor fd_;
  Object object_;
};

Result<std::unique_ptr<ByteStream>> open_pipe(Descriptor fd, const std::string& path, std::uint64_t offset) {
  if (offset > 0) return fail("cannot resume", path, "a pipe or device can only be read from its beginning");
  return std::make_unique<PipeStream>(std::move(fd), path);
}

tl::unexpected<Error> is_directory(const std::string& path) {
  return fail("cannot read", path, "it is a directory",
              fmt::format("name a file in it, or quote a glob: '{}{}*.csv'", path, path.ends_with('/') ? "" : "/"));
}

}  // namespace

Object describe_file(const std::string& path, const struct ::stat& st) {
  Object object{path, std::nullopt, "", 0};
  if (!S_ISREG(st.st_mode)) return object;
  object.bytes = static_cast<std::uint64_t>(st.st_size);
  object.modified_ns = std::int64_t{st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
  object.version = fmt::format("{}-{}-{}", st.st_size, object.modified_ns, st.st_ino);
  return object;
}

Error file_error(const std::string& path, int error_number) {
  Error error{ErrorKind::failed, "cannot read", path, std::strerror(error_number), ""};
  if (error_number == ENOENT || error_number == ENOTDIR) {
    error.kind = ErrorKind::missing;
    error.next = path.find("://") == std::string::npos
                     ? "check the path"
                     : "it was taken for a path: only s3://, https:// and http:// name what is elsewhere";
  } else if (error_number == EACCES || error_number == EPERM) {
    error.kind = ErrorKind::access;
    error.next = "check the file's and its directories' permissions, or run as another user";
  }
  return error;
}

Result<std::optional<Object>> stat_file(const std::string& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return tl::unexpected(file_error(path, errno));
  }
  if (S_ISDIR(st.st_mode)) return is_directory(path);
  return describe_file(path, st);
}

// O_NONBLOCK, so that opening a FIFO does not wait for its writer beyond an interrupt; poll waits instead.
Result<std::unique_ptr<ByteStream>> open_file(const std::string& path, std::uint64_t offset,
                                              const std::string& version) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return tl::unexpected(file_error(path, errno));
  struct stat st {};
  if (fstat(fd.get(), &st) != 0) return tl::unexpected(file_error(path, errno));
  if (S_ISDIR(st.st_mode)) return is_directory(path);
  if (!S_ISREG(st.st_mode)) return open_pipe(std::move(fd), path, offset);
  Object object = describe_file(path, st);
  if (!version.empty() && version != object.version) {
    return fail("cannot resume", path, "the file has changed since its first part was read", "start again");
  }
  if (offset > *object.bytes) {
    return fail("cannot resume", path, fmt::format("it has {} bytes, fewer than the {} read", *object.bytes, offset));
  }
  return std::make_unique<FileStream>(std::move(fd), std::move(object), offset);
}

Result<std::unique_ptr<ByteStream>> open_stdin() {
  return std::make_unique<PipeStream>(Descriptor(STDIN_FILENO, false), "-");
}

}  // namespace weir::source
