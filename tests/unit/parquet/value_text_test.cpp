#include "parquet/value_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "clean/clean.h"
#include "clean/text_arena.h"
#include "weir/period.h"

namespace weir::parquet_tests {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

std::string day_text(DayNumber day) {
  std::string text;
  parquet::append_day(day, text);
  return text;
}

std::string time_text(std::int64_t time_us, bool utc = false) {
  std::string text;
  parquet::append_time(time_us, utc, text);
  return text;
}

std::string list_text(const std::vector<std::string_view>& elements) {
  std::string text;
  parquet::append_list(elements, text);
  return text;
}

std::string field_text(std::string_view text) {
  std::string out;
  parquet::append_csv_field(text, out);
  return out;
}

TEST(ValueText, Days) {
  EXPECT_EQ(day_text(0), "1970-01-01");
  EXPECT_EQ(day_text(-1), "1969-12-31");
  EXPECT_EQ(day_text(18741), "2021-04-24");
  EXPECT_EQ(day_text(to_day_number({9999, 12, 31})), "9999-12-31");
  EXPECT_EQ(day_text(to_day_number({9999, 12, 31}) + 1), "10000-01-01");
  EXPECT_EQ(day_text(to_day_number({1, 1, 1}) - 367), "-0001-12-31");
  EXPECT_EQ(day_text(std::numeric_limits<DayNumber>::max()), "infinity");
  EXPECT_EQ(day_text(-std::numeric_limits<DayNumber>::max()), "-infinity");
}

TEST(ValueText, Times) {
  EXPECT_EQ(time_text(0), "1970-01-01 00:00:00");
  EXPECT_EQ(time_text(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(time_text(18741 * day_us + 37'800'120'000, true), "2021-04-24T10:30:00.12Z");
  EXPECT_EQ(time_text(18741 * day_us + 37'800'000'001), "2021-04-24 10:30:00.000001");
  EXPECT_EQ(time_text(std::numeric_limits<std::int64_t>::max()), "infinity");
  EXPECT_EQ(time_text(-std::numeric_limits<std::int64_t>::max(), true), "-infinity");
}

TEST(ValueText, EveryTimeIsReadAsItself) {
  rc::check([](bool utc) {
    const auto time = *rc::gen::inRange<std::int64_t>(-719'162 * day_us, 2'932'897 * day_us);
    RC_ASSERT(parse_timestamp(time_text(time, utc)) == std::optional(time));
    const auto day = static_cast<DayNumber>(*rc::gen::inRange(-719'162, 2'932'897));
    RC_ASSERT(day_text(day) == format_day(day));
  });
}

TEST(ValueText, Lists) {
  EXPECT_EQ(list_text({}), "[]");
  EXPECT_EQ(list_text({"a", "b c"}), "['a', 'b c']");
  EXPECT_EQ(list_text({"it's"}), "[\"it's\"]");
  EXPECT_EQ(list_text({"it's \"so\""}), "['it\\'s \"so\"']");
  EXPECT_EQ(list_text({std::string_view(), ""}), "[None, '']");
  EXPECT_EQ(list_text({"a\tb\nc\x01\x7F\\"}), "['a\\tb\\nc\\x01\\x7f\\\\']");
}

TEST(ValueText, EveryListIsReadAsItsTags) {
  rc::check([](const std::vector<std::string>& made) {
    std::vector<std::string_view> elements;
    elements.reserve(made.size());
    for (const std::string& element : made) elements.emplace_back(element);
    std::vector<std::string_view> typed;
    add_tags(elements, typed);
    TextArena arena;
    std::vector<std::string_view> read;
    const std::string text = list_text(elements);
    parse_tags(text, arena, read);
    RC_ASSERT(read == typed);
  });
}

TEST(ValueText, CsvFields) {
  EXPECT_EQ(field_text(""), "");
  EXPECT_EQ(field_text(" a;b "), " a;b ");
  EXPECT_EQ(field_text("a,b"), "\"a,b\"");
  EXPECT_EQ(field_text("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(field_text("a\nb"), "\"a\nb\"");
  EXPECT_EQ(field_text("\r"), "\"\r\"");
  std::string quoted;
  parquet::append_quoted("a", quoted);
  EXPECT_EQ(quoted, "\"a\"");
}

}  // namespace
}  // namespace weir::parquet_tests
