// Any text through parse_timestamp(): no crash, and a time lies within the years that are read.
#include <cstdlib>

#include "clean/clean.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t day_us = 86'400'000'000;
  constexpr std::int64_t first_day = -719'162;  // 0001-01-01
  constexpr std::int64_t last_day = 2'932'896;  // 9999-12-31
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto time_us = weir::parse_timestamp(text);
  // A zone may shift a time by up to a day past either end.
  if (time_us && (*time_us < (first_day - 1) * day_us || *time_us >= (last_day + 2) * day_us)) std::abort();
  return 0;
}
