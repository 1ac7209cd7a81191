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
  if (field == Field::tags) return fmt::format("{} = ANY ({})", parameters.add(*value), column);
  return fmt::format("{} = {}", column, parameters.add(*value));
}

}  // namespace

Condition condition_of(const Filter& filter) {
  Parameters parameters;
  std::string text = "true";
  if (filter.since) text += fmt::format(" AND day >= {}", parameters.add(Day{*filter.since}));
  if (filter.until) text += fmt::format(" AND day <= {}", parameters.add(Day{*filter.until}));
  for (const weir::Condition& condition : filter.where) {
    std::string any = "false";
    for (const auto& value : condition.any_of) any += " OR " + matches(condition.field, value, parameters);
    text += fmt::format(" AND ({})", any);
  }
  return {std::move(text), parameters.take()};
}

}  // namespace weir::sql
