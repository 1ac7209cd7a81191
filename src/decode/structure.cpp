#include "decode/structure.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace weir::csv {
namespace {

struct Word {
  std::uint64_t separator = 0;
  std::uint64_t line_feed = 0;
  std::uint64_t quote = 0;
  std::uint64_t suspect = 0;
};

Word portable_word(const char* bytes, char delimiter) {
  Word word;
  for (unsigned i = 0; i < 64; ++i) {
    const char c = bytes[i];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (c == '\n') word.line_feed |= bit;
    if (c == '\n' || c == delimiter) word.separator |= bit;
    if (c == '"') word.quote |= bit;
    if (c == '\0' || static_cast<signed char>(c) < 0) word.suspect |= bit;
  }
  return word;
}

void store(Structure& structure, std::size_t index, const Word& word) {
  structure.separator[index] = word.separator;
  structure.line_feed[index] = word.line_feed;
  structure.quote[index] = word.quote;
  structure.suspect[index] = word.suspect;
}

void portable_words(const char* bytes, std::size_t words, char delimiter, Structure& structure) {
  for (std::size_t i = 0; i < words; ++i) store(structure, i, portable_word(bytes + 64 * i, delimiter));
}

#if defined(__x86_64__)

std::uint64_t sse2_mask(__m128i equal, std::size_t shift) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(equal))) << shift;
}

void sse2_words(const char* bytes, std::size_t words, char delimiter, Structure& structure) {
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i sep = _mm_set1_epi8(delimiter);
  const __m128i quote = _mm_set1_epi8('"');
  // Signed compare: below 1 means NUL or a byte with its high bit set.
  const __m128i one = _mm_set1_epi8(1);
  for (std::size_t i = 0; i < words; ++i) {
    Word word;
    for (std::size_t part = 0; part < 4; ++part) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 64 * i + 16 * part));
      const __m128i is_lf = _mm_cmpeq_epi8(v, lf);
      word.line_feed |= sse2_mask(is_lf, 16 * part);
      word.separator |= sse2_mask(_mm_or_si128(is_lf, _mm_cmpeq_epi8(v, sep)), 16 * part);
      word.quote |= sse2_mask(_mm_cmpeq_epi8(v, quote), 16 * part);
      word.suspect |= sse2_mask(_mm_cmplt_epi8(v, one), 16 * part);
    }
    store(structure, i, word);
  }
}

__attribute__((target("avx2"))) std::uint64_t avx2_mask(__m256i low, __m256i high) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(low))) |
         static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
}

__attribute__((target("avx2"))) void avx2_words(const char* bytes, std::size_t words, char delimiter,
                                                Structure& structure) {
  const __m256i lf = _mm256_set1_epi8('\n');
  const __m256i sep = _mm256_set1_epi8(delimiter);
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i one = _mm256_set1_epi8(1);
  for (std::size_t i = 0; i < words; ++i) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 64 * i));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 64 * i + 32));
    Word word;
    word.line_feed = avx2_mask(_mm256_cmpeq_epi8(a, lf), _mm256_cmpeq_epi8(b, lf));
    word.separator = word.line_feed | avx2_mask(_mm256_cmpeq_epi8(a, sep), _mm256_cmpeq_epi8(b, sep));
    word.quote = avx2_mask(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
    word.suspect = avx2_mask(_mm256_cmpgt_epi8(one, a), _mm256_cmpgt_epi8(one, b));
    store(structure, i, word);
  }
}

__attribute__((target("avx512f,avx512bw"))) void avx512_words(const char* bytes, std::size_t words, char delimiter,
                                                              Structure& structure) {
  const __m512i lf = _mm512_set1_epi8('\n');
  const __m512i sep = _mm512_set1_epi8(delimiter);
  const __m512i quote = _mm512_set1_epi8('"');
  const __m512i one = _mm512_set1_epi8(1);
  for (std::size_t i = 0; i < words; ++i) {
    const __m512i v = _mm512_loadu_si512(bytes + 64 * i);
    Word word;
    word.line_feed = _mm512_cmpeq_epi8_mask(v, lf);
    word.separator = word.line_feed | _mm512_cmpeq_epi8_mask(v, sep);
    word.quote = _mm512_cmpeq_epi8_mask(v, quote);
    word.suspect = _mm512_cmplt_epi8_mask(v, one);
    store(structure, i, word);
  }
}

#endif

void whole_words(const char* bytes, std::size_t words, char delimiter, SimdLevel level, Structure& structure) {
#if defined(__x86_64__)
  switch (level) {
    case SimdLevel::avx512: return avx512_words(bytes, words, delimiter, structure);
    case SimdLevel::avx2: return avx2_words(bytes, words, delimiter, structure);
    case SimdLevel::sse2: return sse2_words(bytes, words, delimiter, structure);
    case SimdLevel::portable: break;
  }
#else
  static_cast<void>(level);
#endif
  portable_words(bytes, words, delimiter, structure);
}

}  // namespace

void find_structure(std::string_view block, char delimiter, SimdLevel level, Structure& structure) {
  const std::size_t whole = block.size() / 64;
  const std::size_t words = (block.size() + 63) / 64;
  structure.separator.resize(words);
  structure.line_feed.resize(words);
  structure.quote.resize(words);
  structure.suspect.resize(words);
  whole_words(block.data(), whole, delimiter, level, structure);
  if (words == whole) return;
  // The last, partial word: padded with a byte that is none of those looked for.
  std::array<char, 64> last{};
  last.fill(delimiter == 'x' ? 'y' : 'x');
  std::memcpy(last.data(), block.data() + 64 * whole, block.size() - 64 * whole);
  store(structure, whole, portable_word(last.data(), delimiter));
}

}  // namespace weir::csv
