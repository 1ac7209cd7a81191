#include "decode/zstd_stream.h"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <vector>

namespace weir {
namespace {

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

class ZstdStream final : public ByteStream {
 public:
  ZstdStream(std::unique_ptr<ByteStream> stored, Context context)
      : stored_(std::move(stored)), context_(std::move(context)), input_(ZSTD_DStreamInSize()) {}

  Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] const Object& object() const override { return stored_->object(); }

 private:
  // Next stored bytes; false at the end of them.
  Result<bool> refill();
  [[nodiscard]] Error decompress_error(std::size_t code) const;

  std::unique_ptr<ByteStream> stored_;
  Context context_;
  std::vector<char> input_;
  ZSTD_inBuffer pending_{nullptr, 0, 0};
  std::uint64_t stored_bytes_ = 0;
  bool frame_complete_ = true;  // between two frames, all of the former handed out
  bool ended_ = false;
};

Result<bool> ZstdStream::refill() {
  WEIR_TRY_ASSIGN(const std::size_t got, stored_->read(input_));
  pending_ = {input_.data(), got, 0};
  stored_bytes_ += got;
  return got > 0;
}

Error ZstdStream::decompress_error(std::size_t code) const {
  if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
    return Error{ErrorKind::failed, "cannot decompress", object().uri,
                 "its zstd window is larger than 128 MiB (it was compressed with --long)",
                 "compress it again without --long, or pipe it in: zstd -dc --long=31 FILE | weir … -"};
  }
  const std::uint64_t offset = stored_bytes_ - (pending_.size - pending_.pos);
  return Error{ErrorKind::failed, "cannot decompress", object().uri,
               fmt::format("bad zstd data near byte {}: {}", offset, ZSTD_getErrorName(code)),
               "check the file with zstd -t, and fetch it again from where it came"};
}

Result<std::size_t> ZstdStream::read(std::span<char> out) {
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  while (!ended_ && output.pos < output.size) {
    // With room left in `output` zstd holds nothing back that it could give, so an empty input means: get more.
    if (pending_.pos == pending_.size) {
      WEIR_TRY_ASSIGN(const bool more, refill());
      if (!more && !frame_complete_) {
        return fail("cannot decompress", object().uri,
                    fmt::format("it ends within a zstd frame, after {} bytes: it is truncated", stored_bytes_),
                    "check the file with zstd -t, and fetch it again from where it came");
      }
      ended_ = !more;
      continue;
    }
    const std::size_t hint = ZSTD_decompressStream(context_.get(), &output, &pending_);
    if (ZSTD_isError(hint) != 0) return tl::unexpected<Error>(decompress_error(hint));
    frame_complete_ = hint == 0;
  }
  return output.pos;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> zstd_stream(std::unique_ptr<ByteStream> stored) {
  Context context(ZSTD_createDCtx());
  if (!context) {
    return fail("cannot decompress", stored->object().uri, "no memory for a zstd decompressor", "free some memory");
  }
  return std::make_unique<ZstdStream>(std::move(stored), std::move(context));
}

}  // namespace weir
