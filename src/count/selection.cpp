#include "count/selection.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "weir/period.h"

namespace weir::counting {
namespace {

std::optional<DayNumber> day_of(std::string_view text) {
  const std::optional<Period> period = parse_period(text);
  if (!period || period->granularity() != Granularity::day) return std::nullopt;
  return period->first_day();
}

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

Selection::Test Selection::test_of(const Condition& condition) {
  Test test;
  test.field = condition.field;
  for (const std::optional<std::string>& value : condition.any_of) {
    if (!value) {
      test.null = true;
    } else if (condition.field == Field::day) {
      if (const auto day = day_of(*value)) test.days.push_back(*day);
    } else if (condition.field == Field::timestamp) {
      if (const auto time_us = time_us_of(*value)) test.times_us.push_back(*time_us);
    } else {
      test.texts.push_back(*value);
    }
  }
  return test;
}

Selection::Selection(const Filter& filter) : all_(filter.empty()), since_(filter.since), until_(filter.until) {
  for (const Condition& condition : filter.where) tests_.push_back(test_of(condition));
}

bool Selection::Test::passes_text(std::string_view value) const {
  if (value.data() == nullptr) return null;
  return std::ranges::any_of(texts, [&](const std::string& text) { return text == value; });
}

bool Selection::Test::passes_tags(std::span<const std::string_view> tags) const {
  if (tags.empty()) return null;
  return std::ranges::any_of(tags, [&](std::string_view tag) { return passes_text(tag); });
}

bool Selection::Test::passes_day(DayNumber day) const {
  return day == no_day ? null : std::ranges::find(days, day) != days.end();
}

bool Selection::Test::passes_time(std::int64_t time_us) const {
  return time_us == no_time_us ? null : std::ranges::find(times_us, time_us) != times_us.end();
}

// A column that was not decoded, because the dump does not carry it, is NULL in every row.
void Selection::narrow(const Test& test, const EventBatch& batch, std::vector<std::uint32_t>& rows) {
  const auto keep = [&](auto passes) { std::erase_if(rows, [&](std::uint32_t row) { return !passes(row); }); };
  if (test.field == Field::tags) {
    const ListColumn& tags = batch.tags;
    if (tags.offsets.empty()) return keep([&](std::uint32_t) { return test.null; });
    return keep([&](std::uint32_t row) {
      return test.passes_tags(
          std::span(tags.values).subspan(tags.offsets[row], tags.offsets[row + 1] - tags.offsets[row]));
    });
  }
  if (test.field == Field::day) {
    return keep([&](std::uint32_t row) { return test.passes_day(batch.day.empty() ? no_day : batch.day[row]); });
  }
  if (test.field == Field::timestamp) {
    const auto& times = batch.timestamp_us;
    return keep([&](std::uint32_t row) { return test.passes_time(times.empty() ? no_time_us : times[row]); });
  }
  const std::vector<std::string_view>& texts = batch.text(test.field);
  keep([&](std::uint32_t row) { return test.passes_text(texts.empty() ? std::string_view() : texts[row]); });
}

void Selection::select(const EventBatch& batch, std::vector<std::uint32_t>& rows) const {
  rows.resize(batch.rows);
  std::iota(rows.begin(), rows.end(), 0U);
  if (since_ || until_) {
    const DayNumber first = since_.value_or(no_day + 1);
    const DayNumber last = until_.value_or(INT32_MAX);
    std::erase_if(rows, [&](std::uint32_t row) {
      const DayNumber day = batch.day.empty() ? no_day : batch.day[row];
      return day == no_day || day < first || day > last;
    });
  }
  for (const Test& test : tests_) narrow(test, batch, rows);
}

}  // namespace weir::counting
