#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "decode/decode.h"
#include "decode/gzip_stream.h"
#include "decode/magic.h"
#include "decode/read_ahead.h"
#include "decode/zstd_stream.h"

namespace weir {
namespace {

struct FreeHash {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
using Hash = std::unique_ptr<XXH3_state_t, FreeHash>;

// The stored bytes, counted and hashed as they pass. The first few are looked at before anybody reads.
class MeteredStream final : public ByteStream {
 public:
  // `hash` is null when no hash is wanted; else `content_hash` receives it.
  MeteredStream(std::unique_ptr<ByteStream> stored, Progress* progress, Hash hash, std::string* content_hash)
      : stored_(std::move(stored)), progress_(progress), hash_(std::move(hash)), content_hash_(content_hash) {}

  // The first magic_bytes bytes, or all when the object is shorter. Call once, before the first read().
  Result<std::string_view> peek() {
    while (peeked_ < first_.size()) {
      WEIR_TRY_ASSIGN(const std::size_t got, take(std::span(first_).subspan(peeked_)));
      if (got == 0) break;
      peeked_ += got;
    }
    return std::string_view(first_.data(), peeked_);
  }

  Result<std::size_t> read(std::span<char> out) override {
    if (replayed_ == peeked_) return take(out);
    const std::size_t count = std::min(out.size(), peeked_ - replayed_);
    std::memcpy(out.data(), first_.data() + replayed_, count);
    replayed_ += count;
    return count;
  }
  [[nodiscard]] const Object& object() const override { return stored_->object(); }
  [[nodiscard]] std::string reopening_path() const override { return stored_->reopening_path(); }

 private:
  Result<std::size_t> take(std::span<char> out) {
    if (ended_) return 0;  // a stream is not asked again after its end
    WEIR_TRY_ASSIGN(const std::size_t got, stored_->read(out));
    if (got == 0) {
      finish();
    } else {
      if (progress_ != nullptr) progress_->bytes_read.fetch_add(got, std::memory_order_relaxed);
      if (hash_) XXH3_128bits_update(hash_.get(), out.data(), got);
    }
    return got;
  }

  void finish() {
    ended_ = true;
    if (!hash_) return;
    const XXH128_hash_t digest = XXH3_128bits_digest(hash_.get());
    *content_hash_ = fmt::format("xxh3-128:{:016x}{:016x}", digest.high64, digest.low64);
  }

  std::unique_ptr<ByteStream> stored_;
  Progress* progress_;
  Hash hash_;
  std::string* content_hash_;
  std::array<char, magic_bytes> first_{};
  std::size_t peeked_ = 0;
  std::size_t replayed_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<Decompressed> decompress(std::unique_ptr<ByteStream> stored, Progress* progress, std::string* content_hash) {
  const std::string uri = stored->object().uri;
  Hash hash;
  if (content_hash != nullptr) {
    hash.reset(XXH3_createState());
    if (!hash) return fail("cannot read", uri, "no memory for a content hash", "free some memory");
    XXH3_128bits_reset(hash.get());
  }
  auto metered = std::make_unique<MeteredStream>(std::move(stored), progress, std::move(hash), content_hash);
  WEIR_TRY_ASSIGN(const std::string_view first_bytes, metered->peek());
  const Magic magic = tell_format(first_bytes);
  switch (magic.format) {
    case Format::plain: return Decompressed{std::move(metered)};
    case Format::parquet: return Decompressed{std::move(metered), true};
    case Format::gzip: {
      WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> plain, read_ahead(gzip_stream(std::move(metered))));
      return Decompressed{std::move(plain)};
    }
    case Format::zstd: {
      WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> frames, zstd_stream(std::move(metered)));
      WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> plain, read_ahead(std::move(frames)));
      return Decompressed{std::move(plain)};
    }
    case Format::unreadable: break;
  }
  return fail("cannot read", uri,
              fmt::format("it is {}; weir reads CSV, plain or as gzip or zstd, and Parquet", magic.name),
              std::string(magic.remedy));
}

}  // namespace weir
