// Quotes are found as a mask with one bit a byte, sixteen bytes at a time where there is SSE2 (every x86-64); then each
// element is a shift and a count of zeros, without a loop over its characters. All 64 bytes are looked at, however long
// the text is: a loop that ends when the text does is mispredicted more often than it saves work.
#include "clean/plain_list.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "base/short_text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir {
namespace {

constexpr std::size_t max_bytes = 64;

struct Marks {
  std::uint64_t single_quotes = 0;
  std::uint64_t double_quotes = 0;
  std::uint64_t backslashes = 0;
};

// Of the max_bytes at `bytes`.
Marks marks_of(const char* bytes) {
  Marks marks;
#if defined(__SSE2__)
  for (std::size_t at = 0; at < max_bytes; at += sizeof(__m128i)) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
    const auto equal = [&](char wanted) {
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8(wanted)));
      return std::uint64_t{static_cast<std::uint32_t>(mask)} << at;
    };
    marks.single_quotes |= equal('\'');
    marks.double_quotes |= equal('"');
    marks.backslashes |= equal('\\');
  }
#else
  for (std::size_t at = 0; at < max_bytes; ++at) {
    const auto equal = [&](char wanted) { return std::uint64_t{bytes[at] == wanted} << at; };
    marks.single_quotes |= equal('\'');
    marks.double_quotes |= equal('"');
    marks.backslashes |= equal('\\');
  }
#endif
  return marks;
}

Marks marks_of(std::string_view text) {
  Marks marks;
  if (readable(text.data(), max_bytes)) [[likely]] {
    marks = marks_of(text.data());
  } else {
    std::array<char, max_bytes> padded{};
    std::copy(text.begin(), text.end(), padded.begin());
    marks = marks_of(padded.data());
  }
  const std::uint64_t inside = ~std::uint64_t{0} >> (max_bytes - text.size());
  return {marks.single_quotes & inside, marks.double_quotes & inside, marks.backslashes & inside};
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
