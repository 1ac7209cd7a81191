#include "reference_count.h"

#include <algorithm>
#include <map>

#include "weir/answer.h"
#include "weir/tags.h"

namespace weir::counting_tests {
namespace {

using Values = std::vector<std::optional<std::string>>;

Values pairs_of(const Event& event) {
  Values pairs;
  for (const std::string& a : event.tags) {
    for (const std::string& b : event.tags) {
      if (a < b) pairs.emplace_back(tag_pair_key(a, b));
    }
  }
  if (pairs.empty() || event.tags.size() > pair_tags_max) return {std::nullopt};
  return pairs;
}

// What an event says about a field, as text; one NULL when nothing.
Values values_of(const Event& event, Field field) {
  switch (field) {
    case Field::email: return {event.email};
    case Field::company: return {event.company};
    case Field::country: return {event.country};
    case Field::uri: return {event.uri};
    case Field::action: return {event.action};
    case Field::day: return {event.day == no_day ? std::nullopt : std::optional(format_day(event.day))};
    case Field::tags: return event.tags.empty() ? Values{std::nullopt} : Values(event.tags.begin(), event.tags.end());
    case Field::tag_pair: return pairs_of(event);
    default: return {std::nullopt};
  }
}

std::optional<std::string> answered(const Event& event, const Question& question, std::optional<std::string> value,
                                    const AnswerOptions& options) {
  const std::optional<std::string> none;
  const auto& fill = question.field == Field::tag_pair ? none : options.fill[static_cast<std::size_t>(question.field)];
  const bool unknown = question.field == Field::company && value == std::string(unknown_company);
  if (unknown && (fill || options.missing == Missing::drop)) value.reset();
  if (!value) {
    if (fill) return fill;
    return options.missing == Missing::drop ? std::nullopt : std::optional(std::string(none_key));
  }
  return question.field == Field::day ? day_key(event.day, options.by) : value;
}

}  // namespace

bool passes(const Event& event, const Filter& filter) {
  if ((filter.since || filter.until) && event.day == no_day) return false;
  if (filter.since && event.day < *filter.since) return false;
  if (filter.until && event.day > *filter.until) return false;
  return std::ranges::all_of(filter.where, [&](const Condition& condition) {
    return std::ranges::any_of(values_of(event, condition.field), [&](const auto& value) {
      return std::ranges::find(condition.any_of, value) != condition.any_of.end() ||
             std::ranges::any_of(condition.like,
                                 [&](const std::string& pattern) { return value && Pattern(pattern).matches(*value); });
    });
  });
}

Answer reference_answer(const std::vector<Event>& events, const Question& question, const Filter& filter,
                        const AnswerOptions& options) {
  Answer answer;
  answer.question = &question;
  std::map<std::string, std::uint64_t> counts;
  for (const Event& event : events) {
    if (!passes(event, filter)) continue;
    ++answer.events;
    for (const auto& value : values_of(event, question.field)) {
      if (const auto key = answered(event, question, value, options)) ++counts[*key];
    }
  }
  answer.distinct = counts.size();
  for (const auto& [key, seen] : counts) answer.rows.push_back({key, seen});
  if (options.sort == Sort::events) std::ranges::stable_sort(answer.rows, std::greater<>(), &Count::events);
  if (options.limit && answer.rows.size() > *options.limit) answer.rows.resize(*options.limit);
  return answer;
}

}  // namespace weir::counting_tests
