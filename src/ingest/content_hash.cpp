#include "ingest/content_hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "weir/progress.h"

namespace weir {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

// An open file that has no name any more.
class TempFile {
 public:
  static Result<TempFile> create();
  TempFile(TempFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)), directory_(std::move(other.directory_)) {}
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile() {
    if (fd_ >= 0) close(fd_);
  }
  Status write(std::span<const char> bytes);
  Status rewind();
  Result<std::size_t> read(std::span<char> out);

 private:
  TempFile(int fd, std::string directory) : fd_(fd), directory_(std::move(directory)) {}
  [[nodiscard]] tl::unexpected<Error> failure() const {
    return fail("cannot keep a copy of the dump in", directory_, std::strerror(errno),
                "make room there, or set TMPDIR to a directory with room for the whole dump");
  }
  int fd_;
  std::string directory_;
};

Result<TempFile> TempFile::create() {
  const char* set = std::getenv("TMPDIR");
  const std::string directory = set != nullptr && *set != '\0' ? set : "/tmp";
  std::string path = directory + "/weir-spool-XXXXXX";
  TempFile file(mkostemp(path.data(), O_CLOEXEC), directory);
  if (file.fd_ < 0 || unlink(path.c_str()) != 0) return file.failure();
  return file;
}

Status TempFile::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure();
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status TempFile::rewind() {
  if (lseek(fd_, 0, SEEK_SET) != 0) return failure();
  return {};
}

Result<std::size_t> TempFile::read(std::span<char> out) {
  ssize_t got = 0;
  do {
    got = ::read(fd_, out.data(), out.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return failure();
  return static_cast<std::size_t>(got);
}

class SpooledStream final : public ByteStream {
 public:
  SpooledStream(TempFile file, Object object) : file_(std::move(file)), object_(std::move(object)) {}
  Result<std::size_t> read(std::span<char> buffer) override { return file_.read(buffer); }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  TempFile file_;
  Object object_;
};

struct FreeHash {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

// Hashes every byte of `stream` and hands it on.
Result<std::string> hash_through(ByteStream& stream, const std::function<Status(std::span<const char>)>& hand_on) {
  const std::unique_ptr<XXH3_state_t, FreeHash> hash(XXH3_createState());
  if (!hash) return fail("cannot read", stream.object().uri, "no memory for a content hash", "free some memory");
  XXH3_128bits_reset(hash.get());
  std::vector<char> buffer(buffer_bytes);
  while (true) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped reading", stream.object().uri, "interrupted");
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) break;
    XXH3_128bits_update(hash.get(), buffer.data(), got);
    WEIR_TRY(hand_on(std::span(buffer).first(got)));
  }
  const XXH128_hash_t digest = XXH3_128bits_digest(hash.get());
  return fmt::format("xxh3-128:{:016x}{:016x}", digest.high64, digest.low64);
}

}  // namespace

Result<std::string> content_hash_of(ByteStream& stream) {
  return hash_through(stream, [](std::span<const char>) { return Status(); });
}

Result<Spooled> spool(ByteStream& stream) {
  WEIR_TRY_ASSIGN(TempFile file, TempFile::create());
  std::uint64_t bytes = 0;
  WEIR_TRY_ASSIGN(std::string hash, hash_through(stream, [&](std::span<const char> part) {
                    bytes += part.size();
                    return file.write(part);
                  }));
  WEIR_TRY(file.rewind());
  Object object = stream.object();
  object.bytes = bytes;
  return Spooled{std::move(hash), std::make_unique<SpooledStream>(std::move(file), std::move(object))};
}

}  // namespace weir
