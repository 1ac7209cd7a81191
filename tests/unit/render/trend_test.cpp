#include <gmock/gmock.h>

#include "render/render.h"
#include "render/time_report.h"
#include "weir/period.h"

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr TableStyle piped{};
constexpr TableStyle terminal{false, 100};

DayNumber month(int number) {
  return to_day_number({2021, number, 1});
}

Coverage coverage() {
  return {month(1), month(4) - 1, {{2021, 1, 0}, {2021, 3, 0}}, {{2021, 2, 0}}, 0};
}

Trend a_trend() {
  return {"active-users",
          "users",
          {{month(1), Standing::complete, 100, {}, 80},
           {month(2), Standing::missing, {}, {}, {}},
           {month(3), Standing::complete, 0, {}, 0},
           {month(4), Standing::partial, 25, {}, {}}},
          {By::month, 3, coverage()}};
}

TEST(TrendTable, SaysWhatIsMissingAndWhatIsPartial) {
  EXPECT_EQ(
      render(a_trend(), Format::table, piped),
      "Active users by month\n\n"
      "Month             Users  Change  Year on year\n"
      "2021-01             100       –       +25.0 %\n"
      "2021-02  missing      –       –             –\n"
      "2021-03               0       –             –\n"
      "2021-04  partial     25       –             –\n\n"
      "1 partial: 2021-04 · 3 events left out, of days that no loaded dump is about · 2021-01-01 to 2021-03-31 · 2 "
      "periods 2021-01..2021-03 · 1 missing: 2021-02 · 0 rejected\n");
}

TEST(TrendTable, HasBarsWhereATerminalHasRoom) {
  EXPECT_THAT(render(a_trend(), Format::table, terminal),
              HasSubstr("+25.0 %  ████████████████████████████████████████\n"));
  EXPECT_THAT(render(a_trend(), Format::table, terminal), HasSubstr("–  ██████████\n"));
  EXPECT_THAT(render(a_trend(), Format::table, {false, 48}), Not(HasSubstr("█")));
}

TEST(TrendJson, WhatIsMissingIsNullNeverZero) {
  EXPECT_EQ(
      render(a_trend(), Format::json, piped),
      R"({"trend":"active-users","by":"month","left_out":3,"rows":[{"period":"2021-01","status":"complete","users":100,"previous":null,"change_percent":null,"year_ago":80,"year_change_percent":25},{"period":"2021-02","status":"missing","users":null,"previous":null,"change_percent":null,"year_ago":null,"year_change_percent":null},{"period":"2021-03","status":"complete","users":0,"previous":null,"change_percent":null,"year_ago":0,"year_change_percent":null},{"period":"2021-04","status":"partial","users":25,"previous":null,"change_percent":null,"year_ago":null,"year_change_percent":null}],"coverage":{"first_day":"2021-01-01","last_day":"2021-03-31","periods":["2021-01","2021-03"],"missing":["2021-02"],"rejected":0}}
)");
}

TEST(TrendCsv, HasEveryRowInFull) {
  EXPECT_EQ(render(a_trend(), Format::csv, piped),
            "period,status,users,previous,change_percent,year_ago,year_change_percent\n"
            "2021-01,complete,100,,,80,25\n2021-02,missing,,,,,\n2021-03,complete,0,,,0,\n2021-04,partial,25,,,,\n");
}

