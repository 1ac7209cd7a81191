// Two questions to a bit map of a block (one bit a byte, see structure.h): what is inside quotes, and where the bits
// are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/simd_level.h"

namespace weir::csv {

// Sets in `inside` the bits from each quote that opens (itself included) up to the one that closes (not included), when
// every quote opens or closes. `open`: the first bit is inside already. `inside` is as long as `quotes`, or more. Says
// whether the end is inside. Pure.
bool find_inside(std::span<const std::uint64_t> quotes, bool open, SimdLevel level, std::span<std::uint64_t> inside);

// The bits that are set, ascending: `origin` is the number of the first word's lowest bit. `positions` has room for all
// of them and position_slack more, which may be overwritten. Their count. Pure.
inline constexpr std::size_t position_slack = 64;
std::size_t bit_positions(std::span<const std::uint64_t> words, std::uint32_t origin, SimdLevel level,
                          std::span<std::uint32_t> positions);
// The same, faster where most words have one bit or none.
std::size_t sparse_bit_positions(std::span<const std::uint64_t> words, std::uint32_t origin, SimdLevel level,
                                 std::span<std::uint32_t> positions);

}  // namespace weir::csv
