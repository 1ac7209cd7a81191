// The hash of a key.
#pragma once

// Inline, so that a short key costs a few instructions and no call.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace weir::counting {

// Another number in every run: whoever writes dumps cannot prepare keys that collide.
[[nodiscard]] std::uint64_t hash_seed();

// XXH3. Equal keys hash equally within one run; the order of nothing may depend on it.
[[nodiscard]] inline std::uint64_t hash_key(std::string_view key, std::uint64_t seed) {
  return XXH3_64bits_withSeed(key.data(), key.size(), seed);
}

}  // namespace weir::counting
