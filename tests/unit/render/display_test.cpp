#include "render/display.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "render/answer_rows.h"
#include "render/words.h"
#include "render_helpers.h"

namespace weir::rendering {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("plain"), 5U);
  EXPECT_EQ(display_width("Côte d'Ivoire"), 13U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("한국"), 4U);
  EXPECT_EQ(display_width("ﾊﾝｶｸ"), 4U);  // half-width forms
  EXPECT_EQ(display_width("ＡＢ"), 4U);  // full-width forms
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("…–·█▏"), 5U);  // what tables themselves draw
  EXPECT_EQ(display_width("Привет"), 6U);
}

TEST(DisplayWidth, GivesCombiningCharactersNoColumn) {
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                 // e, combining acute
  EXPECT_EQ(display_width("\xE0\xA4\x95\xE0\xA5\x8D"), 1U);  // ka, virama
  EXPECT_EQ(display_width("a\xE2\x80\x8D"
                          "b"),
            2U);                                                         // zero-width joiner
  EXPECT_EQ(display_width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), 2U);  // one Hangul syllable of three letters
  EXPECT_EQ(display_width("\xC2\xAD"), 1U);                              // soft hyphen
}

TEST(DisplayWidth, CountsBytesThatAreNotUtf8) {
  EXPECT_EQ(display_width("a\xFF\xC3"), 3U);
  EXPECT_EQ(display_width("\xE6\x97"), 2U);
}

TEST(Cut, KeepsWhatFits) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("Côte", 4), "Côte");
  EXPECT_EQ(cut("日本", 4), "日本");
  EXPECT_EQ(cut("", 0), "");
}

TEST(Cut, EndsInAnEllipsisAndNeverInsideACharacter) {
  EXPECT_EQ(cut("abcd", 3), "ab…");
  EXPECT_EQ(cut("abcd", 1), "…");
  EXPECT_EQ(cut("abcd", 0), "");
  EXPECT_EQ(cut("日本語", 5), "日本…");
  EXPECT_EQ(cut("日本語", 4), "日…");  // a wide character does not fit by half
  EXPECT_EQ(cut("e\xCC\x81"
                "abc",
                2),
            "e\xCC\x81…");  // the accent stays on its letter
}

TEST(Cut, IsNeverWiderThanAskedAndValidUtf8) {
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = printable(random_key(random));
    const std::size_t columns = random() % 20;
    const std::string kept = cut(text, columns);
    ASSERT_LE(display_width(kept), columns) << text;
    ASSERT_EQ(valid_utf8_prefix(kept), kept.size()) << text;
    ASSERT_EQ(kept == text, display_width(text) <= columns) << text;
  }
}

TEST(Append, FillsByColumns) {
  std::string out;
  append_left(out, "日本", 6);
  append_right(out, "é", 3);
  append_left(out, "long", 2);
  append_right(out, "long", 2);
  EXPECT_EQ(out, "日本    élonglong");
}

TEST(Bar, IsScaledToTheLargestInEighths) {
  EXPECT_EQ(bar(100, 100, 4), "████");
  EXPECT_EQ(bar(50, 100, 4), "██");
  EXPECT_EQ(bar(50, 100, 1), "▌");
  EXPECT_EQ(bar(7, 8, 1), "▉");
  EXPECT_EQ(bar(9, 16, 2), "█▏");
  EXPECT_EQ(bar(UINT64_MAX, UINT64_MAX, 3), "███");
}

TEST(Bar, ShowsTheLeastEventAndNothingForNone) {
  EXPECT_EQ(bar(1, UINT64_MAX, 40), "▏");
  EXPECT_EQ(bar(0, 5, 40), "");
}

TEST(Share, HasOneDecimalAndNeverHidesAnEvent) {
  EXPECT_EQ(share(136'582, 1'200'000), "11.4 %");
  EXPECT_EQ(share(7, 7), "100.0 %");
  EXPECT_EQ(share(1, 1000), "0.1 %");
  EXPECT_EQ(share(1, 1001), "<0.1 %");
  EXPECT_EQ(share(0, 1001), "0.0 %");
  EXPECT_EQ(share(UINT64_MAX, UINT64_MAX), "100.0 %");
}

TEST(TitleOf, IsTheNameWrittenAsItsHeading) {
  std::vector<std::string> titles;
  for (const Question* const question : all_questions()) titles.push_back(title_of(*question));
  EXPECT_THAT(titles, ::testing::ElementsAre("Countries", "Users", "Companies", "Dates", "Actions", "URIs", "Tags"));
}

TEST(KeysOf, CountsShownAndAll) {
  EXPECT_EQ(keys_of(answer_of("countries", 40, 9, {{"a", 1}, {"b", 1}})), "2 of 40 countries");
  EXPECT_EQ(keys_of(answer_of("countries", 1, 9, {{"a", 1}})), "1 country");
  EXPECT_EQ(keys_of(answer_of("uris", 1, 9, {{"a", 1}})), "1 URI");
  EXPECT_EQ(keys_of(answer_of("uris", 1500, 9, {})), "0 of 1,500 URIs");
  EXPECT_EQ(keys_of(answer_of("users", 0, 0, {})), "0 users");
}

TEST(DaysOf, NamesBothEndsOrOneOrNone) {
  Coverage coverage = april();
  EXPECT_EQ(days_of(coverage), "2021-03-31 to 2021-04-30");
  coverage.last_day = coverage.first_day;
  EXPECT_EQ(days_of(coverage), "2021-03-31");
  EXPECT_EQ(days_of(Coverage{}), "no dates");
}

TEST(RemarksOnDumps, WarnOfGapsAndRejects) {
  Coverage coverage = april();
  coverage.periods = {{2020, 11, 0}, {2021, 4, 0}};
  coverage.missing = {{2020, 12, 0}, {2021, 1, 0}, {2021, 2, 0}, {2021, 3, 0}};
  coverage.rejected = 1234;
  const std::vector<Remark> remarks = remarks_on_dumps(coverage);
  ASSERT_EQ(remarks.size(), 3U);
  EXPECT_EQ(remarks[0].text, "2 periods 2020-11..2021-04");
  EXPECT_FALSE(remarks[0].warning);
  EXPECT_EQ(remarks[1].text, "4 missing: 2020-12, 2021-01, 2021-02, …");
  EXPECT_TRUE(remarks[1].warning);
  EXPECT_EQ(remarks[2].text, "1,234 rejected");
  EXPECT_TRUE(remarks[2].warning);
}

TEST(RemarksOnDumps, SayNothingOfPeriodsThatNobodyKnows) {
  const std::vector<Remark> remarks = remarks_on_dumps(Coverage{});
  ASSERT_EQ(remarks.size(), 1U);
  EXPECT_EQ(remarks[0].text, "0 rejected");
  EXPECT_FALSE(remarks[0].warning);
}

}  // namespace
}  // namespace weir::rendering
