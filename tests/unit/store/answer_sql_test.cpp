#include "store/duckdb/answer_sql.h"

#include <gmock/gmock.h>

namespace weir::duck {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Question countries{"countries", "country", "Country", "", Field::country};
constexpr Question dates{"dates", "date", "Date", "", Field::day};

TEST(AnswerSql, NeverHoldsAValue) {
  Filter filter;
  const std::string value = "'; DROP TABLE events --";
  for (const Field field : {Field::id, Field::email, Field::country, Field::tags, Field::company}) {
    filter.where.push_back({field, {value, std::nullopt}});
  }
  AnswerOptions options;
  options.fill.fill(value);
  const Statement statement = answer_statement(countries, filter, options);
  EXPECT_THAT(statement.sql, Not(HasSubstr("DROP TABLE")));
  EXPECT_EQ(statement.parameters.size(), 6U);
  EXPECT_THAT(statement.sql, Not(HasSubstr("{"))) << "every placeholder is filled";
}

TEST(AnswerSql, OrsOneConditionAndAndsSeveral) {
  Filter filter;
  filter.since = 1;
  filter.where = {{Field::country, {"a", std::nullopt}}, {Field::tags, {"t"}}};
  EXPECT_THAT(
      totals_statement(filter).sql,
      HasSubstr("day >= $1 AND (false OR country = $2 OR country IS NULL) AND (false OR list_contains(tags, $3))"));
}

TEST(AnswerSql, AsksForOneRowWhereNoneIsWantedSinceItCarriesTheNumberOfKeys) {
  AnswerOptions options;
  options.limit = 0;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("LIMIT 1"));
  options.limit = std::nullopt;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("LIMIT NULL"));
}

TEST(AnswerSql, NamesDatesByTheirUnit) {
  AnswerOptions options;
  options.by = By::week;
  EXPECT_THAT(answer_statement(dates, {}, options).sql, HasSubstr("%G-W%V"));
}

}  // namespace
}  // namespace weir::duck
