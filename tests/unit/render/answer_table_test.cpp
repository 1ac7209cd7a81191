#include <gmock/gmock.h>

#include <limits>

#include "base/text.h"
#include "render/display.h"
#include "render_helpers.h"

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Answer countries() {
  return answer_of("countries", 40, 1'200'000,
                   {{"Palau", 136'582}, {"Côte d'Ivoire", 68'291}, {"日本", 34'146}, {"(none)", 1}});
}

TEST(AnswerTable, LooksLikeThisAt80Columns) {
  EXPECT_EQ(render(countries(), april(), Format::table, {.colour = false, .width_columns = 80}),
            "Countries  Where events come from\n"
            "\n"
            "Country         Events   Share\n"
            "Palau          136,582  11.4 %  ████████████████████████████████████████\n"
            "Côte d'Ivoire   68,291   5.7 %  ████████████████████\n"
            "日本            34,146   2.8 %  ██████████\n"
            "(none)               1  <0.1 %  ▏\n"
            "\n"
            "1,200,000 events · 4 of 40 countries · 2021-03-31 to 2021-04-30 · period 2021-04\n"
            "0 missing · 0 rejected\n");
}

TEST(AnswerTable, HasNoBarsWithoutATerminalButEverythingElse) {
  const std::string long_key(100, 'x');
  Answer answer = countries();
  answer.rows.push_back({long_key, 1});
  const std::string text = render(answer, april(), Format::table, {});
  EXPECT_THAT(text, Not(HasSubstr("█")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr(long_key + "        1  <0.1 %\n"));
  EXPECT_THAT(text, HasSubstr("Palau" + std::string(95, ' ') + "  136,582  11.4 %\n"));
  EXPECT_THAT(text, HasSubstr("1,200,000 events · 5 of 40 countries · 2021-03-31 to 2021-04-30 · period 2021-04 · "
                              "0 missing · 0 rejected\n"));
}

TEST(AnswerTable, LetsOneGiantKeyRunOver) {
  const std::string giant(100'000, 'x');
  const std::string text = render(answer_of("uris", 2, 10, {{giant, 5}, {"short", 5}}), april(), Format::table, {});
  EXPECT_THAT(text, HasSubstr(giant + "       5  50.0 %\n"));
  EXPECT_LT(text.size(), giant.size() + 1000);
}

TEST(AnswerTable, CutsLongKeysToLeaveRoomForBars) {
  const Answer answer = answer_of("users", 2, 4, {{std::string(70, 'a') + "@example.com", 3}, {"b@example.com", 1}});
  const std::vector<std::string> lines =
      lines_of(render(answer, april(), Format::table, {.colour = false, .width_columns = 80}));
  EXPECT_EQ(lines[3], std::string(41, 'a') + "…       3  75.0 %  ████████████████████");
  EXPECT_EQ(rendering::display_width(lines[3]), 80U);
  EXPECT_EQ(lines[4], "b@example.com" + std::string(29, ' ') + "       1  25.0 %  ██████▋");
}

TEST(AnswerTable, DropsTheBarRatherThanTheKeysWhereItIsNarrow) {
  const std::vector<std::string> lines =
      lines_of(render(countries(), april(), Format::table, {.colour = false, .width_columns = 40}));
  EXPECT_EQ(lines[3], "Palau          136,582  11.4 %");
  EXPECT_EQ(lines[4], "Côte d'Ivoire   68,291   5.7 %");
}

TEST(AnswerTable, KeepsTheOrderGiven) {
  const Answer answer = answer_of("dates", 3, 6, {{"2021-04-01", 1}, {"2021-04-02", 3}, {"2021-04-03", 2}});
  const std::vector<std::string> lines = lines_of(render(answer, april(), Format::table, {}));
  EXPECT_THAT(lines[3], StartsWith("2021-04-01"));
  EXPECT_THAT(lines[4], StartsWith("2021-04-02"));
  EXPECT_THAT(lines[5], StartsWith("2021-04-03"));
}

TEST(AnswerTable, SaysWhenThereIsNothing) {
  EXPECT_EQ(render(answer_of("users", 0, 0, {}), Coverage{}, Format::table, {.colour = false, .width_columns = 80}),
            "Users  Who caused them, by e-mail address\n\nNo events.\n\n0 events · 0 users · no dates · 0 rejected\n");
  EXPECT_THAT(render(answer_of("users", 0, 5, {}), april(), Format::table, {}), HasSubstr("\nNo values.\n"));
  EXPECT_THAT(render(answer_of("users", 2, 5, {}), april(), Format::table, {}),
              HasSubstr("\nUser  Events   Share\n\n5 events · 0 of 2 users ·"));  // a limit of 0
}

TEST(AnswerTable, ShowsHugeCounts) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::string text = render(answer_of("users", 1, most, {{"a", most}}), april(), Format::table,
                                  {.colour = false, .width_columns = 80});
  EXPECT_THAT(text, HasSubstr("a     18,446,744,073,709,551,615  100.0 %  ███"));
}

TEST(AnswerTable, WarnsInColourOfGapsAndRejects) {
  Coverage coverage = april();
  coverage.periods = {{2021, 2, 0}, {2021, 4, 0}};
  coverage.missing = {{2021, 3, 0}};
  coverage.rejected = 3;
  const std::string text = render(countries(), coverage, Format::table, {.colour = true, .width_columns = 80});
  EXPECT_THAT(text, HasSubstr("\x1b[33m1 missing: 2021-03\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[33m3 rejected\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[1mCountries\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[2m(none)\x1b[0m"));
}

TEST(AnswerTable, IsTheSameTextUnderItsColours) {
  for (const unsigned width : {0U, 40U, 80U, 200U}) {
    EXPECT_EQ(
        without_colour(render(awkward_answer(), april(), Format::table, {.colour = true, .width_columns = width})),
        render(awkward_answer(), april(), Format::table, {.colour = false, .width_columns = width}));
    EXPECT_EQ(without_colour(render(small_insights(), Format::table, {.colour = true, .width_columns = width})),
              render(small_insights(), Format::table, {.colour = false, .width_columns = width}));
  }
}

TEST(AnswerTable, NeverLetsATerminalObeyAKey) {
  for (const unsigned width : {0U, 40U, 80U, 200U}) {
    const std::string text =
        render(awkward_answer(), april(), Format::table, {.colour = false, .width_columns = width});
    EXPECT_FALSE(has_control_characters(text));
    EXPECT_EQ(lines_of(text).size(),
              lines_of(render(countries(), april(), Format::table, {.width_columns = width})).size() +
                  awkward_keys().size() - countries().rows.size());
  }
}

void expect_within(const std::string& text, unsigned width) {
  for (const std::string& line : lines_of(text)) {
    ASSERT_LE(rendering::display_width(line), width) << line;
    ASSERT_TRUE(line.empty() || line.back() != ' ') << line;
  }
}

TEST(AnswerTable, StaysWithinTheTerminal) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    Insights insights{100'000'000'000'000'000, april(), {}};
    insights.coverage.rejected = insights.events;
    insights.coverage.missing.assign(5, {2021, 2, 28});
    for (const Question* const question : all_questions()) {
      Answer answer{question, 1'234'567, insights.events, {}};
      const unsigned shift = static_cast<unsigned>(random() % 57);
      for (std::uint64_t rows = random() % 6; rows > 0; --rows) {
        answer.rows.push_back({random_key(random), insights.events >> shift});
      }
      insights.answers.push_back(answer);
    }
    for (const unsigned width : {40U, 80U, 131U, 132U, 200U}) {
      const TableStyle style{.colour = false, .width_columns = width};
      expect_within(render(insights, Format::table, style), width);
      expect_within(render(insights.answers[0], insights.coverage, Format::table, style), width);
    }
  }
}

TEST(AnswerTable, BearsAnyWidth) {
  for (unsigned width = 1; width < 40; ++width) {
    const TableStyle style{.colour = true, .width_columns = width};
    EXPECT_THAT(render(awkward_answer(), april(), Format::table, style), HasSubstr("Tags")) << width;
    EXPECT_THAT(render(small_insights(), Format::table, style), HasSubstr("URIs")) << width;
  }
}

TEST(InsightsTable, LooksLikeThisAt80Columns) {
  EXPECT_EQ(render(small_insights(), Format::table, {.colour = false, .width_columns = 80}),
            "1,200,000 events · 2021-03-31 to 2021-04-30\n"
            "\n"
            "Countries  3 of 3\n"
            "  Palau    800,000  66.7 %  ████████████████████████████████████████\n"
            "  France   399,999  33.3 %  ████████████████████\n"
            "  (none)         1  <0.1 %  ▏\n"
            "\n"
            "URIs  2 of 5\n"
            "  search   600,000  50.0 %  ████████████████████████████████████████\n"
            "  home     300,000  25.0 %  ████████████████████\n"
            "\n"
            "period 2021-04 · 0 missing · 0 rejected\n");
}

TEST(InsightsTable, StandsSideBySideWhereThereIsRoom) {
  const std::string text = render(small_insights(), Format::table, {.colour = false, .width_columns = 132});
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[2], "Countries  3 of 3" + std::string(51, ' ') + "URIs  2 of 5");
  EXPECT_THAT(lines[3], HasSubstr("  search   600,000  50.0 %  █"));
  EXPECT_EQ(lines[5], "  (none)         1  <0.1 %  ▏");
}

TEST(InsightsTable, SaysWhenThereIsNothing) {
  const Insights none{0, {}, {answer_of("countries", 0, 0, {}), answer_of("tags", 0, 0, {})}};
  EXPECT_THAT(render(Insights{9, april(), {answer_of("tags", 2, 9, {})}}, Format::table, {}),
              HasSubstr("\n\nTags  0 of 2\n\nperiod"));  // a limit of 0
  EXPECT_EQ(render(none, Format::table, {.colour = false, .width_columns = 80}),
            "0 events · no dates\n\nCountries\n  No events.\n\nTags\n  No events.\n\n0 rejected\n");
}

}  // namespace
}  // namespace weir
