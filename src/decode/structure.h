// Where the bytes that matter stand in a text: one bit a byte, found up to 64 bytes at a time with whatever vector
// instructions the processor has.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/simd_level.h"

namespace weir::csv {

// Bit i of word w stands for byte 64·w + i. Bits past the end of the text are 0.
struct Structure {
  std::vector<std::uint64_t> separator;  // the delimiter or LF
  std::vector<std::uint64_t> line_feed;
  std::vector<std::uint64_t> quote;
  std::vector<std::uint64_t> suspect;  // NUL, or not ASCII: the record needs a closer look
};

// Overwrites `structure`. Thread-safe (pure but for its output).
void find_structure(std::string_view block, char delimiter, SimdLevel level, Structure& structure);

// The first set bit at or after `from`, or `size`, the block's, when there is none.
[[nodiscard]] inline std::size_t next_bit(const std::vector<std::uint64_t>& bits, std::size_t from, std::size_t size) {
  std::size_t word = from >> 6;
  if (word >= bits.size()) return size;
  std::uint64_t rest = bits[word] & (~std::uint64_t{0} << (from & 63));
  while (rest == 0) {
    if (++word == bits.size()) return size;
    rest = bits[word];
  }
  return (word << 6) + static_cast<std::size_t>(std::countr_zero(rest));
}

// Whether a bit is set in [from, to). Looks no further than that, unlike next_bit().
[[nodiscard]] inline bool any_bit(const std::vector<std::uint64_t>& bits, std::size_t from, std::size_t to) {
  if (from >= to) return false;
  const std::size_t last = (to - 1) >> 6;
  std::uint64_t mask = ~std::uint64_t{0} << (from & 63);
  for (std::size_t word = from >> 6; word < last; ++word) {
    if ((bits[word] & mask) != 0) return true;
    mask = ~std::uint64_t{0};
  }
  return (bits[last] & mask & (~std::uint64_t{0} >> (63 - ((to - 1) & 63)))) != 0;
}

// The number of bits set in [from, to).
[[nodiscard]] inline std::size_t count_bits(const std::vector<std::uint64_t>& bits, std::size_t from, std::size_t to) {
  if (from >= to) return 0;
  const std::size_t last = (to - 1) >> 6;
  const std::uint64_t tail = ~std::uint64_t{0} >> (63 - ((to - 1) & 63));
  std::size_t count = 0;
  std::uint64_t mask = ~std::uint64_t{0} << (from & 63);
  for (std::size_t word = from >> 6; word < last; ++word) {
    count += static_cast<std::size_t>(std::popcount(bits[word] & mask));
    mask = ~std::uint64_t{0};
  }
  return count + static_cast<std::size_t>(std::popcount(bits[last] & mask & tail));
}

}  // namespace weir::csv
