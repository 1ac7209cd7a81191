#include "weir/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "weir/period.h"

namespace weir {
namespace {

// ISO 8601: the week belongs to the year of its Thursday.
std::string week_key(DayNumber day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
  const DayNumber thursday = day - weekday + 3;
  const int year = to_civil(thursday).year;
  return fmt::format("{:04}-W{:02}", year, (thursday - to_day_number({year, 1, 1})) / 7 + 1);
}

bool is_missing(const Question& question, std::string_view key, bool treated) {
  if (key.data() == nullptr) return true;
  return treated && question.field == Field::company && key == unknown_company;
}

// Takes the missing ones out of `counts` and returns their number.
std::uint64_t take_missing(const Question& question, std::vector<KeyCount>& counts, bool treated) {
  std::uint64_t missing = 0;
  std::erase_if(counts, [&](const KeyCount& count) {
    if (!is_missing(question, count.key, treated)) return false;
    missing += count.events;
    return true;
  });
  return missing;
}

void add(std::vector<KeyCount>& counts, std::string_view key, std::uint64_t events) {
  const auto same = std::ranges::find(counts, key, &KeyCount::key);
  if (same == counts.end()) {
    counts.push_back({key, events});
  } else {
    same->events += events;
  }
}

std::vector<Count> first_rows(std::vector<KeyCount> counts, const AnswerOptions& options) {
  const auto by_key = [](const KeyCount& a, const KeyCount& b) { return a.key < b.key; };
  const auto by_events = [](const KeyCount& a, const KeyCount& b) {
    return a.events != b.events ? a.events > b.events : a.key < b.key;
  };
  const std::size_t rows = std::min<std::uint64_t>(options.limit.value_or(counts.size()), counts.size());
  const auto end = counts.begin() + static_cast<std::ptrdiff_t>(rows);
  if (options.sort == Sort::key) {
    std::partial_sort(counts.begin(), end, counts.end(), by_key);
  } else {
    std::partial_sort(counts.begin(), end, counts.end(), by_events);
  }
  std::vector<Count> out;
  out.reserve(rows);
  std::for_each(counts.begin(), end, [&](const KeyCount& count) {
    out.push_back({std::string(count.key), count.events});
  });
  return out;
}

}  // namespace

std::string day_key(DayNumber day, By by) {
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::day: break;
    case By::week: return week_key(day);
    case By::month: return fmt::format("{:04}-{:02}", date.year, date.month);
    case By::year: return fmt::format("{:04}", date.year);
  }
  return format_day(day);
}

Answer make_answer(const Question& question, std::uint64_t events, std::vector<KeyCount> counts,
                   const AnswerOptions& options) {
  const auto& fill = options.fill[static_cast<std::size_t>(question.field)];
  const bool dropped = options.missing == Missing::drop && !fill;
  const std::uint64_t missing = take_missing(question, counts, dropped || fill.has_value());
  if (missing > 0 && !dropped) add(counts, fill ? std::string_view(*fill) : none_key, missing);
  Answer answer;
  answer.question = &question;
  answer.events = events;
  answer.distinct = counts.size();
  answer.rows = first_rows(std::move(counts), options);
  return answer;
}

Answer make_day_answer(const Question& question, std::uint64_t events, std::span<const DayCount> counts,
                       const AnswerOptions& options) {
  std::map<std::string, std::uint64_t> keys;
  std::vector<KeyCount> key_counts;
  for (const DayCount& count : counts) {
    if (count.day == no_day) {
      key_counts.push_back({{}, count.events});
    } else {
      keys[day_key(count.day, options.by)] += count.events;
    }
  }
  for (const auto& [key, sum] : keys) key_counts.push_back({key, sum});
  return make_answer(question, events, std::move(key_counts), options);
}

}  // namespace weir