TEST(QuestionTrendTable, IsALineAKeyWithItsCourse) {
  const Question countries{"countries", "country", "Country", "", Field::country};
  const QuestionTrend trend{&countries,
                            40,
                            130,
                            {{"Palau",
                              100,
                              {{month(1), Standing::complete, 80, {}, {}},
                               {month(2), Standing::complete, 20, 80, {}},
                               {month(3), Standing::missing, {}, {}, {}},
                               {month(4), Standing::partial, 0, {}, {}}}},
                             {"France",
                              30,
                              {{month(1), Standing::complete, 0, {}, {}},
                               {month(2), Standing::complete, 30, 0, {}},
                               {month(3), Standing::missing, {}, {}, {}},
                               {month(4), Standing::partial, 0, {}, {}}}}},
                            {By::month, 0, coverage()}};
  const std::string text = render(trend, Format::table, terminal);
  EXPECT_THAT(text, HasSubstr("Country  Events  2021-02   Change  Year on year  Over time\n"
                              "Palau       100       20  -75.0 %             –  █▃·▁\n"
                              "France       30       30        –             –  ▁█·▁\n"));
  EXPECT_THAT(text, HasSubstr("130 events · 2 of 40 countries"));
  EXPECT_THAT(render(trend, Format::ndjson, piped),
              HasSubstr(R"({"key":"Palau","period":"2021-02","status":"complete","events":20,"previous":80,"change_per)"
                        R"(cent":-75,"year_ago":null,"year_change_percent":null})"));
}

TEST(LifecycleTable, SaysSinceWhenAnybodyIsKnown) {
  const Question users{"users", "user", "User", "", Field::email};
  const Lifecycle lifecycle{&users,
                            month(1),
                            {{month(1), Standing::complete, 10, 10, 0, {}}, {month(2), Standing::complete, 7, 1, 6, 4}},
                            {By::month, 0, coverage()}};
  const std::string text = render(lifecycle, Format::table, piped);
  EXPECT_THAT(text, HasSubstr("Month    Active  New  Returning  Lost\n"
                              "2021-01      10   10          0     –\n"
                              "2021-02       7    1          6     4\n"));
  EXPECT_THAT(text, HasSubstr("known since 2021-01-01: users of before count as new"));
  EXPECT_THAT(
      render(lifecycle, Format::json, piped),
      HasSubstr(R"("of":"users","by":"month","left_out":0,"seen_since":"2021-01-01","rows":[{"period":"2021-01",)"
                R"("status":"complete","active":10,"new":10,"returning":0,"lost":null})"));
}

TEST(CohortTable, HasALineACohortAndAsManyMonthsAsFit) {
  const Question users{"users", "user", "User", "", Field::email};
  Cohorts cohorts{&users, month(1), {}, {By::month, 0, coverage()}};
  cohorts.rows.push_back({month(1), Standing::complete, 200, {}});
  cohorts.rows.push_back({month(3), Standing::complete, 0, {}});
  for (int i = 1; i <= 3; ++i) {
    const bool missing = i == 2;
    cohorts.rows[0].points.push_back({month(i), missing ? Standing::missing : Standing::complete,
                                      missing ? std::nullopt : std::optional<std::uint64_t>(i == 1 ? 200 : 50)});
  }
  cohorts.rows[1].points.push_back({month(3), Standing::complete, 0});
  EXPECT_THAT(render(cohorts, Format::table, piped), HasSubstr("First seen  Users       +0  +1      +2\n"
                                                               "2021-01       200  100.0 %   –  25.0 %\n"
                                                               "2021-03         0        –\n"));
  const std::string narrow = render(cohorts, Format::table, {false, 45});
  EXPECT_THAT(narrow, HasSubstr("First seen  Users       +0  +1\n"));
  EXPECT_THAT(narrow, HasSubstr("2 of 3 months shown, -f csv has them all"));
  EXPECT_THAT(render(cohorts, Format::csv, piped), HasSubstr("cohort,size,period,after,status,active,percent\n"
                                                             "2021-01,200,2021-01,0,complete,200,100\n"
                                                             "2021-01,200,2021-02,1,missing,,\n"));
}

TEST(LineChart, TellsNothingFromLittle) {
  using Values = std::vector<std::optional<std::uint64_t>>;
  EXPECT_EQ(rendering::line_chart(Values{0, 1, 1000, std::nullopt, 500}, 10), "▁▂█·▅");
  EXPECT_EQ(rendering::line_chart(Values{0, 1, 1000, std::nullopt, 500}, 2), "·▅");
  EXPECT_EQ(rendering::line_chart(Values{0, 0}, 9), "▁▁");
  EXPECT_EQ(rendering::line_chart(Values{}, 9), "");
}

}  // namespace
}  // namespace weir
