#include "base/moment.h"

#include "weir/period.h"

namespace weir {
namespace {

// Takes `digits` digits off the front of `text`; -1 when it does not begin with them.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// ".5" → 500000; further digits than microseconds are cut, as they are where timestamps are read. -1: no fraction.
std::int64_t take_fraction_us(std::string_view& text) {
  if (!take(text, '.') || text.empty()) return -1;
  std::int64_t us = 0;
  std::int64_t unit = 100'000;
  while (!text.empty()) {
    const int digit = take_number(text, 1);
    if (digit < 0) return -1;
    us += digit * unit;
    unit /= 10;
  }
  return us;
}

// HH:MM[:SS[.f]] in microseconds; -1: no time of day.
std::int64_t time_of_day_us(std::string_view text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return -1;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59) return -1;
  int second = 0;
  if (take(text, ':')) {
    second = take_number(text, 2);
    if (second < 0 || second > 59) return -1;
  }
  const std::int64_t fraction = text.empty() ? 0 : take_fraction_us(text);
  if (fraction < 0) return -1;
  return (std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second) * 1'000'000 + fraction;
}

}  // namespace

std::optional<DayNumber> day_of(std::string_view text) {
  const std::optional<Period> period = parse_period(text);
  if (!period || period->granularity() != Granularity::day) return std::nullopt;
  return period->first_day();
}

std::optional<std::int64_t> time_us_of(std::string_view text) {
  constexpr std::size_t date_size = 10;
  constexpr std::int64_t day_us = 86'400'000'000;
  const std::optional<DayNumber> day = day_of(text.substr(0, date_size));
  if (!day) return std::nullopt;
  text.remove_prefix(date_size);
  if (text.empty()) return *day * day_us;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  if (text.ends_with('Z')) text.remove_suffix(1);
  const std::int64_t time_us = time_of_day_us(text);
  if (time_us < 0) return std::nullopt;
  return *day * day_us + time_us;
}

}  // namespace weir
