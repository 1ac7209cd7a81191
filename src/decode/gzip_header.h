// The header of a gzip member (RFC 1952, section 2.3), read byte by byte.
//
// ISA-L 2.30 can read it too, but computes a wrong header checksum when the header arrives in several pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

// Feed a member's bytes from its first on until finished() or error() says stop. Value type.
class GzipHeader {
 public:
  void feed(unsigned char byte);
  [[nodiscard]] bool finished() const { return part_ == Part::done; }
  // Why this is no gzip header ("does not begin with 1f 8b"); empty when it may still be one.
  [[nodiscard]] std::string_view error() const { return error_; }

 private:
  enum class Part : std::uint8_t { fixed, extra_length, extra, name, comment, checksum, done };

  void feed_fixed(unsigned char byte);
  void feed_checksum(unsigned char byte);
  // Enters the first part after `part` that the flags announce.
  void enter_after(Part part);

  Part part_ = Part::fixed;
  std::size_t count_ = 0;  // bytes of this part so far
  std::uint8_t flags_ = 0;
  std::uint32_t extra_bytes_ = 0;
  std::uint32_t crc_ = 0;       // of everything before the checksum
  std::uint32_t expected_ = 0;  // its low 16 bits, as stored
  std::string_view error_;
};

}  // namespace weir
