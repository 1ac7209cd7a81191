#include "store/duckdb/answer_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "duckdb_queries.h"

namespace weir::duck {
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

// A day as weir writes it, 2021-04-24: anything else is no day that a row could have.
std::string day_equals(const std::string& value, Parameters& parameters) {
  const std::optional<Period> period = parse_period(value);
  if (!period || period->granularity() != Granularity::day) return "false";
  return fmt::format("day = {}", parameters.add(Day{period->first_day()}));
}

// An ISO 8601 date or date-time in UTC, with or without Z: the stored value keeps no zone to compare as written.
std::string timestamp_equals(std::string value, Parameters& parameters) {
  if (value.ends_with('Z')) value.pop_back();
  const bool has_zone = value.size() > 10 && value.find_first_of("+-", 10) != std::string::npos;
  if (has_zone || value.find_first_not_of("0123456789-+:T. ") != std::string::npos) return "false";
  return fmt::format("timestamp = TRY_CAST({} AS TIMESTAMP)", parameters.add(std::move(value)));
}

std::string matches(Field field, const std::optional<std::string>& value, Parameters& parameters) {
  if (!value) return fmt::format("{} IS NULL", name_of(field));
  switch (field) {
    case Field::day: return day_equals(*value, parameters);
    case Field::timestamp: return timestamp_equals(*value, parameters);
    case Field::tags: return fmt::format("list_contains(tags, {})", parameters.add(*value));
    default: return fmt::format("{} = {}", name_of(field), parameters.add(*value));
  }
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

std::string text_key(Field field, const AnswerOptions& options, Parameters& parameters) {
  const std::optional<std::string> missing = missing_key(field, options);
  // Timestamps are no question of weir's, but have a text of their own.
  std::string key = field == Field::timestamp ? "CAST(timestamp AS VARCHAR)" : std::string(name_of(field));
  // An unknown company is a missing one wherever somebody asked for missing ones to be treated.
  const bool treated = options.missing == Missing::drop || options.fill[static_cast<std::size_t>(field)].has_value();
  if (field == Field::company && treated) {
    key = fmt::format("nullif(company, {})", parameters.add(std::string(unknown_company)));
  }
  return missing ? fmt::format("coalesce({}, {})", key, parameters.add(*missing)) : key;
}

std::string tags_list(const AnswerOptions& options, Parameters& parameters) {
  const std::optional<std::string> missing = missing_key(Field::tags, options);
  return missing ? fmt::format("coalesce(tags, [{}])", parameters.add(*missing)) : "tags";
}

std::string_view day_format(By by) {
  switch (by) {
    case By::day: return "%Y-%m-%d";
    case By::week: return "%G-W%V";
    case By::month: return "%Y-%m";
    case By::year: return "%Y";
  }
  return "%Y-%m-%d";
}

std::string date_key(const AnswerOptions& options, Parameters& parameters) {
  const std::optional<std::string> missing = missing_key(Field::day, options);
  const std::string key = fmt::format("strftime(day, '{}')", day_format(options.by));
  return missing ? fmt::format("coalesce({}, {})", key, parameters.add(*missing)) : key;
}

}  // namespace

Statement totals_statement(const Filter& filter) {
  Parameters parameters;
  const std::string where = filter_text(filter, parameters);
  return {fill_template(duckdb_queries::answer_totals, {{"filter", where}}), parameters.take()};
}

Statement answer_statement(const Question& question, const Filter& filter, const AnswerOptions& options) {
  Parameters parameters;
  const std::string where = filter_text(filter, parameters);
  const std::string_view order = options.sort == Sort::key ? "key" : "events DESC, key";
  const std::string limit = options.limit ? std::to_string(std::max<std::uint64_t>(*options.limit, 1)) : "NULL";
  std::string_view text = duckdb_queries::answer_texts;
  std::string key;
  switch (question.field) {
    case Field::tags:
      text = duckdb_queries::answer_tags;
      key = tags_list(options, parameters);
      break;
    case Field::day:
      text = duckdb_queries::answer_dates;
      key = date_key(options, parameters);
      break;
    default: key = text_key(question.field, options, parameters);
  }
  return {fill_template(text, {{"key", key}, {"tags", key}, {"filter", where}, {"order", order}, {"limit", limit}}),
          parameters.take()};
}

}  // namespace weir::duck
