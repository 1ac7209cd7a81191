#include "render/display.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/text.h"
#include "render/character_width_table.h"

namespace weir::rendering {
namespace {

constexpr std::string_view ellipsis = "…";

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// The character at text[i]. A byte that begins none stands for itself.
Character character_at(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const std::string_view whole = text.substr(i, bytes);
  if (valid_utf8_prefix(whole) != bytes) return {0xFFFD, 1};
  std::uint32_t code = lead & (0xFFU >> (bytes + 1));
  for (const char byte : whole.substr(1)) code = (code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  return {code, bytes};
}

bool contains(std::span<const CodeRange> ranges, std::uint32_t code) {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &CodeRange::first);
  return after != ranges.begin() && code <= std::prev(after)->last;
}

std::size_t width_of(std::uint32_t code) {
  if (code < zero_width.front().first) return 1;
  if (contains(zero_width, code)) return 0;
  return contains(double_width, code) ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Character character = character_at(text, i);
    width += width_of(character.code);
    i += character.bytes;
  }
  return width;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (text.size() <= columns) return std::string(text);  // no character has more columns than bytes
  std::size_t width = 0;
  std::size_t kept = 0;  // bytes that leave a column for the ellipsis
  for (std::size_t i = 0; i < text.size();) {
    const Character character = character_at(text, i);
    width += width_of(character.code);
    i += character.bytes;
    if (width > columns) return columns == 0 ? std::string() : std::string(text.substr(0, kept)).append(ellipsis);
    if (width < columns) kept = i;
  }
  return std::string(text);
}

void append_left(std::string& out, std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  out += text;
  if (width < columns) out.append(columns - width, ' ');
}

void append_right(std::string& out, std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  if (width < columns) out.append(columns - width, ' ');
  out += text;
}

std::string Paint::painted(std::string_view code, std::string_view text) const {
  if (!colour_ || text.empty()) return std::string(text);
  std::string out("\x1b[");
  return out.append(code).append("m").append(text).append("\x1b[0m");
}

}  // namespace weir::rendering
