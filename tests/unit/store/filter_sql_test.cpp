#include "store/filter_sql.h"

#include <gmock/gmock.h>

namespace weir::sql {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FilterSql, NeverHoldsAValue) {
  Filter filter;
  const std::string value = "'; DROP TABLE events --";
  for (const Field field : {Field::id, Field::email, Field::country, Field::tags, Field::company}) {
    filter.where.push_back({field, {value, std::nullopt}});
  }
  const Condition condition = condition_of(filter);
  EXPECT_THAT(condition.text, Not(HasSubstr("DROP TABLE")));
  EXPECT_EQ(condition.parameters.size(), 5U);
}

TEST(FilterSql, OrsOneConditionAndAndsSeveral) {
  Filter filter;
  filter.since = 1;
  filter.where = {{Field::country, {"a", std::nullopt}}, {Field::tags, {"t"}}};
  EXPECT_EQ(condition_of(filter).text,
            "true AND day >= $1 AND (false OR \"country\" = $2 OR \"country\" IS NULL) AND (false OR "
            "array_position(\"tags\", $3) > 0)");
  EXPECT_EQ(condition_of({}).text, "true");
}

TEST(FilterSql, SeveralTagsAreOneParameter) {
  Filter filter;
  filter.where = {{Field::tags, {"a", std::nullopt, "b"}}, {Field::tags, {}}};
  const Condition condition = condition_of(filter);
  EXPECT_EQ(condition.text, "true AND (\"tags\" IS NULL OR \"tags\" && CAST($1 AS text[])) AND (false)");
  ASSERT_EQ(condition.parameters.size(), 1U);
  EXPECT_EQ(std::get<std::vector<std::string>>(condition.parameters[0]), (std::vector<std::string>{"a", "b"}));
}

TEST(FilterSql, TimesAreParametersAndWhatIsNoneMatchesNothing) {
  Filter filter;
  filter.where = {{Field::timestamp, {"1970-01-02 00:00:01", "soon"}}, {Field::day, {"1970-01-02", "2021"}}};
  const Condition condition = condition_of(filter);
  EXPECT_EQ(condition.text, "true AND (false OR \"timestamp\" = $1 OR false) AND (false OR \"day\" = $2 OR false)");
  ASSERT_EQ(condition.parameters.size(), 2U);
  EXPECT_EQ(std::get<Time>(condition.parameters[0]).us, 86'401'000'000);
  EXPECT_EQ(std::get<Day>(condition.parameters[1]).days, 1);
}

}  // namespace
}  // namespace weir::sql
