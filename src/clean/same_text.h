// Comparing short texts without a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir {

// a == b, by words that may overlap. As fast as memcmp is slow to be called: for the texts of fields.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto differ = [&]<class Word>(Word, std::size_t at) {
    Word x;
    Word y;
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    return x != y;
  };
  const std::size_t size = a.size();
  if (size >= sizeof(std::uint64_t)) {
    for (std::size_t i = 0; i + sizeof(std::uint64_t) < size; i += sizeof(std::uint64_t)) {
      if (differ(std::uint64_t{}, i)) return false;
    }
    return !differ(std::uint64_t{}, size - sizeof(std::uint64_t));
  }
  if (size >= sizeof(std::uint32_t)) {
    return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - sizeof(std::uint32_t));
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace weir
