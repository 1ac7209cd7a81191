#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

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

// Pieces of keys as S3 allows them: blanks, plus and percent signs, quotes, equals signs, any character.
rc::Gen<std::string> literal() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "Z", "0", "7", "19", "/", ".", "-", "_", " ", "+", "%", "%2F", "=", "&", "?", "#", "'",
                          "\"", "*", "[", "\\", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\n", "<", ">", "~",
                          "|", "^", ":", ";", ",", "@", "$", "!")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

rc::Gen<Period> period_of(bool daily) {
  return rc::gen::map(rc::gen::inRange(to_day_number({1970, 1, 1}), to_day_number({2100, 1, 1})), [=](DayNumber day) {
    const CivilDate date = to_civil(day);
    return Period{date.year, date.month, daily ? date.day : 0};
  });
}

RC_GTEST_PROP(UriTemplateProperty, NamesAndMatchesBothWays, ()) {
  std::vector<std::string> placeholders{"{YYYY}", "{MM}"};
  const bool daily = *rc::gen::arbitrary<bool>();
  if (daily) placeholders.emplace_back("{DD}");
  if (*rc::gen::arbitrary<bool>()) placeholders.emplace_back("{YYYY}");  // said twice
  std::string text = "s3://b/" + *literal();
  for (; !placeholders.empty(); text += *literal()) {
    const auto at = *rc::gen::inRange<std::size_t>(0, placeholders.size());
    text += placeholders[at];
    placeholders.erase(placeholders.begin() + static_cast<std::ptrdiff_t>(at));
  }
  const UriTemplate uri_template = of(text);
  const Period period = *period_of(daily);
  const std::string uri = uri_template.uri(period);
  RC_ASSERT(uri_template.match(uri) == period);
  const Period other = *period_of(daily);
  RC_ASSERT((uri_template.uri(other) == uri) == (other == period));
  // What is matched is named so, byte for byte.
  std::string changed = uri;
  changed[*rc::gen::inRange<std::size_t>(0, uri.size())] = *rc::gen::element('0', '1', '2', '9', '/', 'x');
  if (const auto matched = uri_template.match(changed)) RC_ASSERT(uri_template.uri(*matched) == changed);
  RC_ASSERT(!uri_template.match(uri + "x") && !uri_template.match(uri.substr(0, uri.size() - 1)));
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

TEST(UriTemplate, WritesSchemesInSmallLetters) {
  EXPECT_EQ(of("S3://Bucket/{YYYY}/{MM}").text(), "s3://Bucket/{YYYY}/{MM}");
  EXPECT_EQ(of("HTTPS://Host/{YYYY}/{MM}").uri({2021, 4, 0}), "https://Host/2021/04");
  EXPECT_THAT(to_string(UriTemplate::parse("HTTP://me:hidden@h/{YYYY}").error()), Not(HasSubstr("hidden")));
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
