#include "base/simd_level.h"

namespace weir {
namespace {

#if defined(__x86_64__)
SimdLevel detect() {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
  if (!avx2) return SimdLevel::sse2;
  const bool avx512 =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
  return avx512 ? SimdLevel::avx512 : SimdLevel::avx2;
}
#endif

}  // namespace

SimdLevel best_simd_level() {
#if defined(__x86_64__)
  static const SimdLevel level = detect();
  return level;
#else
  return SimdLevel::portable;
#endif
}

}  // namespace weir
