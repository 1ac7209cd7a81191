#include "base/text.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "weir/batch.h"

namespace weir {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

std::uint64_t load8(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Index of the first byte that is not ASCII, or text.size(). Sixteen bytes a step: dumps are nearly all ASCII.
std::size_t ascii_prefix(std::string_view text, std::size_t from) {
  std::size_t i = from;
  while (i + 16 <= text.size() && ((load8(text.data() + i) | load8(text.data() + i + 8)) & high_bits) == 0) i += 16;
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

bool in_range(unsigned char byte, unsigned low, unsigned high) {
  return byte >= low && byte <= high;
}

// Bytes of the well-formed multi-byte sequence at text[i] (table 3-7 of the Unicode standard), 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(i + k < text.size() ? text[i + k] : 0); };
  const unsigned char lead = byte(0);
  if (in_range(lead, 0xC2, 0xDF)) return in_range(byte(1), 0x80, 0xBF) ? 2 : 0;
  if (in_range(lead, 0xE0, 0xEF)) {
    const unsigned low = lead == 0xE0 ? 0xA0U : 0x80U;   // no overlongs
    const unsigned high = lead == 0xED ? 0x9FU : 0xBFU;  // no surrogates
    return in_range(byte(1), low, high) && in_range(byte(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (in_range(lead, 0xF0, 0xF4)) {
    const unsigned low = lead == 0xF0 ? 0x90U : 0x80U;   // no overlongs
    const unsigned high = lead == 0xF4 ? 0x8FU : 0xBFU;  // at most U+10FFFF
    const bool rest = in_range(byte(2), 0x80, 0xBF) && in_range(byte(3), 0x80, 0xBF);
    return in_range(byte(1), low, high) && rest ? 4 : 0;
  }
  return 0;
}

// Bytes of the character at text[i], 0 when the byte there belongs to no well-formed one.
std::size_t character_length(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]) < 0x80 ? 1 : sequence_length(text, i);
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

// Invisible characters that turn the order of a line around, or end it: a key with one could make its own count
// unreadable.
bool reorders_line(std::string_view character) {
  return character == "\xD8\x9C" ||                                       // U+061C
         (character >= "\xE2\x80\x8E" && character <= "\xE2\x80\x8F") ||  // U+200E, U+200F
         (character >= "\xE2\x80\xA8" && character <= "\xE2\x80\xAE") ||  // U+2028 to U+202E
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");    // U+2066 to U+2069
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t i = 0;
  while ((i = ascii_prefix(text, i)) < text.size()) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return text.size();
}

std::string reject_raw(std::string_view record) {
  std::string out;
  for (std::size_t i = 0; i < record.size();) {
    const std::size_t length = record[i] == '\0' ? 0 : character_length(record, i);
    const std::size_t written = length == 0 ? 4 : length;  // \xHH, or the character itself
    if (out.size() + written > reject_raw_max_bytes) break;
    if (length == 0) {
      append_escape(out, static_cast<unsigned char>(record[i]));
    } else {
      out.append(record, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = character_length(text, i);
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (c1) {
      append_escape(out, static_cast<unsigned char>(text[i + 1]));  // its code point
    } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
      append_escape(out, byte);
    } else if (length > 1 && reorders_line(text.substr(i, length))) {
      for (const char part : text.substr(i, length)) append_escape(out, static_cast<unsigned char>(part));
    } else {
      out.append(text, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::string format_count(std::uint64_t value) {
  std::string out = fmt::format("{}", value);
  for (std::size_t end = out.size(); end > 3; end -= 3) out.insert(end - 3, 1, ',');
  return out;
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  constexpr std::array<std::string_view, 6> units{"kB", "MB", "GB", "TB", "PB", "EB"};
  // Tenths of the unit, rounded once from the exact value, so that 999,960 is 1.0 MB and not 1000.0 kB.
  std::uint64_t unit = 1000;
  for (std::size_t i = 0; i < units.size(); ++i, unit *= 1000) {
    const std::uint64_t step = unit / 10;
    const std::uint64_t tenths = bytes / step + (bytes % step >= step / 2 ? 1 : 0);
    if (tenths < 10000 || i + 1 == units.size()) return fmt::format("{}.{} {}", tenths / 10, tenths % 10, units[i]);
  }
  return {};
}

}  // namespace weir
