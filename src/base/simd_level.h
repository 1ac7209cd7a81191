// Which vector instructions to use. Asked once where work begins, and handed down: one binary runs on any processor,
// and tests try every level that theirs has.
#pragma once

namespace weir {

// In ascending order; each level may use what the lower ones do.
enum class SimdLevel {
  portable,  // none
  sse2,      // what every x86-64 has
  avx2,      // with BMI 1, POPCNT and PCLMUL, as every processor with AVX2 has them: Haswell, Zen
  avx512,    // with BW and VBMI2: Ice Lake, Zen 4
};

// The highest level of the processor that runs this. Thread-safe.
[[nodiscard]] SimdLevel best_simd_level();

}  // namespace weir
