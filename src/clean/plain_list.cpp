// Quotes are found eight bytes at a time (Warren, "Hacker's Delight", section 6-1: find a zero byte), as a mask with
// one bit a byte; then each element is a shift and a count of zeros, without a loop over its characters.
#include "clean/plain_list.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace weir {
namespace {

static_assert(std::endian::native == std::endian::little, "bit i of a mask is byte i of memory");

constexpr std::size_t max_bytes = 64;
constexpr std::uint64_t every_byte = 0x0101010101010101ULL;
constexpr std::uint64_t low_bits = 0x7F * every_byte;

// One bit for each of the word's bytes that equals `wanted`, exactly.
std::uint64_t equal_bytes(std::uint64_t word, char wanted) {
  const std::uint64_t difference = word ^ (every_byte * static_cast<unsigned char>(wanted));
  const std::uint64_t zero = ~(((difference & low_bits) + low_bits) | difference | low_bits);
  return ((zero >> 7U) * 0x0102040810204080ULL) >> 56U;
}

struct Marks {
  std::uint64_t single_quotes = 0;
  std::uint64_t double_quotes = 0;
  std::uint64_t backslashes = 0;
};

Marks marks_of(std::string_view text) {
  std::array<char, max_bytes> padded{};
  std::memcpy(padded.data(), text.data(), text.size());
  Marks marks;
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, padded.data() + i, sizeof word);
    marks.single_quotes |= equal_bytes(word, '\'') << i;
    marks.double_quotes |= equal_bytes(word, '"') << i;
    marks.backslashes |= equal_bytes(word, '\\') << i;
  }
  return marks;
}

}  // namespace

bool read_plain_list(std::string_view text, std::vector<std::string_view>& values) {
  if (text.size() > max_bytes || text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  const Marks marks = marks_of(text);
  if (marks.backslashes != 0) return false;
  const std::size_t begin = values.size();
  const std::size_t last = text.size() - 1;  // of the bracket
  for (std::size_t i = 1; i < last;) {
    const std::uint64_t quotes = text[i] == '\'' ? marks.single_quotes : text[i] == '"' ? marks.double_quotes : 0;
    const std::uint64_t later = quotes >> i >> 1U;
    if (later == 0) break;
    const auto length = static_cast<std::size_t>(std::countr_zero(later));
    values.push_back(text.substr(i + 1, length));
    i += length + 2;  // past the closing quote
    if (i == last) return true;
    if (text[i] != ',') break;
    i += text[i + 1] == ' ' ? 2U : 1U;
    if (i >= last) break;  // a trailing comma
  }
  values.resize(begin);
  return false;
}

}  // namespace weir
