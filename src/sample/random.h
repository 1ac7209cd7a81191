// Randomness that is the same on every machine: SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
// Generators", 2014), integers only.
#pragma once

#include <cstdint>

namespace weir::sample {

// Well spread bits of a number: equal for equal numbers.
[[nodiscard]] constexpr std::uint64_t scatter(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

// Upper half of the 128-bit product.
[[nodiscard]] constexpr std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(a) * b) >> 64U);
}

// A sequence of random numbers. Value type.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(scatter(seed)) {}
  constexpr std::uint64_t next() { return scatter(state_ += 0x9E3779B97F4A7C15ULL); }
  // 0 to count - 1, all alike.
  constexpr std::uint64_t below(std::uint64_t count) { return multiply_high(next(), count); }
  // True once in `count` times, on the average.
  constexpr bool one_in(std::uint64_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

// Ranks 0 to count - 1 by a power law, from one random number: rank r has the weight (r + 1)^-1/2 (squared) or,
// steeper, (r + 1)^-2/3 (cubed). u^2 and u^3 invert the distribution functions x^1/2 and x^1/3 in integers, where pow()
// would differ between C libraries.
[[nodiscard]] constexpr std::uint64_t rank_squared(std::uint64_t random, std::uint64_t count) {
  return multiply_high(multiply_high(random, random), count);
}
[[nodiscard]] constexpr std::uint64_t rank_cubed(std::uint64_t random, std::uint64_t count) {
  return multiply_high(multiply_high(multiply_high(random, random), random), count);
}

}  // namespace weir::sample
