#include "decode/gzip_header.h"

#include <isa-l/crc.h>

namespace weir {
namespace {
constexpr std::size_t fixed_bytes = 10;
constexpr unsigned has_checksum = 2;
constexpr unsigned has_extra = 4;
constexpr unsigned has_name = 8;
constexpr unsigned has_comment = 16;
constexpr unsigned reserved_flags = 0xE0;
}  // namespace

void GzipHeader::enter_after(Part part) {
  count_ = 0;
  const auto announced = [&](Part next, unsigned flag) { return part < next && (flags_ & flag) != 0; };
  if (announced(Part::extra_length, has_extra)) {
    part_ = Part::extra_length;
  } else if (part == Part::extra_length && extra_bytes_ > 0) {
    part_ = Part::extra;
  } else if (announced(Part::name, has_name)) {
    part_ = Part::name;
  } else if (announced(Part::comment, has_comment)) {
    part_ = Part::comment;
  } else if (announced(Part::checksum, has_checksum)) {
    part_ = Part::checksum;
  } else {
    part_ = Part::done;
  }
}

void GzipHeader::feed(unsigned char byte) {
  if (part_ != Part::checksum) crc_ = crc32_gzip_refl(crc_, &byte, 1);
  ++count_;
  switch (part_) {
    case Part::fixed: return feed_fixed(byte);
    case Part::extra_length:
      extra_bytes_ |= static_cast<std::uint32_t>(byte) << (8 * (count_ - 1));
      if (count_ == 2) enter_after(Part::extra_length);
      return;
    case Part::extra:
      if (count_ == extra_bytes_) enter_after(Part::extra);
      return;
    case Part::name:
    case Part::comment:
      if (byte == 0) enter_after(part_);
      return;
    case Part::checksum: return feed_checksum(byte);
    case Part::done: return;
  }
}

void GzipHeader::feed_fixed(unsigned char byte) {
  if (count_ == 1 && byte != 0x1F) error_ = "does not begin with 1f 8b";
  if (count_ == 2 && byte != 0x8B) error_ = "does not begin with 1f 8b";
  if (count_ == 3 && byte != 8) error_ = "names a compression method other than deflate";
  if (count_ == 4) {
    flags_ = byte;
    if ((flags_ & reserved_flags) != 0) error_ = "has reserved flags set";
  }
  if (count_ == fixed_bytes) enter_after(Part::fixed);
}

void GzipHeader::feed_checksum(unsigned char byte) {
  expected_ |= static_cast<std::uint32_t>(byte) << (8 * (count_ - 1));
  if (count_ < 2) return;
  if (expected_ != (crc_ & 0xFFFFU)) error_ = "does not match its checksum";
  enter_after(Part::checksum);
}

}  // namespace weir
