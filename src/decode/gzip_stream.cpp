#include "decode/gzip_stream.h"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "decode/gzip_header.h"

namespace weir {
namespace {

constexpr std::size_t input_bytes = std::size_t{256} << 10U;
constexpr std::size_t max_output_bytes = std::size_t{1} << 30U;  // ISA-L counts in 32 bits

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> stored)
      : stored_(std::move(stored)), input_(input_bytes), inflate_(std::make_unique<inflate_state>()) {
    start_member();
  }

  Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] const Object& object() const override { return stored_->object(); }

 private:
  void start_member() {
    header_ = GzipHeader();
    isal_inflate_init(inflate_.get());
    inflate_->crc_flag = ISAL_GZIP_NO_HDR_VER;  // isal_inflate reads and checks the trailer, we the header
  }
  // Next stored bytes; false at the end of them.
  Result<bool> refill();
  // The same where there must be more.
  Status refill_member();
  // Between two members: true when another one begins, false at the end of the file.
  Result<bool> next_member();
  Result<bool> skip_padding();
  // Takes bytes of a member's header; fails when it is none.
  Status read_header();
  // Adds plain bytes, counted in `written`, to the start of `out`; true when the member is complete.
  Result<bool> inflate_some(std::span<char> out, std::size_t& written);
  [[nodiscard]] Error corrupt(std::string why) const;
  [[nodiscard]] Error inflate_error(int code) const;
  [[nodiscard]] std::uint64_t stored_offset() const { return stored_bytes_ - available_; }

  std::unique_ptr<ByteStream> stored_;
  std::vector<char> input_;
  std::size_t next_ = 0;
  std::size_t available_ = 0;
  std::uint64_t stored_bytes_ = 0;
  bool between_members_ = false;
  bool ended_ = false;
  GzipHeader header_;
  std::unique_ptr<inflate_state> inflate_;
};

Error GzipStream::corrupt(std::string why) const {
  return Error{ErrorKind::failed, "cannot decompress", object().uri, std::move(why),
               "check the file with gzip -t, and fetch it again from where it came"};
}

Error GzipStream::inflate_error(int code) const {
  if (code == ISAL_INCORRECT_CHECKSUM) {
    return corrupt(fmt::format("the gzip member that ends near byte {} does not match its checksum", stored_offset()));
  }
  return corrupt(fmt::format("bad gzip data near byte {}", stored_offset()));
}

Result<bool> GzipStream::refill() {
  WEIR_TRY_ASSIGN(available_, stored_->read(input_));
  next_ = 0;
  stored_bytes_ += available_;
  return available_ > 0;
}

Status GzipStream::refill_member() {
  WEIR_TRY_ASSIGN(const bool more, refill());
  if (more) return {};
  return tl::unexpected<Error>(
      corrupt(fmt::format("it ends within a gzip member, after {} bytes: it is truncated", stored_bytes_)));
}

Status GzipStream::read_header() {
  while (!header_.finished()) {
    if (available_ == 0) WEIR_TRY(refill_member());
    header_.feed(static_cast<unsigned char>(input_[next_]));
    ++next_;
    --available_;
    if (!header_.error().empty()) {
      return tl::unexpected<Error>(
          corrupt(fmt::format("the gzip header near byte {} {}", stored_offset(), header_.error())));
    }
  }
  return {};
}

Result<bool> GzipStream::skip_padding() {
  const std::uint64_t padding_offset = stored_offset();
  while (true) {
    const auto begin = input_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto end = begin + static_cast<std::ptrdiff_t>(available_);
    if (std::any_of(begin, end, [](char byte) { return byte != 0; })) {
      return tl::unexpected<Error>(corrupt(
          fmt::format("after the last gzip member, from byte {}, come zero bytes and then more data", padding_offset)));
    }
    available_ = 0;
    WEIR_TRY_ASSIGN(const bool more, refill());
    if (!more) return false;
  }
}

Result<bool> GzipStream::next_member() {
  if (available_ == 0) {
    WEIR_TRY_ASSIGN(const bool more, refill());
    if (!more) return false;
  }
  const char first = input_[next_];
  if (first == 0) return skip_padding();
  if (first != '\x1f') {
    return tl::unexpected<Error>(
        corrupt(fmt::format("what follows the last gzip member, from byte {}, is not gzip", stored_offset())));
  }
  start_member();
  return true;
}

Result<bool> GzipStream::inflate_some(std::span<char> out, std::size_t& written) {
  const auto room = static_cast<std::uint32_t>(std::min(out.size(), max_output_bytes));
  inflate_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
  inflate_->avail_out = room;
  inflate_->next_in = reinterpret_cast<std::uint8_t*>(input_.data() + next_);
  inflate_->avail_in = static_cast<std::uint32_t>(available_);
  const int code = isal_inflate(inflate_.get());
  const std::size_t consumed = available_ - inflate_->avail_in;
  next_ += consumed;
  available_ = inflate_->avail_in;
  written = room - inflate_->avail_out;
  if (code < 0) return tl::unexpected<Error>(inflate_error(code));
  if (inflate_->block_state == ISAL_BLOCK_FINISH) return true;
  if (inflate_->avail_out == 0) return false;
  // With room left, only a want of input stops ISA-L.
  if (available_ > 0 && consumed == 0 && written == 0) {
    return tl::unexpected<Error>(corrupt(fmt::format("bad gzip data near byte {}", stored_offset())));
  }
  if (available_ == 0) WEIR_TRY(refill_member());
  return false;
}

Result<std::size_t> GzipStream::read(std::span<char> out) {
  std::size_t total = 0;
  while (!ended_ && total < out.size()) {
    if (between_members_) {
      WEIR_TRY_ASSIGN(const bool another, next_member());
      ended_ = !another;
      between_members_ = false;
      continue;
    }
    WEIR_TRY(read_header());
    std::size_t written = 0;
    WEIR_TRY_ASSIGN(between_members_, inflate_some(out.subspan(total), written));
    total += written;
  }
  return total;
}

}  // namespace

std::unique_ptr<ByteStream> gzip_stream(std::unique_ptr<ByteStream> stored) {
  return std::make_unique<GzipStream>(std::move(stored));
}

}  // namespace weir
