// Inside quotes: bit i is the parity of the quotes up to i, a carry-less product with all ones, or six shifts.
// Positions: either a loop over the set bits, unrolled so that it branches on few and likely counts only, or a vector
// of the numbers 0 to 63 that is compressed by the word.
#include "decode/bit_scan.h"

#include <array>
#include <bit>
#include <numeric>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace weir::csv {
namespace {

constexpr std::uint64_t all = ~std::uint64_t{0};
constexpr std::uint32_t word_bits = 64;

std::uint64_t parity_up_to_each(std::uint64_t word) {
  for (unsigned shift = 1; shift < word_bits; shift *= 2) word ^= word << shift;
  return word;
}

bool portable_inside(std::span<const std::uint64_t> quotes, bool open, std::span<std::uint64_t> inside) {
  std::uint64_t carry = open ? all : 0;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    inside[i] = parity_up_to_each(quotes[i]) ^ carry;
    carry = (inside[i] >> 63U) != 0 ? all : 0;
  }
  return carry != 0;
}

std::size_t portable_positions(std::span<const std::uint64_t> words, std::uint32_t origin,
                               std::span<std::uint32_t> positions) {
  std::size_t count = 0;
  for (std::uint64_t word : words) {
    for (; word != 0; word &= word - 1)
      positions[count++] = origin + static_cast<std::uint32_t>(std::countr_zero(word));
    origin += word_bits;
  }
  return count;
}

#if defined(__x86_64__)

__attribute__((target("pclmul"))) bool clmul_inside(std::span<const std::uint64_t> quotes, bool open,
                                                    std::span<std::uint64_t> inside) {
  const __m128i ones = _mm_set1_epi8(-1);
  std::uint64_t carry = open ? all : 0;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const __m128i word = _mm_cvtsi64_si128(static_cast<long long>(quotes[i]));
    const __m128i parity = _mm_clmulepi64_si128(word, ones, 0);
    inside[i] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(parity)) ^ carry;
    carry = 0 - (inside[i] >> 63U);
  }
  return carry != 0;
}

// Writes positions without asking whether they are there, eight at a time, and keeps those that are.
__attribute__((target("bmi,popcnt"))) std::size_t unrolled_positions(std::span<const std::uint64_t> words,
                                                                     std::uint32_t origin, std::uint32_t* positions) {
  std::uint32_t* out = positions;
  for (std::uint64_t word : words) {
    const auto count = static_cast<std::size_t>(std::popcount(word));
    for (std::size_t done = 0; done < count; done += 8) {
      for (std::size_t k = 0; k < 8; ++k) {
        out[done + k] = origin + static_cast<std::uint32_t>(_tzcnt_u64(word));
        word = _blsr_u64(word);
      }
    }
    out += count;
    origin += word_bits;
  }
  return static_cast<std::size_t>(out - positions);
}

// Branches only where a word has a second bit.
__attribute__((target("bmi"))) std::size_t first_and_further_positions(std::span<const std::uint64_t> words,
                                                                       std::uint32_t origin, std::uint32_t* positions) {
  std::uint32_t* out = positions;
  for (const std::uint64_t word : words) {
    *out = origin + static_cast<std::uint32_t>(_tzcnt_u64(word));
    out += word != 0 ? 1 : 0;
    for (std::uint64_t rest = _blsr_u64(word); rest != 0; rest = _blsr_u64(rest)) {
      *out++ = origin + static_cast<std::uint32_t>(_tzcnt_u64(rest));
    }
    origin += word_bits;
  }
  return static_cast<std::size_t>(out - positions);
}

// The masked forms, with every bit set, are what GCC 12's headers have without reading what is not initialised.
__attribute__((target("avx512f"))) void put_sixteen(std::uint32_t* out, __m512i base, __m128i numbers) {
  constexpr __mmask16 every = 0xFFFF;
  _mm512_storeu_si512(out, _mm512_add_epi32(base, _mm512_maskz_cvtepu8_epi32(every, numbers)));
}

__attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt"))) std::size_t compressed_positions(
    std::span<const std::uint64_t> words, std::uint32_t origin, std::uint32_t* positions) {
  alignas(64) std::array<std::uint8_t, word_bits> numbers{};
  std::iota(numbers.begin(), numbers.end(), std::uint8_t{0});
  const __m512i bytes = _mm512_load_si512(numbers.data());
  constexpr __mmask8 every = 0xF;
  std::uint32_t* out = positions;
  for (const std::uint64_t word : words) {
    const auto count = static_cast<std::size_t>(std::popcount(word));
    const __m512i found = _mm512_maskz_compress_epi8(word, bytes);
    const __m512i base = _mm512_set1_epi32(static_cast<int>(origin));
    put_sixteen(out, base, _mm512_maskz_extracti32x4_epi32(every, found, 0));
    if (count > 16) {
      put_sixteen(out + 16, base, _mm512_maskz_extracti32x4_epi32(every, found, 1));
      put_sixteen(out + 32, base, _mm512_maskz_extracti32x4_epi32(every, found, 2));
      put_sixteen(out + 48, base, _mm512_maskz_extracti32x4_epi32(every, found, 3));
    }
    out += count;
    origin += word_bits;
  }
  return static_cast<std::size_t>(out - positions);
}

#endif

}  // namespace

bool find_inside(std::span<const std::uint64_t> quotes, bool open, SimdLevel level, std::span<std::uint64_t> inside) {
#if defined(__x86_64__)
  if (level >= SimdLevel::avx2) return clmul_inside(quotes, open, inside);
#else
  static_cast<void>(level);
#endif
  return portable_inside(quotes, open, inside);
}

std::size_t bit_positions(std::span<const std::uint64_t> words, std::uint32_t origin, SimdLevel level,
                          std::span<std::uint32_t> positions) {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return compressed_positions(words, origin, positions.data());
  if (level == SimdLevel::avx2) return unrolled_positions(words, origin, positions.data());
#else
  static_cast<void>(level);
#endif
  return portable_positions(words, origin, positions);
}

std::size_t sparse_bit_positions(std::span<const std::uint64_t> words, std::uint32_t origin, SimdLevel level,
                                 std::span<std::uint32_t> positions) {
#if defined(__x86_64__)
  if (level >= SimdLevel::avx2) return first_and_further_positions(words, origin, positions.data());
#else
  static_cast<void>(level);
#endif
  return portable_positions(words, origin, positions);
}

}  // namespace weir::csv
