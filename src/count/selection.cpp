#include "count/selection.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/moment.h"

namespace weir::counting {

Selection::Test Selection::test_of(const Condition& condition) {
  Test test;
  test.field = condition.field;
  for (const std::string& pattern : condition.like) test.patterns.emplace_back(pattern);
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
  return std::ranges::any_of(texts, [&](const std::string& text) { return text == value; }) ||
         std::ranges::any_of(patterns, [&](const Pattern& pattern) { return pattern.matches(value); });
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
