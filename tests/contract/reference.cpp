#include "reference.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

#include "weir/tags.h"

namespace weir::contract {
namespace {

constexpr std::array<Question, 7> all{{{"countries", "country", "Country", "", Field::country},
                                       {"users", "user", "User", "", Field::email},
                                       {"companies", "company", "Company", "", Field::company},
                                       {"dates", "date", "Date", "", Field::day},
                                       {"actions", "action", "Action", "", Field::action},
                                       {"uris", "uri", "URI", "", Field::uri},
                                       {"tags", "tag", "Tag", "", Field::tags}}};

std::string formatted(const char* format, int a, int b = 0, int c = 0) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, a, b, c);
  return text.data();
}

// The ISO week is that of its Thursday, and is numbered within the Thursday's year.
std::string week_of(DayNumber day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;  // 0 Monday; 1970-01-01 was a Thursday
  const DayNumber thursday = day - weekday + 3;
  const int year = to_civil(thursday).year;
  return formatted("%04d-W%02d", year, (thursday - to_day_number({year, 1, 1})) / 7 + 1);
}

std::string named_day(DayNumber day, By by) {
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::week: return week_of(day);
    case By::month: return formatted("%04d-%02d", date.year, date.month);
    case By::year: return formatted("%04d", date.year);
    default: return formatted("%04d-%02d-%02d", date.year, date.month, date.day);
  }
}

bool has_value(const Event& event, Field field, const Text& value) {
  switch (field) {
    case Field::tags:
      if (!value) return event.tags.empty();
      return std::find(event.tags.begin(), event.tags.end(), *value) != event.tags.end();
    case Field::day:
      if (!value || event.day == no_day) return !value && event.day == no_day;
      return named_day(event.day, By::day) == *value;
    case Field::timestamp:
      if (!value || event.timestamp_us == no_time_us) return !value && event.timestamp_us == no_time_us;
      return timestamp_text(event.timestamp_us) == *value;
    default: return event.text(field) == value;
  }
}

bool passes(const Event& event, const Filter& filter) {
  if (filter.since && (event.day == no_day || event.day < *filter.since)) return false;
  if (filter.until && (event.day == no_day || event.day > *filter.until)) return false;
  return std::all_of(filter.where.begin(), filter.where.end(), [&](const Condition& condition) {
    const auto matches = [&](const std::string& pattern) {
      return std::any_of(event.tags.begin(), event.tags.end(),
                         [&](const std::string& tag) { return Pattern(pattern).matches(tag); });
    };
    return std::any_of(condition.any_of.begin(), condition.any_of.end(),
                       [&](const Text& value) { return has_value(event, condition.field, value); }) ||
           std::any_of(condition.like.begin(), condition.like.end(), matches);  // of tags
  });
}

// As they are answered where events without a pair are left out.
std::set<std::string> pairs_of(const Event& event) {
  std::set<std::string> pairs;
  if (event.tags.size() > pair_tags_max) return pairs;
  for (const std::string& a : event.tags) {
    for (const std::string& b : event.tags) {
      if (a != b) pairs.insert(tag_pair_key(a, b));
    }
  }
  return pairs;
}

std::set<std::string> keys_of(const Event& event, Field field, const AnswerOptions& options) {
  std::set<std::string> keys;
  if (field == Field::tags) keys.insert(event.tags.begin(), event.tags.end());
  if (field == Field::tag_pair) return pairs_of(event);
  if (field == Field::day && event.day != no_day) keys.insert(named_day(event.day, options.by));
  if (field != Field::tags && field != Field::day && event.text(field)) keys.insert(*event.text(field));
  const Text& fill = options.fill[static_cast<std::size_t>(field)];
  const bool treated = fill || options.missing == Missing::drop;
  if (field == Field::company && treated) keys.erase(std::string(unknown_company));
  if (!keys.empty()) return keys;
  if (fill) return {*fill};
  if (options.missing == Missing::drop) return {};
  return {std::string(none_key)};
}

Answer reference_answer(const std::vector<Event>& matching, const Question& asked, const AnswerOptions& options) {
  std::map<std::string, std::uint64_t> counts;
  for (const Event& event : matching) {
    for (const std::string& key : keys_of(event, asked.field, options)) ++counts[key];
  }
  Answer answer{&asked, counts.size(), matching.size(), {}};
  for (const auto& [key, events] : counts) answer.rows.push_back({key, events});
  if (options.sort == Sort::events) {
    std::stable_sort(answer.rows.begin(), answer.rows.end(),
                     [](const Count& a, const Count& b) { return a.events > b.events; });
  }
  if (options.limit && answer.rows.size() > *options.limit) answer.rows.resize(*options.limit);
  return answer;
}

}  // namespace

std::string timestamp_text(std::int64_t timestamp_us) {
  const std::int64_t seconds = timestamp_us / 1000000;
  const auto day = static_cast<DayNumber>(seconds / 86400);
  const int rest = static_cast<int>(seconds % 86400);
  return named_day(day, By::day) + formatted(" %02d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60);
}

const std::vector<const Question*>& questions() {
  static const std::vector<const Question*> pointers = [] {
    std::vector<const Question*> list;
    list.reserve(all.size());
    for (const Question& one : all) list.push_back(&one);
    return list;
  }();
  return pointers;
}

const Question& question(std::string_view name) {
  return *std::find_if(all.begin(), all.end(), [&](const Question& one) { return one.name == name; });
}

Store::Answers reference_answers(const std::vector<Event>& events, const std::vector<const Question*>& asked,
                                 const Filter& filter, const AnswerOptions& options) {
  std::vector<Event> matching;
  std::copy_if(events.begin(), events.end(), std::back_inserter(matching),
               [&](const Event& event) { return passes(event, filter); });
  Store::Answers answers;
  answers.events = matching.size();
  for (const Event& event : matching) {
    if (event.day == no_day) continue;
    answers.first_day = answers.first_day == no_day ? event.day : std::min(answers.first_day, event.day);
    answers.last_day = std::max(answers.last_day, event.day);
  }
  for (const Question* one : asked) answers.answers.push_back(reference_answer(matching, *one, options));
  return answers;
}

}  // namespace weir::contract
