#include <gmock/gmock.h>

#include "store/postgres/answer_sql.h"

namespace weir::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Question countries{"countries", "country", "Country", "", Field::country};
constexpr Question dates{"dates", "date", "Date", "", Field::day};

TEST(PostgresAnswerSql, NeverHoldsAValue) {
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

TEST(PostgresAnswerSql, OrsOneConditionAndAndsSeveral) {
  Filter filter;
  filter.since = 1;
  filter.where = {{Field::country, {"a", std::nullopt}}, {Field::tags, {"t"}}};
  EXPECT_THAT(totals_statement(filter).sql,
              HasSubstr("day >= $1 AND (false OR \"country\" = $2 OR \"country\" IS NULL) AND (false OR $3 = ANY "
                        "(\"tags\"))"));
}

TEST(PostgresAnswerSql, TimesAreParametersAndWhatIsNoneMatchesNothing) {
  Filter filter;
  filter.where = {{Field::timestamp, {"1970-01-02 00:00:01", "soon"}}, {Field::day, {"1970-01-02", "2021"}}};
  const Statement statement = totals_statement(filter);
  EXPECT_THAT(statement.sql, HasSubstr("(false OR \"timestamp\" = $1 OR false) AND (false OR \"day\" = $2 OR false)"));
  ASSERT_EQ(statement.parameters.size(), 2U);
  EXPECT_EQ(std::get<Time>(statement.parameters[0]).us, 86'401'000'000);
  EXPECT_EQ(std::get<Day>(statement.parameters[1]).days, 1);
}

TEST(PostgresAnswerSql, OrdersKeysBytewise) {
  AnswerOptions options;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("ORDER BY events DESC, key COLLATE \"C\""));
  options.sort = Sort::key;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("ORDER BY key COLLATE \"C\""));
}

TEST(PostgresAnswerSql, AsksForOneRowWhereNoneIsWantedSinceItCarriesTheNumberOfKeys) {
  AnswerOptions options;
  options.limit = 0;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("LIMIT 1"));
  options.limit = std::nullopt;
  EXPECT_THAT(answer_statement(countries, {}, options).sql, HasSubstr("LIMIT NULL"));
}

TEST(PostgresAnswerSql, NamesDatesByTheirUnit) {
  AnswerOptions options;
  options.by = By::week;
  EXPECT_THAT(answer_statement(dates, {}, options).sql, HasSubstr("IYYY-\"W\"IW"));
}

}  // namespace
}  // namespace weir::postgres
