#include "ingest/content_hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <functional>
#include <utility>
#include <vector>

#include "base/temp_file.h"
#include "weir/progress.h"

namespace weir {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

class SpooledStream final : public ByteStream {
 public:
  SpooledStream(TempFile file, Object object) : file_(std::move(file)), object_(std::move(object)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    WEIR_TRY_ASSIGN(const std::size_t got, file_.read(offset_, buffer));
    offset_ += got;
    return got;
  }
  [[nodiscard]] const Object& object() const override { return object_; }
  [[nodiscard]] std::string reopening_path() const override { return file_.path(); }

 private:
  TempFile file_;
  Object object_;
  std::uint64_t offset_ = 0;
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
  WEIR_TRY_ASSIGN(TempFile file, TempFile::create("cannot keep a copy of the dump in"));
  WEIR_TRY_ASSIGN(std::string hash, hash_through(stream, [&](std::span<const char> part) { return file.write(part); }));
  Object object = stream.object();
  object.bytes = file.size();
  return Spooled{std::move(hash), std::make_unique<SpooledStream>(std::move(file), std::move(object))};
}

}  // namespace weir
