// The questions to bit maps: every vector level against the obvious loop.
#include "decode/bit_scan.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "simd_levels.h"

namespace weir::csv {
namespace {

using testing::levels_here;

bool bit(const std::vector<std::uint64_t>& bits, std::size_t i) {
  return ((bits[i / 64] >> (i % 64)) & 1U) != 0;
}

// Words of every density, from none to all bits.
std::vector<std::uint64_t> words_of(const std::vector<std::uint64_t>& noise) {
  std::vector<std::uint64_t> words{0, ~std::uint64_t{0}, 1, std::uint64_t{1} << 63U, 0xFFFF, 0x1FFFF, 0x1FF, 0xFF};
  for (std::size_t i = 0; i < noise.size(); ++i) {
    words.push_back(noise[i]);
    words.push_back(noise[i] & noise[noise.size() - 1 - i]);
  }
  return words;
}

RC_GTEST_PROP(BitScan, PositionsAreThoseOfTheSetBits, (const std::vector<std::uint64_t>& noise)) {
  const std::vector<std::uint64_t> words = words_of(noise);
  constexpr std::uint32_t origin = 1'000'000;
  std::vector<std::uint32_t> expected;
  for (std::size_t i = 0; i < 64 * words.size(); ++i) {
    if (bit(words, i)) expected.push_back(origin + static_cast<std::uint32_t>(i));
  }
  for (const SimdLevel level : levels_here()) {
    for (const auto find : {bit_positions, sparse_bit_positions}) {
      std::vector<std::uint32_t> positions(expected.size() + position_slack, 7);
      const std::size_t count = find(words, origin, level, positions);
      positions.resize(count);
      RC_ASSERT(positions == expected);
    }
  }
}

RC_GTEST_PROP(BitScan, InsideIsFromEachOpeningQuoteToTheClosingOne, (const std::vector<std::uint64_t>& noise)) {
  const std::vector<std::uint64_t> words = words_of(noise);
  for (const bool open : {false, true}) {
    bool now = open;
    std::vector<std::uint64_t> expected(words.size());
    for (std::size_t i = 0; i < 64 * words.size(); ++i) {
      now = now != bit(words, i);
      if (now) expected[i / 64] |= std::uint64_t{1} << (i % 64);
    }
    for (const SimdLevel level : levels_here()) {
      std::vector<std::uint64_t> inside(words.size());
      RC_ASSERT(find_inside(words, open, level, inside) == now);
      RC_ASSERT(inside == expected);
    }
  }
}

}  // namespace
}  // namespace weir::csv
