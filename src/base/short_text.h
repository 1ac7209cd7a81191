// Texts of at most 32 bytes, held in registers: loaded, hashed and compared without a branch that depends on their
// length. Nearly all fields of events are that short, and their lengths cannot be predicted: a loop over the words of a
// key costs more in mispredicted branches than in work.
//
// On x86-64 a load reads 32 bytes wherever the text stands, and clears those behind it. What it reads beyond is on the
// same page as the text, so it cannot fault; a text too near to the end of its page is copied first. Sanitizers rightly
// distrust that, so builds with one take the portable way, as other processors do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WEIR_SHORT_TEXT_SSE2 1
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#undef WEIR_SHORT_TEXT_SSE2
#endif
#endif
#endif

#if defined(WEIR_SHORT_TEXT_SSE2)
#include <emmintrin.h>
#endif

namespace weir {

inline constexpr std::size_t short_text_max_bytes = 32;

// Secrets of a hash: whoever writes dumps cannot prepare texts that collide.
struct HashSecrets {
  std::array<std::uint64_t, 4> words{0x9E3779B97F4A7C15U, 0xBF58476D1CE4E5B9U, 0x94D049BB133111EBU,
                                     0xD6E8FEB86659FD93U};
};

// Those of this process, drawn anew in every run. The order of nothing may depend on them. Thread-safe.
[[nodiscard]] const HashSecrets& hash_secrets();

// Pure values; thread-safe.
class ShortText {
 public:
  // text.size() <= short_text_max_bytes; text.data() may be null when it is empty.
  [[nodiscard]] static ShortText of(std::string_view text);
  // Of a text behind which at least short_text_max_bytes may be read.
  [[nodiscard]] static ShortText of_padded(const char* text, std::size_t size);

  // Another hash for another secret. Products of two words folded to one, as in wyhash (Wang Yi, public domain).
  [[nodiscard]] std::uint64_t hash(const HashSecrets& secrets) const;
  friend bool operator==(const ShortText& a, const ShortText& b);
  // Where `byte` stands last; short_text_max_bytes when nowhere. Not for '\0'.
  [[nodiscard]] std::size_t last_of(char byte) const;

 private:
  friend class PackedText;
#if defined(WEIR_SHORT_TEXT_SSE2)
  ShortText(__m128i first, __m128i second, std::size_t size) : first_(first), second_(second), size_(size) {}
  static __m128i mask(std::size_t kept_from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(masks.data() + kept_from));
  }
  alignas(64) static constexpr std::array<std::uint8_t, 2 * short_text_max_bytes> masks = [] {
    std::array<std::uint8_t, 2 * short_text_max_bytes> bytes{};
    for (std::size_t i = 0; i < short_text_max_bytes; ++i) bytes[i] = 0xFF;
    return bytes;
  }();

  __m128i first_;
  __m128i second_;
#else
  using Words = std::array<std::uint64_t, short_text_max_bytes / sizeof(std::uint64_t)>;
  ShortText(const Words& words, std::size_t size) : words_(words), size_(size) {}

  Words words_;
#endif
  std::size_t size_;
};

inline constexpr std::size_t packed_text_max_bytes = short_text_max_bytes - 1;

// A text of 1 to packed_text_max_bytes bytes as 32 that say all of it, the last being its size: what a table keeps in
// its slots. Pure values; thread-safe.
class PackedText {
 public:
  PackedText() = default;  // none: equal to no other
  [[nodiscard]] static PackedText of(std::string_view text);

  // Another hash for another secret, and than ShortText's.
  [[nodiscard]] std::uint64_t hash(const HashSecrets& secrets) const;
  friend bool operator==(const PackedText& a, const PackedText& b);
  // Lives as long as this.
  [[nodiscard]] std::string_view text() const;

 private:
#if defined(WEIR_SHORT_TEXT_SSE2)
  PackedText(__m128i first, __m128i second) : first_(first), second_(second) {}
  __m128i first_{};
  __m128i second_{};
#else
  alignas(16) std::array<char, short_text_max_bytes> bytes_{};
#endif
};

// Whether `bytes` may be read from where a text stands, though it is shorter, because all of them are on its page.
// `text` is not null. Always false where sanitizers watch, and where no vectors are read.
[[nodiscard]] inline bool readable(const char* text, std::size_t bytes) {
#if defined(WEIR_SHORT_TEXT_SSE2)
  constexpr std::uintptr_t page_bytes = 4096;  // the least there is
  return (reinterpret_cast<std::uintptr_t>(text) & (page_bytes - 1)) <= page_bytes - bytes;
#else
  static_cast<void>(text);
  static_cast<void>(bytes);
  return false;
#endif
}

inline std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

#if defined(WEIR_SHORT_TEXT_SSE2)

inline ShortText ShortText::of_padded(const char* text, std::size_t size) {
  const auto load = [text](std::size_t at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at)); };
  return {_mm_and_si128(load(0), mask(short_text_max_bytes - size)),
          _mm_and_si128(load(sizeof(__m128i)), mask(short_text_max_bytes + sizeof(__m128i) - size)), size};
}

