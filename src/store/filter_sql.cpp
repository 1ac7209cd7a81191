#include "store/filter_sql.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/moment.h"

namespace weir::sql {
namespace {

// Collects parameters; each becomes its number in the text.
class Parameters {
 public:
  template <class T>
  std::string add(T value) {
    values_.emplace_back(std::in_place_type<T>, std::move(value));
    return fmt::format("${}", values_.size());
  }
  std::vector<Value> take() { return std::move(values_); }

 private:
  std::vector<Value> values_;
};

// A day or time that is none is one that no row has.
std::string matches(Field field, const std::optional<std::string>& value, Parameters& parameters) {
  const std::string column = fmt::format("\"{}\"", name_of(field));  // `timestamp` is also the word of a type
  if (!value) return fmt::format("{} IS NULL", column);
  if (field == Field::day) {
    const std::optional<DayNumber> day = day_of(*value);
    return day ? fmt::format("{} = {}", column, parameters.add(Day{*day})) : "false";
  }
  if (field == Field::timestamp) {
    const std::optional<std::int64_t> time_us = time_us_of(*value);
    return time_us ? fmt::format("{} = {}", column, parameters.add(Time{*time_us})) : "false";
  }
  return fmt::format("{} = {}", column, parameters.add(*value));
}

// `= ANY (tags)` would be a join of its own for each tag in DuckDB; both of these look at a row once, and mean the same
// in every engine.
std::string matches_tags(const weir::Condition& condition, Parameters& parameters) {
  std::vector<std::string> tags;
  bool null = false;
  for (const auto& value : condition.any_of) {
    null = null || !value;
    if (value) tags.push_back(*value);
  }
  std::string any = null ? "\"tags\" IS NULL" : "false";
  if (tags.size() == 1) any += fmt::format(" OR array_position(\"tags\", {}) > 0", parameters.add(std::move(tags[0])));
  if (tags.size() > 1) any += fmt::format(" OR \"tags\" && CAST({} AS text[])", parameters.add(std::move(tags)));
  return any;
}

std::string matches_any(const weir::Condition& condition, Parameters& parameters) {
  if (condition.field == Field::tags) return matches_tags(condition, parameters);
  std::string any = "false";
  for (const auto& value : condition.any_of) any += " OR " + matches(condition.field, value, parameters);
  return any;
}

}  // namespace

Condition condition_of(const Filter& filter) {
  Parameters parameters;
  std::string text = "true";
  if (filter.since) text += fmt::format(" AND day >= {}", parameters.add(Day{*filter.since}));
  if (filter.until) text += fmt::format(" AND day <= {}", parameters.add(Day{*filter.until}));
  for (const weir::Condition& condition : filter.where) {
    text += fmt::format(" AND ({})", matches_any(condition, parameters));
  }
  return {std::move(text), parameters.take()};
}

}  // namespace weir::sql
