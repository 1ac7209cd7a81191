#include "store/duckdb/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "weir/period.h"

namespace weir::duck {
namespace {

__extension__ using Huge = unsigned __int128;

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_s = 86'400;

// ".5", nothing for 0. `digits`: how many the whole fraction has.
std::string fraction_text(std::int64_t fraction, int digits) {
  if (fraction == 0) return {};
  std::string text = fmt::format(".{:0{}}", fraction, digits);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string clock_text(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::string huge_text(std::uint64_t lower, std::int64_t upper, bool is_signed) {
  constexpr unsigned half_bits = 64;
  Huge value = (static_cast<Huge>(static_cast<std::uint64_t>(upper)) << half_bits) | lower;
  const bool negative = is_signed && upper < 0;
  if (negative) value = Huge{0} - value;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  if (negative) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

std::string with_decimals(std::string digits, unsigned decimals) {
  if (decimals == 0) return digits;
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  if (digits.size() - sign <= decimals) digits.insert(sign, decimals + 1 - (digits.size() - sign), '0');
  digits.insert(digits.size() - decimals, ".");
  return digits;
}

std::string date_text(std::int32_t days) {
  if (days == std::numeric_limits<std::int32_t>::max()) return "infinity";
  if (days == -std::numeric_limits<std::int32_t>::max()) return "-infinity";
  const CivilDate date = to_civil(days);
  if (date.year > 0) return format_day(days);
  return fmt::format("{:04}-{:02}-{:02} BC", 1 - date.year, date.month, date.day);
}

std::string time_text(std::int64_t us) {
  return clock_text(us / second_us) + fraction_text(us % second_us, 6);
}

std::string moment_text(std::int64_t units, std::int64_t units_a_second) {
  if (units == std::numeric_limits<std::int64_t>::max()) return "infinity";
  if (units == -std::numeric_limits<std::int64_t>::max()) return "-infinity";
  std::int64_t seconds = units / units_a_second;
  std::int64_t fraction = units % units_a_second;
  if (fraction < 0) {
    --seconds;
    fraction += units_a_second;
  }
  std::int64_t days = seconds / day_s;
  if (seconds % day_s < 0) --days;
  int digits = 0;
  for (std::int64_t power = 1; power < units_a_second; power *= 10) ++digits;
  return fmt::format("{}T{}{}Z", format_day(static_cast<std::int32_t>(days)), clock_text(seconds - days * day_s),
                     fraction_text(fraction, digits));
}

std::string interval_text(std::int32_t months, std::int32_t days, std::int64_t us) {
  constexpr std::int32_t year_months = 12;
  std::string text;
  const auto add = [&](std::int32_t number, const char* one, const char* several) {
    if (number != 0) text += fmt::format("{}{} {}", text.empty() ? "" : " ", number, number == 1 ? one : several);
  };
  add(months / year_months, "year", "years");
  add(months % year_months, "mon", "mons");
  add(days, "day", "days");
  if (us != 0 || text.empty()) {
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", us < 0 ? "-" : "", time_text(std::abs(us)));
  }
  return text;
}

std::string uuid_text(std::uint64_t lower, std::int64_t upper) {
  constexpr std::uint64_t flipped = std::uint64_t{1} << 63;  // so that they sort as numbers
  const std::uint64_t high = static_cast<std::uint64_t>(upper) ^ flipped;
  std::string text = fmt::format("{:016x}{:016x}", high, lower);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
  return text;
}

std::string bytes_text(std::string_view bytes) {
  std::string text = "\\x";
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

}  // namespace weir::duck