inline ShortText ShortText::of(std::string_view text) {
  if (text.empty() || !readable(text.data(), short_text_max_bytes)) [[unlikely]] {
    std::array<char, short_text_max_bytes> copy{};
    if (!text.empty()) std::memcpy(copy.data(), text.data(), text.size());
    return of_padded(copy.data(), text.size());
  }
  const char* data = text.data();
  __asm__("" : "+r"(data));  // of a constant, compilers know the end, and warn
  return of_padded(data, text.size());
}

inline std::uint64_t ShortText::hash(const HashSecrets& secrets) const {
  const auto low = [](__m128i two) { return static_cast<std::uint64_t>(_mm_cvtsi128_si64(two)); };
  const auto high = [&low](__m128i two) { return low(_mm_unpackhi_epi64(two, two)); };
  const auto& s = secrets.words;
  return folded_product(low(first_) ^ s[0] ^ size_, high(first_) ^ s[1]) ^
         folded_product(low(second_) ^ s[2], high(second_) ^ s[3]);
}

inline bool operator==(const ShortText& a, const ShortText& b) {
  const __m128i same = _mm_and_si128(_mm_cmpeq_epi8(a.first_, b.first_), _mm_cmpeq_epi8(a.second_, b.second_));
  return _mm_movemask_epi8(same) == 0xFFFF && a.size_ == b.size_;
}

inline std::size_t ShortText::last_of(char byte) const {
  const __m128i wanted = _mm_set1_epi8(byte);
  const auto bits = [&wanted](__m128i bytes) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
  };
  const std::uint32_t found = bits(first_) | bits(second_) << 16U;
  return found == 0 ? short_text_max_bytes : 31U - static_cast<std::size_t>(__builtin_clz(found));
}

inline PackedText PackedText::of(std::string_view text) {
  const ShortText whole = ShortText::of(text);
  return {whole.first_,
          _mm_or_si128(whole.second_, _mm_slli_si128(_mm_cvtsi64_si128(static_cast<std::int64_t>(text.size())), 15))};
}

inline std::uint64_t PackedText::hash(const HashSecrets& secrets) const {
  const auto low = [](__m128i two) { return static_cast<std::uint64_t>(_mm_cvtsi128_si64(two)); };
  const auto high = [&low](__m128i two) { return low(_mm_unpackhi_epi64(two, two)); };
  const auto& s = secrets.words;
  return folded_product(low(first_) ^ s[0], high(first_) ^ s[1]) ^
         folded_product(low(second_) ^ s[2], high(second_) ^ s[3]);
}

inline bool operator==(const PackedText& a, const PackedText& b) {
  const __m128i same = _mm_and_si128(_mm_cmpeq_epi8(a.first_, b.first_), _mm_cmpeq_epi8(a.second_, b.second_));
  return _mm_movemask_epi8(same) == 0xFFFF;
}

inline std::string_view PackedText::text() const {
  const char* const bytes = reinterpret_cast<const char*>(&first_);
  return {bytes, static_cast<unsigned char>(reinterpret_cast<const char*>(this)[packed_text_max_bytes])};
}

#else

inline PackedText PackedText::of(std::string_view text) {
  PackedText packed;
  std::memcpy(packed.bytes_.data(), text.data(), text.size());
  packed.bytes_.back() = static_cast<char>(text.size());
  return packed;
}

inline std::uint64_t PackedText::hash(const HashSecrets& secrets) const {
  std::array<std::uint64_t, short_text_max_bytes / sizeof(std::uint64_t)> words;
  std::memcpy(words.data(), bytes_.data(), bytes_.size());
  const auto& s = secrets.words;
  return folded_product(words[0] ^ s[0], words[1] ^ s[1]) ^ folded_product(words[2] ^ s[2], words[3] ^ s[3]);
}

inline bool operator==(const PackedText& a, const PackedText& b) {
  return a.bytes_ == b.bytes_;
}

inline std::string_view PackedText::text() const {
  return {bytes_.data(), static_cast<unsigned char>(bytes_.back())};
}

inline ShortText ShortText::of_padded(const char* text, std::size_t size) {
  return of({text, size});
}

inline ShortText ShortText::of(std::string_view text) {
  Words words{};
  if (!text.empty()) std::memcpy(words.data(), text.data(), text.size());
  return {words, text.size()};
}

inline std::uint64_t ShortText::hash(const HashSecrets& secrets) const {
  const auto& s = secrets.words;
  return folded_product(words_[0] ^ s[0] ^ size_, words_[1] ^ s[1]) ^
         folded_product(words_[2] ^ s[2], words_[3] ^ s[3]);
}

inline bool operator==(const ShortText& a, const ShortText& b) {
  return a.words_ == b.words_ && a.size_ == b.size_;
}

inline std::size_t ShortText::last_of(char byte) const {
  std::array<char, short_text_max_bytes> bytes;
  std::memcpy(bytes.data(), words_.data(), bytes.size());
  const std::size_t at = std::string_view(bytes.data(), size_).rfind(byte);
  return at == std::string_view::npos ? short_text_max_bytes : at;
}

#endif

}  // namespace weir
