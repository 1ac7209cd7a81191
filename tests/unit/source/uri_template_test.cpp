#include <gmock/gmock.h>

#include "weir/source.h"

namespace weir {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

UriTemplate of(std::string_view text) {
  return UriTemplate::parse(text).value();
}

TEST(UriTemplate, IsMonthlyOrDaily) {
  EXPECT_EQ(of("a/{YYYY}/{MM}.csv").granularity(), Granularity::month);
  EXPECT_EQ(of("a/{YYYY}-{MM}-{DD}.csv").granularity(), Granularity::day);
}

TEST(UriTemplate, NamesPeriods) {
  EXPECT_EQ(of("s3://b/{YYYY}/{MM}/e.csv").uri({2021, 4, 0}), "s3://b/2021/04/e.csv");
  EXPECT_EQ(of("{YYYY}{MM}{DD}/{YYYY}").uri({987, 4, 5}), "09870405/0987");
}

TEST(UriTemplate, MatchesBothWays) {
  for (const char* text : {"s3://b/{YYYY}/{MM}/{DD}/e.csv", "d/{YYYY}{MM}{DD}.csv", "x{DD}.{MM}.{YYYY}",
                           "/a/{YYYY}/{MM}/{YYYY}-{MM}-{DD}.gz"}) {
    const UriTemplate uri_template = of(text);
    for (const Period period : {Period{2020, 2, 29}, Period{1999, 12, 31}, Period{2021, 1, 1}}) {
      EXPECT_EQ(uri_template.match(uri_template.uri(period)), period) << text;
    }
  }
}

TEST(UriTemplate, MatchesNothingElse) {
  const UriTemplate daily = of("d/{YYYY}/{MM}/{DD}.csv");
  for (const char* uri :
       {"d/2021/02/29.csv", "d/2021/13/01.csv", "d/2021/00/10.csv", "d/2021/01/00.csv", "d/2021/1/01.csv",
        "d/2021/01/01.csv.gz", "xd/2021/01/01.csv", "d/2021/01/0a.csv", "d/-021/01/01.csv", "d/2021/01/", ""}) {
    EXPECT_EQ(daily.match(uri), std::nullopt) << uri;
  }
  EXPECT_EQ(of("{YYYY}/{MM}/{YYYY}.csv").match("2021/04/2022.csv"), std::nullopt) << "one year, said twice";
}

TEST(UriTemplate, TakesAPathWrittenAnotherWay) {
  const UriTemplate uri_template = of("./d//{YYYY}/{MM}.csv");
  EXPECT_EQ(uri_template.match("d/2021/04.csv"), (Period{2021, 4, 0}));
  EXPECT_EQ(uri_template.match("d/./2021/04.csv"), (Period{2021, 4, 0}));
  EXPECT_EQ(uri_template.match("/d/2021/04.csv"), std::nullopt);
  EXPECT_EQ(of("s3://b//{YYYY}/{MM}").match("s3://b/2021/04"), std::nullopt) << "keys are bytes";
}

TEST(UriTemplate, HasAPrefixToList) {
  const UriTemplate daily = of("s3://b/{YYYY}/{MM}/{DD}.csv");
  EXPECT_EQ(daily.common_prefix({2021, 4, 5}, {2021, 4, 5}), "s3://b/2021/04/05.csv");
  EXPECT_EQ(daily.common_prefix({2021, 4, 5}, {2021, 4, 9}), "s3://b/2021/04/0");
  EXPECT_EQ(daily.common_prefix({2021, 4, 5}, {2021, 4, 15}), "s3://b/2021/04/");
  EXPECT_EQ(daily.common_prefix({2021, 1, 31}, {2021, 4, 31}), "s3://b/2021/0");
  EXPECT_EQ(daily.common_prefix({2019, 4, 5}, {2021, 4, 5}), "s3://b/20");
  EXPECT_EQ(of("s3://b/{MM}/{YYYY}").common_prefix({2019, 4, 0}, {2021, 4, 0}), "s3://b/")
      << "every month lies between";
}

TEST(UriTemplate, RefusesWhatIsNone) {
  const struct {
    const char* text;
    const char* why;
  } cases[] = {{"a/b.csv", "no {YYYY}"}, {"a/{YYYY}.csv", "no {MM}"},  {"{MM}", "no {YYYY}"},
               {"", "no {YYYY}"},        {"{YYYY}/{MM}/{HH}", "{HH}"}, {"{yyyy}/{MM}", "{yyyy}"},
               {"{YYYY}/{MM}/{", "'{'"}, {"{YYYY}/{MM}}", "'}'"}};
  for (const auto& [text, why] : cases) {
    const auto parsed = UriTemplate::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
    EXPECT_THAT(to_string(parsed.error()), AllOf(HasSubstr(why), HasSubstr("write it like")));
  }
}

TEST(UriTemplate, ShowsNoPasswordOfWhatIsNone) {
  for (const char* text :
       {"http://me:hidden@h/events.csv", "https://h/{YYYY}/events.csv?key=hidden",
        "https://me:{hidden}@h/{YYYY}/{MM}.csv", "https://h/{YYYY}/{MM}.csv?{hidden}", "https://me:hidden@/{YYYY}"}) {
    const auto parsed = UriTemplate::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(to_string(parsed.error()), Not(HasSubstr("hidden"))) << text;
  }
  EXPECT_THAT(to_string(UriTemplate::parse("http://me:hidden@h/{YYYY}/{HH}").error()),
              AllOf(HasSubstr("'http://h/{YYYY}/{HH}'"), HasSubstr("'{HH}' is no placeholder")));
}

}  // namespace
}  // namespace weir
