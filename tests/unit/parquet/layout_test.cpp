#include "parquet/layout.h"

#include <gtest/gtest.h>

#include "made_file.h"

namespace weir::parquet_tests {
namespace {

using parquet::Kind;
using parquet::Layout;

TEST(Layout, TellsTheKindOfEachColumn) {
  MadeFile file(R"(SELECT 'x' AS text, 'x'::BLOB AS bytes, DATE '2021-04-24' AS day, TIMESTAMP_S '2021-04-24' AS s,
                   TIMESTAMP_MS '2021-04-24' AS ms, TIMESTAMP '2021-04-24' AS us, TIMESTAMP_NS '2021-04-24' AS ns,
                   to_timestamp(0) AS instant, ['a'] AS texts, [1] AS numbers, 1 AS number, {'a': 1, 'b': [2]} AS pair,
                   uuid() AS id)");
  const Result<Layout> layout = parquet::read_layout(file.connection(), file.path());
  ASSERT_TRUE(layout) << to_string(layout.error());
  struct Expected {
    std::string name;
    Kind kind;
    bool utc = false;
  };
  // DuckDB reads every unit but nanoseconds as microseconds.
  const std::vector<Expected> expected{{"text", Kind::text},       {"bytes", Kind::bytes},
                                       {"day", Kind::day},         {"s", Kind::microseconds},
                                       {"ms", Kind::microseconds}, {"us", Kind::microseconds},
                                       {"ns", Kind::nanoseconds},  {"instant", Kind::microseconds, true},
                                       {"texts", Kind::list},      {"numbers", Kind::list},
                                       {"number", Kind::text},     {"pair", Kind::text},
                                       {"id", Kind::text}};
  ASSERT_EQ(layout->columns.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(layout->columns[i].name, expected[i].name);
    EXPECT_EQ(layout->columns[i].utc, expected[i].utc) << expected[i].name;
    EXPECT_EQ(layout->columns[i].kind, expected[i].kind) << expected[i].name;
  }
}

TEST(Layout, TellsTheRowGroups) {
  MadeFile file("SELECT i FROM range(5000) t(i)", ", ROW_GROUP_SIZE 2048");
  const Result<Layout> layout = parquet::read_layout(file.connection(), file.path());
  ASSERT_TRUE(layout) << to_string(layout.error());
  EXPECT_EQ(layout->rows, 5000U);
  ASSERT_FALSE(layout->groups.empty());
  std::uint64_t next = 0;
  for (const parquet::RowGroup& group : layout->groups) {
    EXPECT_EQ(group.first, next);
    EXPECT_GT(group.end, group.first);
    next = group.end;
  }
  EXPECT_EQ(next, 5000U);
}

TEST(Layout, OfAFileWithoutRowsHasColumnsOnly) {
  MadeFile file("SELECT 1 AS \"odd \"\" name\" WHERE false");
  const Result<Layout> layout = parquet::read_layout(file.connection(), file.path());
  ASSERT_TRUE(layout) << to_string(layout.error());
  EXPECT_TRUE(layout->groups.empty());
  ASSERT_EQ(layout->columns.size(), 1U);
  EXPECT_EQ(layout->columns[0].name, "odd \" name");
}

TEST(Layout, KnowsTheNoteOfAWriterThatJudged) {
  const auto is_judged = [](const std::string& notes) {
    MadeFile file("SELECT 1 AS i", notes);
    return parquet::read_layout(file.connection(), file.path()).value().is_judged;
  };
  EXPECT_FALSE(is_judged(""));
  EXPECT_TRUE(is_judged(", KV_METADATA {weir: 'texts judged', other: 'note'}"));
  EXPECT_FALSE(is_judged(", KV_METADATA {weir: 'texts'}"));
  EXPECT_FALSE(is_judged(", KV_METADATA {other: 'texts judged'}"));
}

TEST(Layout, IsNotToldOfWhatIsNoParquet) {
  MadeFile file("SELECT 1 AS i");
  std::filesystem::resize_file(file.path(), 20);
  const Result<Layout> layout = parquet::read_layout(file.connection(), file.path());
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().where, "made.parquet");
  EXPECT_EQ(layout.error().why.find(file.path()), std::string::npos);
}

TEST(Sql, TextsAndNamesAreQuoted) {
  EXPECT_EQ(parquet::quoted("it's"), "'it''s'");
  EXPECT_EQ(parquet::named("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(parquet::filled("{a} {{b}} {c}", {{"a", "1"}, {"b", "{a}"}}), "1 {{a}} {c}");
}

}  // namespace
}  // namespace weir::parquet_tests
