#include "store/postgres/answer_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/moment.h"
#include "postgres_queries.h"

namespace weir::postgres {
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

// `timestamp` is also the word of a type.
std::string column_of(Field field) {
  return fmt::format("\"{}\"", name_of(field));
}

// A day or time that is none is one that no row has.
std::string matches(Field field, const std::optional<std::string>& value, Parameters& parameters) {
  const std::string column = column_of(field);
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

std::string filter_text(const Filter& filter, Parameters& parameters) {
  std::string text = "true";
  if (filter.since) text += fmt::format(" AND day >= {}", parameters.add(Day{*filter.since}));
  if (filter.until) text += fmt::format(" AND day <= {}", parameters.add(Day{*filter.until}));
  for (const Condition& condition : filter.where) {
    std::string any = "false";
    for (const auto& value : condition.any_of) any += " OR " + matches(condition.field, value, parameters);
    text += fmt::format(" AND ({})", any);
  }
  return text;
}

// The key that stands for a missing value; nullopt: rows without one are left out of the question.
std::optional<std::string> missing_key(Field field, const AnswerOptions& options) {
  const std::optional<std::string>& fill = options.fill[static_cast<std::size_t>(field)];
  if (fill) return *fill;
  if (options.missing == Missing::drop) return std::nullopt;
  return std::string(none_key);
}

std::string or_missing(std::string key, Field field, const AnswerOptions& options, Parameters& parameters) {
  const std::optional<std::string> missing = missing_key(field, options);
  return missing ? fmt::format("coalesce({}, {})", key, parameters.add(*missing)) : key;
}

std::string text_key(Field field, const AnswerOptions& options, Parameters& parameters) {
  std::string key = field == Field::timestamp ? column_of(field) + "::text" : column_of(field);
  // An unknown company is a missing one wherever somebody asked for missing ones to be treated.
  const bool treated = options.missing == Missing::drop || options.fill[static_cast<std::size_t>(field)].has_value();
  if (field == Field::company && treated) {
    key = fmt::format("nullif({}, {})", key, parameters.add(std::string(unknown_company)));
  }
  return or_missing(std::move(key), field, options, parameters);
}

std::string tags_list(const AnswerOptions& options, Parameters& parameters) {
  const std::optional<std::string> missing = missing_key(Field::tags, options);
  return missing ? fmt::format("coalesce(tags, ARRAY[{}])", parameters.add(*missing)) : "tags";
}

std::string_view day_format(By by) {
  switch (by) {
    case By::day: return "YYYY-MM-DD";
    case By::week: return "IYYY-\"W\"IW";
    case By::month: return "YYYY-MM";
    case By::year: return "YYYY";
  }
  return "YYYY-MM-DD";
}

std::string date_key(const AnswerOptions& options, Parameters& parameters) {
  return or_missing(fmt::format("to_char(day, '{}')", day_format(options.by)), Field::day, options, parameters);
}

}  // namespace

Statement totals_statement(const Filter& filter) {
  Parameters parameters;
  const std::string where = filter_text(filter, parameters);
  return {fill_template(postgres_queries::answer_totals, {{"filter", where}}), parameters.take()};
}

Statement answer_statement(const Question& question, const Filter& filter, const AnswerOptions& options) {
  Parameters parameters;
  const std::string where = filter_text(filter, parameters);
  const std::string_view order = options.sort == Sort::key ? R"(key COLLATE "C")" : R"(events DESC, key COLLATE "C")";
  const std::string limit = options.limit ? std::to_string(std::max<std::uint64_t>(*options.limit, 1)) : "NULL";
  std::string_view text = postgres_queries::answer_texts;
  std::string key;
  switch (question.field) {
    case Field::tags:
      text = postgres_queries::answer_tags;
      key = tags_list(options, parameters);
      break;
    case Field::day:
      text = postgres_queries::answer_dates;
      key = date_key(options, parameters);
      break;
    default: key = text_key(question.field, options, parameters);
  }
  return {fill_template(text, {{"key", key}, {"tags", key}, {"filter", where}, {"order", order}, {"limit", limit}}),
          parameters.take()};
}

}  // namespace weir::postgres
