#include <utility>

#include "weir/tags.h"

namespace weir {
namespace {

constexpr unsigned length_bits = 7;
constexpr std::size_t length_bytes_max = 5;

}  // namespace

// The length of the first (LEB128), then both: it tells where the second begins, whatever they hold.
void append_tag_pair_key(std::string& out, std::string_view a, std::string_view b) {
  if (b < a) std::swap(a, b);
  std::size_t length = a.size();
  while (length >= 1U << length_bits) {
    out.push_back(static_cast<char>((length & 0x7FU) | 0x80U));
    length >>= length_bits;
  }
  out.push_back(static_cast<char>(length));
  out.append(a).append(b);
}

std::string tag_pair_key(std::string_view a, std::string_view b) {
  std::string key;
  append_tag_pair_key(key, a, b);
  return key;
}

std::optional<std::pair<std::string_view, std::string_view>> tag_pair_of(std::string_view key) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < key.size() && i < length_bytes_max; ++i) {
    const auto byte = static_cast<unsigned char>(key[i]);
    length |= std::size_t{byte & 0x7FU} << (length_bits * i);
    if (byte >= 0x80) continue;
    const std::string_view both = key.substr(i + 1);
    if (length > both.size()) return std::nullopt;
    return std::pair(both.substr(0, length), both.substr(length));
  }
  return std::nullopt;
}

}  // namespace weir
