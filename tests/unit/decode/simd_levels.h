// The vector levels that the processor of the test has.
#pragma once

#include <vector>

#include "base/simd_level.h"

namespace weir::testing {

inline std::vector<SimdLevel> levels_here() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level : {SimdLevel::portable, SimdLevel::sse2, SimdLevel::avx2, SimdLevel::avx512}) {
    if (level <= best_simd_level()) levels.push_back(level);
  }
  return levels;
}

}  // namespace weir::testing
