// What the bytes of key runs and tag runs are made of: numbers as LEB128, and a checksum at the end. Pure.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "count/hash.h"

namespace weir::counting {

inline void put_number(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out.push_back(static_cast<char>(number | 0x80U));
    number >>= 7U;
  }
  out.push_back(static_cast<char>(number));
}

// Takes a number from the front; nullopt: there is none.
[[nodiscard]] inline std::optional<std::uint64_t> take_number(std::string_view& rest) {
  constexpr std::size_t number_bytes_max = 10;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < std::min(rest.size(), number_bytes_max); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    number |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80) {
      rest.remove_prefix(i + 1);
      return number;
    }
  }
  return std::nullopt;
}

// A number, then so many bytes, from the front; nullopt: they are not there.
[[nodiscard]] inline std::optional<std::string_view> take_text(std::string_view& rest) {
  const auto length = take_number(rest);
  if (!length || *length > rest.size()) return std::nullopt;
  const std::string_view text = rest.substr(0, *length);
  rest.remove_prefix(*length);
  return text;
}

inline void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

// Appends the XXH3 of all before it, little endian.
inline void put_check(std::string& bytes) {
  std::uint64_t check = XXH3_64bits(bytes.data(), bytes.size());
  if constexpr (std::endian::native == std::endian::big) check = __builtin_bswap64(check);
  bytes.append(reinterpret_cast<const char*>(&check), sizeof check);
}

// What stands before the checksum; nullopt where they do not agree.
[[nodiscard]] inline std::optional<std::string_view> without_check(std::string_view bytes) {
  std::uint64_t check = 0;
  if (bytes.size() < sizeof check) return std::nullopt;
  const std::string_view checked = bytes.substr(0, bytes.size() - sizeof check);
  std::memcpy(&check, bytes.data() + checked.size(), sizeof check);
  if constexpr (std::endian::native == std::endian::big) check = __builtin_bswap64(check);
  if (check != XXH3_64bits(checked.data(), checked.size())) return std::nullopt;
  return checked;
}

}  // namespace weir::counting
