// The hash of a key.
#pragma once

// Inline, so that the call costs nothing.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

#include "base/short_text.h"

namespace weir::counting {

// Equal keys hash equally within one run; the order of nothing may depend on it. XXH3 for the keys that are not short.
[[nodiscard]] inline std::uint32_t hash_key(std::string_view key, const HashSecrets& secrets) {
  if (key.size() <= short_text_max_bytes) [[likely]] {
    return static_cast<std::uint32_t>(ShortText::of(key).hash(secrets));
  }
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(key.data(), key.size(), secrets.words[0]));
}

// Of 64 bits.
[[nodiscard]] inline std::uint64_t wide_hash(std::string_view key, const HashSecrets& secrets) {
  if (key.size() <= short_text_max_bytes) [[likely]]
    return ShortText::of(key).hash(secrets);
  return XXH3_64bits_withSeed(key.data(), key.size(), secrets.words[0]);
}

}  // namespace weir::counting
