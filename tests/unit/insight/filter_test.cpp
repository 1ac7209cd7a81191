#include <gtest/gtest.h>

#include "weir/question.h"

namespace weir {
namespace {

TEST(Filter, WithoutConditionsNeedsNoField) {
  EXPECT_TRUE(Filter{}.empty());
  EXPECT_TRUE(Filter{}.fields().empty());
}

TEST(Filter, BoundsNeedTheDay) {
  Filter since;
  since.since = 0;
  Filter until;
  until.until = 0;
  EXPECT_EQ(since.fields(), FieldSet{Field::day});
  EXPECT_EQ(until.fields(), FieldSet{Field::day});
  EXPECT_FALSE(until.empty());
}

TEST(Filter, ConditionsNeedTheirFields) {
  Filter filter;
  filter.where = {{Field::country, {"Palau"}}, {Field::tags, {std::nullopt}}};
  EXPECT_EQ(filter.fields(), (FieldSet{Field::country, Field::tags}));
}

}  // namespace
}  // namespace weir
