// Times, as ISO 8601-1:2019 calendar dates write them, in extended (2021-04-24T10:30:00Z) or basic (20210424T103000Z)
// form. Week dates, ordinal dates, hours alone and 24:00 are no times here.
//
// A leap second, 23:59:60 UTC, has no number of its own in Unix time. It is read as a second 23:59:59, so that the
// event stays on the day it happened; :60 at any other time of day is no time.
#include <algorithm>
#include <array>
#include <chrono>

#include "clean/clean.h"

namespace weir {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::int64_t day_us = 1440 * minute_us;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// What is left to read. Each take…() either takes what it names or leaves everything and says false.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_either(char one, char other) { return take(one) || take(other); }
  bool take_digits(std::size_t count, int& value) {
    if (rest_.size() < count ||
        !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count), is_digit)) {
      return false;
    }
    value = 0;
    for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
    rest_.remove_prefix(count);
    return true;
  }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> day_start_us(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * day_us;
}

// YYYY-MM-DD or YYYYMMDD; `extended` tells which it was.
std::optional<std::int64_t> take_date(Cursor& cursor, bool& extended) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.take_digits(4, year)) return std::nullopt;
  extended = cursor.take('-');
  if (!cursor.take_digits(2, month) || (extended && !cursor.take('-')) || !cursor.take_digits(2, day))
    return std::nullopt;
  return day_start_us(year, month, day);
}

struct TimeOfDay {
  std::int64_t us = 0;
  bool leap_second = false;  // us is then of the second 59
};

// Microseconds of ".123" or ",123"; digits past the sixth are cut. Nothing taken: 0. A mark without digits: nullopt.
std::optional<std::int64_t> take_fraction(Cursor& cursor) {
  if (!cursor.take_either('.', ',')) return 0;
  if (!cursor.at_digit()) return std::nullopt;
  std::int64_t us = 0;
  int digit = 0;
  for (std::int64_t unit = second_us / 10; cursor.take_digits(1, digit); unit /= 10) us += digit * unit;
  return us;
}

// HH:MM[:SS[.f]] or HHMM[SS[.f]]
std::optional<TimeOfDay> take_time(Cursor& cursor, bool extended) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction_us = 0;
  if (!cursor.take_digits(2, hour) || (extended && !cursor.take(':')) || !cursor.take_digits(2, minute))
    return std::nullopt;
  if (extended ? cursor.take(':') : cursor.at_digit()) {
    if (!cursor.take_digits(2, second)) return std::nullopt;
    const std::optional<std::int64_t> fraction = take_fraction(cursor);
    if (!fraction) return std::nullopt;
    fraction_us = *fraction;
  }
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const bool leap_second = second == 60;
  return TimeOfDay{(hour * 60 + minute) * minute_us + std::min(second, 59) * second_us + fraction_us, leap_second};
}

// Z, ±HH, ±HHMM, ±HH:MM, or nothing, which is UTC.
std::optional<std::int64_t> take_zone(Cursor& cursor) {
  if (cursor.at_end() || cursor.take_either('Z', 'z')) return 0;
  int hours = 0;
  int minutes = 0;
  const bool west = cursor.take('-');
  if (!west && !cursor.take('+')) return std::nullopt;
  if (!cursor.take_digits(2, hours)) return std::nullopt;
  if (cursor.take(':') ? !cursor.take_digits(2, minutes) : cursor.at_digit() && !cursor.take_digits(2, minutes)) {
    return std::nullopt;
  }
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t offset_us = (hours * 60 + minutes) * minute_us;
  return west ? -offset_us : offset_us;
}

bool in_years_1_to_9999(std::int64_t us) {
  static const std::int64_t first_us = *day_start_us(1, 1, 1);
  static const std::int64_t end_us = *day_start_us(9999, 12, 31) + day_us;
  return us >= first_us && us < end_us;
}

std::optional<std::int64_t> parse_digits(std::string_view digits) {
  if (digits.size() != 8 && digits.size() != 10 && digits.size() != 13) return std::nullopt;
  if (digits.size() == 8) {
    Cursor cursor(digits);
    bool extended = false;
    return take_date(cursor, extended);
  }
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value * (digits.size() == 10 ? second_us : second_us / 1000);
}

// YYYY-MM-DD and nothing else, which is what most dumps hold.
std::optional<std::int64_t> parse_plain_date(std::string_view text) {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0'; };
  unsigned worst = 0;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) worst = std::max(worst, digit(i));
  if (worst > 9) return std::nullopt;
  const unsigned year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
  return day_start_us(static_cast<int>(year), static_cast<int>(digit(5) * 10 + digit(6)),
                      static_cast<int>(digit(8) * 10 + digit(9)));
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') return parse_plain_date(text);
  if (std::all_of(text.begin(), text.end(), is_digit)) return parse_digits(text);
  Cursor cursor(text);
  bool extended = false;
  const std::optional<std::int64_t> date_us = take_date(cursor, extended);
  if (!date_us) return std::nullopt;
  if (!cursor.take_either('T', 't') && !(extended && cursor.take(' '))) return std::nullopt;
  const std::optional<TimeOfDay> time = take_time(cursor, extended);
  if (!time) return std::nullopt;
  const std::optional<std::int64_t> offset_us = take_zone(cursor);
  if (!offset_us || !cursor.at_end()) return std::nullopt;
  const std::int64_t us = *date_us + time->us - *offset_us;
  if (!in_years_1_to_9999(us)) return std::nullopt;
  if (time->leap_second && ((us % day_us) + day_us) % day_us < day_us - second_us) return std::nullopt;
  return us;
}

}  // namespace weir
