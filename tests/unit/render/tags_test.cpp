#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "render_helpers.h"
#include "weir/period.h"

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array formats{Format::table, Format::json, Format::ndjson, Format::csv, Format::markdown};
constexpr std::array styles{TableStyle{}, TableStyle{.colour = true, .width_columns = 100},
                            TableStyle{.colour = false, .width_columns = 40},
                            TableStyle{.colour = false, .width_columns = 1}};

TagPairs awkward_pairs() {
  TagPairs pairs{.distinct = 900, .events = 1000, .rows = {}};
  for (const std::string& key : awkward_keys()) pairs.rows.push_back({key, "z " + key, 5, 10, 20, 25});
  return pairs;
}

TagTrend awkward_trend() {
  TagTrend trend;
  trend.span = {to_day_number({2021, 4, 1}), to_day_number({2021, 4, 30})};
  trend.before = span_before(trend.span);
  trend.events = 1000;
  trend.events_before = 900;
  for (const std::string& key : awkward_keys()) {
    trend.rising_rows.push_back({key, 7, 0});
    trend.falling_rows.push_back({key, 0, 3});
  }
  trend.rising = trend.falling = awkward_keys().size();
  return trend;
}

template <class Shown>
void expect_safe(const Shown& shown) {
  for (const Format format : formats) {
    for (const TableStyle& style : styles) {
      const std::string text = without_colour(render(shown, april(), format, style));
      EXPECT_TRUE(text.ends_with('\n'));
      const bool keeps_text = format == Format::csv && style.width_columns == 0;
      EXPECT_EQ(!keeps_text && has_control_characters(text), false) << static_cast<int>(format) << text;
    }
  }
}

TEST(TagPairsRendered, AreSafeToShow) {
  expect_safe(awkward_pairs());
}

TEST(TagTrendRendered, IsSafeToShow) {
  expect_safe(awkward_trend());
}

TEST(TagPairsRendered, GiveAllNumbersToPrograms) {
  const TagPairs pairs = awkward_pairs();
  const auto json = nlohmann::json::parse(render(pairs, april(), Format::json, {}));
  EXPECT_EQ(json["distinct"], 900);
  EXPECT_EQ(json["events"], 1000);
  EXPECT_EQ(json["rows"].size(), pairs.rows.size());
  EXPECT_EQ(json["rows"][0]["events"], 5);
  EXPECT_EQ(json["rows"][0]["first_events"], 10);
  EXPECT_EQ(json["rows"][0]["second_events"], 20);
  EXPECT_EQ(json["rows"][0]["lift"], 25.0);
  EXPECT_EQ(json["coverage"]["periods"][0], "2021-04");
  for (const std::string& line : lines_of(render(pairs, april(), Format::ndjson, {}))) {
    EXPECT_EQ(nlohmann::json::parse(line)["events"], 5);
  }
}

TEST(TagTrendRendered, GivesAllNumbersToPrograms) {
  const TagTrend trend = awkward_trend();
  const auto json = nlohmann::json::parse(render(trend, april(), Format::json, {}));
  EXPECT_EQ(json["span"]["first_day"], "2021-04-01");
  EXPECT_EQ(json["before"]["last_day"], "2021-03-31");
  EXPECT_EQ(json["before"]["events"], 900);
  EXPECT_EQ(json["rising"]["distinct"], trend.rising);
  EXPECT_EQ(json["falling"]["rows"][0]["change"], -3);
  const std::vector<std::string> lines = lines_of(render(trend, april(), Format::ndjson, {}));
  ASSERT_EQ(lines.size(), 2 * awkward_keys().size());
  EXPECT_EQ(nlohmann::json::parse(lines.back())["direction"], "falling");
}

TEST(TagPairsRendered, HaveBarsOnATerminalOnly) {
  const TagPairs pairs{.distinct = 1, .events = 100, .rows = {{"a", "b", 5, 10, 20, 2.5}}};
  EXPECT_THAT(render(pairs, april(), Format::table, {.colour = false, .width_columns = 80}), HasSubstr("a + b"));
  EXPECT_THAT(render(pairs, april(), Format::table, {.colour = false, .width_columns = 80}), HasSubstr("█"));
  EXPECT_THAT(render(pairs, april(), Format::table, {}), Not(HasSubstr("█")));
}

}  // namespace
}  // namespace weir
