// The bit maps: every vector level against the obvious loop.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "decode/structure.h"
#include "simd_levels.h"

namespace weir::csv {
namespace {

using testing::levels_here;

bool bit(const std::vector<std::uint64_t>& bits, std::size_t i) {
  return ((bits[i / 64] >> (i % 64)) & 1U) != 0;
}

// Every bit of every map says what it should, and none is set past the end.
void expect_right(const std::string& block, char delimiter, SimdLevel level) {
  Structure structure;
  // Leftovers of a longer block must not shine through.
  find_structure(std::string(block.size() + 200, '\n'), delimiter, level, structure);
  find_structure(block, delimiter, level, structure);
  ASSERT_EQ(structure.quote.size(), (block.size() + 63) / 64);
  for (std::size_t i = 0; i < structure.quote.size() * 64; ++i) {
    const bool inside = i < block.size();
    const char c = inside ? block[i] : 'x';
    ASSERT_EQ(bit(structure.separator, i), inside && (c == delimiter || c == '\n')) << i;
    ASSERT_EQ(bit(structure.line_feed, i), inside && c == '\n') << i;
    ASSERT_EQ(bit(structure.quote, i), inside && c == '"') << i;
    ASSERT_EQ(bit(structure.suspect, i), inside && (c == '\0' || static_cast<unsigned char>(c) >= 0x80)) << i;
  }
}

TEST(Structure, EveryByteAtEveryPlaceOfAWord) {
  for (const SimdLevel level : levels_here()) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string block(130, 'a');
      for (const std::size_t at : {0U, 15U, 16U, 31U, 32U, 63U, 64U, 100U, 129U}) block[at] = static_cast<char>(byte);
      expect_right(block, ';', level);
      if (HasFatalFailure()) FAIL() << "byte " << byte << ", level " << static_cast<int>(level);
    }
  }
}

TEST(Structure, ADelimiterThatLooksLikePadding) {
  for (const SimdLevel level : levels_here()) {
    expect_right("axbxc", 'x', level);
    expect_right("aybyc", 'y', level);
  }
}

RC_GTEST_PROP(Structure, AllLevelsAgreeWithTheLoop, (const std::string& text)) {
  const auto repeats = *rc::gen::inRange(1, 12);
  std::string block;
  for (int i = 0; i < repeats; ++i) block += text + "\n\",;\xC3\xA9";
  for (const SimdLevel level : levels_here()) expect_right(block, ',', level);
  RC_ASSERT(!::testing::Test::HasFatalFailure());
}

RC_GTEST_PROP(Structure, BitQueriesAgreeWithTheLoop, (const std::vector<std::uint64_t>& words, std::uint64_t sparse)) {
  std::vector<std::uint64_t> bits(words);
  for (std::uint64_t& word : bits) word &= sparse;
  const std::size_t size = bits.size() * 64;
  const std::size_t from = *rc::gen::inRange<std::size_t>(0, size + 1);
  const std::size_t to = *rc::gen::inRange<std::size_t>(0, size + 1);
  std::size_t first = from;
  while (first < size && !bit(bits, first)) ++first;
  std::size_t count = 0;
  for (std::size_t i = from; i < to; ++i) count += bit(bits, i) ? 1U : 0U;
  RC_ASSERT(next_bit(bits, from, size) == first);
  RC_ASSERT(count_bits(bits, from, to) == count);
  RC_ASSERT(any_bit(bits, from, to) == (count != 0));
}

}  // namespace
}  // namespace weir::csv
