// Header names to fields, and the advice when they do not fit.
#include "scan/columns.h"

#include <gmock/gmock.h>

namespace weir::scanning {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Names = std::vector<std::string>;

int column(const ColumnBinding& binding, Field field) {
  return binding.index[static_cast<std::size_t>(field)];
}

ColumnMap map_of(Field field, Names names) {
  ColumnMap map;
  map.alternatives[static_cast<std::size_t>(field)] = std::move(names);
  return map;
}

Error timeless(const Names& columns, const ColumnMap& map = {}) {
  return no_timestamp_error(columns, map, "a.csv");
}

TEST(BindColumns, FieldsAreFoundUnderTheirNamesInAnyOrder) {
  const Names columns{"tags", "x", "id", "email"};
  const ColumnBinding binding = bind_columns(columns, {}, "a.csv").value();
  EXPECT_EQ(column(binding, Field::tags), 0);
  EXPECT_EQ(column(binding, Field::id), 2);
  EXPECT_EQ(column(binding, Field::email), 3);
  EXPECT_THAT(absent_fields(binding),
              ElementsAre(Field::timestamp, Field::country, Field::ip, Field::uri, Field::action));
  EXPECT_THAT(unused_columns(columns, binding), ElementsAre("x"));
}

TEST(BindColumns, NamesAreComparedAsWritten) {
  EXPECT_EQ(column(bind_columns({"Email"}, {}, "a.csv").value(), Field::email), -1);
}

TEST(BindColumns, TheFirstAlternativeThatIsThereWins) {
  const Names columns{"clientId", "client_id", "email"};
  const ColumnMap map = map_of(Field::email, {"userid", "client_id", "clientId"});
  const ColumnBinding binding = bind_columns(columns, map, "a.csv").value();
  EXPECT_EQ(column(binding, Field::email), 1);
  EXPECT_THAT(unused_columns(columns, binding), ElementsAre("clientId", "email"));
}

TEST(BindColumns, AMappedFieldIsNoLongerFoundUnderItsOwnName) {
  EXPECT_EQ(column(bind_columns({"email"}, map_of(Field::email, {"user"}), "a.csv").value(), Field::email), -1);
}

TEST(BindColumns, OneColumnMayCarryTwoFields) {
  const ColumnBinding binding = bind_columns({"email"}, map_of(Field::id, {"email"}), "a.csv").value();
  EXPECT_EQ(column(binding, Field::id), 0);
  EXPECT_EQ(column(binding, Field::email), 0);
}

TEST(BindColumns, TwoColumnsOfATakenNameAreAnErrorThatNamesThem) {
  const auto binding = bind_columns({"id", "country", "x", "country"}, {}, "a.csv");
  ASSERT_FALSE(binding.has_value());
  EXPECT_EQ(binding.error().where, "a.csv");
  EXPECT_THAT(binding.error().why, HasSubstr("columns 2 and 4 are both named \"country\""));
  EXPECT_THAT(binding.error().next, HasSubstr("--map country="));
}

TEST(BindColumns, TwoColumnsOfANameNobodyTakesAreUnusedOnce) {
  const Names columns{"x", "id", "x", "", "y", ""};
  const ColumnBinding binding = bind_columns(columns, {}, "a.csv").value();
  EXPECT_THAT(unused_columns(columns, binding), ElementsAre("x", "column 4 (unnamed)", "y", "column 6 (unnamed)"));
}

TEST(BindColumns, ADuplicateThatALaterAlternativeNamesIsNoMatter) {
  EXPECT_TRUE(bind_columns({"user", "email", "email"}, map_of(Field::email, {"user", "email"}), "a.csv").has_value());
}

TEST(NoTimestamp, ShowsTheColumnsAndGuessesTheLikeliest) {
  EXPECT_THAT(timeless({"id", "created_at"}).why, HasSubstr("it has: id, created_at"));
  EXPECT_THAT(timeless({"id", "created_at"}).next, HasSubstr("--map timestamp=created_at"));
  EXPECT_THAT(timeless({"update", "Event Time"}).next, HasSubstr("--map 'timestamp=Event Time'"));
  EXPECT_THAT(timeless({"date", "TIMESTAMP"}).next, HasSubstr("--map timestamp=TIMESTAMP"));
  EXPECT_THAT(timeless({"counts", "ts"}).next, HasSubstr("--map timestamp=ts"));
  EXPECT_THAT(timeless({"it's time"}).next, HasSubstr(R"(--map 'timestamp=it'\''s time')"));
  EXPECT_THAT(timeless({"id", "email"}).next, HasSubstr("--map timestamp=COLUMN"));
}

TEST(NoTimestamp, NamesWhatWasLookedFor) {
  EXPECT_THAT(timeless({"id"}).why, HasSubstr("\"timestamp\""));
  EXPECT_THAT(timeless({"id"}, map_of(Field::timestamp, {"when", "at"})).why, HasSubstr("\"when\" or \"at\""));
}

TEST(NoTimestamp, ThousandsOfColumnsAreNotAllShown) {
  const std::string why = timeless(Names(10000, "c")).why;
  EXPECT_THAT(why, HasSubstr("and 9960 more"));
  EXPECT_THAT(why.size(), ::testing::Lt(400U));
}

TEST(NoTimestamp, LongNamesAreCutBetweenCharacters) {
  std::string name = "x";
  while (name.size() < 200) name += "é";
  const std::string why = timeless({name}).why;
  EXPECT_THAT(why, HasSubstr("é…"));
  EXPECT_THAT(why, Not(HasSubstr("\xC3…")));
}

TEST(NoField, ShowsTheColumnsAndTheWaysOut) {
  const Error error = no_field_error({"17", "2021-04-01"}, "a.csv");
  EXPECT_THAT(error.why, HasSubstr("17, 2021-04-01"));
  EXPECT_THAT(error.next, HasSubstr("--no-header"));
}

}  // namespace
}  // namespace weir::scanning
