#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <regex>
#include <string>

#include "clean/clean.h"

namespace weir {
namespace {

constexpr std::int64_t second_us = 1'000'000;

// Counts days one year and one month at a time: slow, and plain to see.
std::int64_t reference_days(int year, int month, int day) {
  const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  std::int64_t days = 0;
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) days -= leap(y) ? 366 : 365;
  constexpr std::array lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int m = 1; m < month; ++m) days += lengths.at(static_cast<std::size_t>(m - 1)) + (m == 2 && leap(year) ? 1 : 0);
  return days + day - 1;
}

bool reference_is_date(int year, int month, int day) {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const int next_month = month == 12 ? 1 : month + 1;
  const int next_year = month == 12 ? year + 1 : year;
  return reference_days(year, month, day) < reference_days(next_year, next_month, 1);
}

std::int64_t days_us(int year, int month, int day) {
  return reference_days(year, month, day) * 86'400 * second_us;
}

// The grammar as one regular expression, the arithmetic as plain as can be.
std::optional<std::int64_t> reference_parse(const std::string& text) {
  static const std::regex grammar(
      "(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?"
      "(Z|z|[+-]\\d\\d(?::?\\d\\d)?)?)?|"
      "(\\d{4})(\\d\\d)(\\d\\d)(?:[Tt](\\d\\d)(\\d\\d)(?:(\\d\\d)(?:[.,](\\d+))?)?(Z|z|[+-]\\d\\d(?::?\\d\\d)?)?)?|"
      "(\\d{10})|(\\d{13})");
  std::smatch match;
  if (!std::regex_match(text, match, grammar)) return std::nullopt;
  if (match[17].matched) return std::stoll(match[17]) * second_us;
  if (match[18].matched) return std::stoll(match[18]) * 1000;
  const std::size_t base = match[1].matched ? 1 : 9;
  const auto number = [&](std::size_t i) { return match[base + i].matched ? std::stoi(match[base + i]) : 0; };
  if (!reference_is_date(number(0), number(1), number(2))) return std::nullopt;
  const bool leap_second = number(5) == 60;
  if (number(3) > 23 || number(4) > 59 || number(5) > 60) return std::nullopt;
  std::int64_t seconds = reference_days(number(0), number(1), number(2)) * 86'400;
  seconds += number(3) * 3600 + number(4) * 60 + (leap_second ? 59 : number(5));
  const std::string zone = match[base + 7];
  if (zone.size() > 1) {
    const int hours = std::stoi(zone.substr(1, 2));
    const int minutes = zone.size() > 3 ? std::stoi(zone.substr(zone.size() - 2)) : 0;
    if (hours > 23 || minutes > 59) return std::nullopt;
    seconds -= (zone[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  if (seconds < reference_days(1, 1, 1) * 86'400 || seconds >= reference_days(10'000, 1, 1) * 86'400)
    return std::nullopt;
  if (leap_second && (seconds % 86'400 + 86'400) % 86'400 != 86'399) return std::nullopt;
  const std::string fraction = (std::string(match[base + 6]) + "000000").substr(0, 6);
  return seconds * second_us + std::stoi(fraction);
}

TEST(ParseTimestamp, ReadsEveryDayOfTenThousandYears) {
  std::int64_t day = reference_days(1, 1, 1);
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int date = 1; date <= 31; ++date) {
        std::array<char, 16> text{};
        std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", year, month, date);
        const std::optional<std::int64_t> got = parse_timestamp(text.data());
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const bool exists =
            date <= 28 ||
            (month == 2 ? leap && date == 29 : date <= 30 || (month != 4 && month != 6 && month != 9 && month != 11));
        ASSERT_EQ(got.has_value(), exists) << text.data();
        if (exists) {
          ASSERT_EQ(*got, day * 86'400 * second_us) << text.data();
          ++day;
        }
      }
    }
  }
  EXPECT_EQ(day, reference_days(10'000, 1, 1));
}

TEST(ParseTimestamp, ReadsTheFormsOfTheContract) {
  const std::int64_t noon = days_us(2021, 4, 24) + 43'200 * second_us;
  for (const char* text : {"2021-04-24T12:00:00Z",
                           "2021-04-24t12:00:00z",
                           "2021-04-24 12:00:00",
                           "2021-04-24T12:00:00",
                           "2021-04-24T12:00",
                           "2021-04-24 12:00Z",
                           "2021-04-24 12:00:00+00",
                           "2021-04-24T14:00:00+02:00",
                           "2021-04-24T14:00:00+0200",
                           "2021-04-24T14:00:00+02",
                           "2021-04-24T08:30:00-03:30",
                           "2021-04-25T11:59:00+23:59",
                           "2021-04-24 12:00:00.000000000",
                           "2021-04-24T12:00:00.0Z",
                           "2021-04-24T12:00:00,000+00:00",
                           "20210424T120000Z",
                           "20210424T1200",
                           "20210424T140000+0200",
                           "1619265600",
                           "1619265600000"}) {
    EXPECT_EQ(parse_timestamp(text), noon) << text;
  }
  EXPECT_EQ(parse_timestamp("20210424"), days_us(2021, 4, 24));
  EXPECT_EQ(parse_timestamp("0000000000"), 0);
  EXPECT_EQ(parse_timestamp("0000000000001"), 1000);
}

TEST(ParseTimestamp, KeepsMicrosecondsAndCutsTheRest) {
  const std::int64_t base = days_us(2021, 4, 24) + second_us;
  EXPECT_EQ(parse_timestamp("2021-04-24T00:00:01.5"), base + 500'000);
  EXPECT_EQ(parse_timestamp("2021-04-24T00:00:01,123456"), base + 123'456);
  EXPECT_EQ(parse_timestamp("2021-04-24T00:00:01.123456999Z"), base + 123'456);
  EXPECT_EQ(parse_timestamp("2021-04-24T00:00:01.0000009"), base);
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999999Z"), -1);
}

TEST(ParseTimestamp, ALeapSecondStaysOnItsDay) {
  const std::int64_t last_second = days_us(2017, 1, 1) - second_us;
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60Z"), last_second);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60.25Z"), last_second + 250'000);
  EXPECT_EQ(parse_timestamp("2017-01-01T00:59:60+01:00"), last_second);
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:60"), -second_us);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:58:60Z"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60+01:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:61Z"), std::nullopt);
}

TEST(ParseTimestamp, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "0",
                           "x",
                           "2021",
                           "2021-04",
                           "2021-4-24",
                           "21-04-24",
                           "2021-13-01",
                           "2021-00-10",
                           "2021-02-29",
                           "2021-04-31",
                           "2021-04-00",
                           "0000-01-01",
                           "2021/04/24",
                           "24.04.2021",
                           "2021-04-24T",
                           "2021-04-24 ",
                           "2021-04-24T24:00:00",
                           "2021-04-24T12",
                           "2021-04-24T12:60",
                           "2021-04-24T1:00:00",
                           "2021-04-24T12:00:00.",
                           "2021-04-24T12:00.5",
                           "2021-04-24T12:00:00 Z",
                           "2021-04-24Z",
                           "2021-04-24T12:00:00+",
                           "2021-04-24T12:00:00+2",
                           "2021-04-24T12:00:00+02:",
                           "2021-04-24T12:00:00+02:0",
                           "2021-04-24T12:00:00+24:00",
                           "2021-04-24T12:00:00+02:60",
                           "2021-04-24T12:00:00+020",
                           "2021-04-24T12:00:00ZZ",
                           "2021-04-24T12:00:00 UTC",
                           "2021-0424",
                           "202104-24",
                           "20210424 1200",
                           "2021-04-24T1200",
                           "20210424T12:00",
                           "20210424T",
                           "20210424T12",
                           "2021-04-24_12:00",
                           "-021-04-24",
                           "2021-04--4",
                           "+2021-04-24",
                           "20211301",
                           "20210229",
                           "123456789",
                           "12345678901",
                           "123456789012",
                           "20210424120000",
                           "1619265600.5",
                           "-161926560",
                           "1e10",
                           "NaN",
                           "now",
                           "２０２１-04-24",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01"}) {
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  }
}

TEST(ParseTimestamp, BoundsOfTheYears) {
  EXPECT_EQ(parse_timestamp("0001-01-01"), days_us(1, 1, 1));
  EXPECT_EQ(parse_timestamp("9999-12-31T23:59:59.999999Z"), days_us(10'000, 1, 1) - 1);
}

// Texts near the grammar: well-formed ones with a few characters changed.
rc::Gen<std::string> nearly_a_time() {
  return rc::gen::exec([] {
    const auto digits = [](int count, int below) {
      std::string text = std::to_string(*rc::gen::inRange(0, below));
      while (text.size() < static_cast<std::size_t>(count)) text.insert(0, 1, '0');
      return text;
    };
    const auto one_of = [](std::vector<std::string> choices) { return *rc::gen::elementOf(choices); };
    const bool extended = *rc::gen::inRange(0, 4) > 0;
    const std::string dash = extended ? "-" : "";
    const std::string colon = extended ? ":" : "";
    std::string text = digits(4, 10'000) + dash + digits(2, 14) + dash + digits(2, 33);
    if (*rc::gen::inRange(0, 5) > 0) text += one_of({"T", "t", " "}) + digits(2, 25) + colon + digits(2, 61);
    if (*rc::gen::inRange(0, 5) > 0) text += colon + digits(2, 62);
    if (*rc::gen::inRange(0, 3) == 0) text += one_of({".", ","}) + digits(1, 10'000'000);
    text += one_of({"", "", "Z", "z", "+" + digits(2, 25), "-" + digits(2, 15) + digits(2, 61),
                    "+" + digits(2, 15) + ":" + digits(2, 61)});
    if (*rc::gen::inRange(0, 4) == 0) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] = *rc::gen::elementOf(std::string("0123456789-+:., TZtz/x"));
    }
    if (*rc::gen::inRange(0, 8) == 0) text.resize(*rc::gen::inRange<std::size_t>(0, text.size()));
    return text;
  });
}

TEST(ParseTimestamp, EqualsTheReferenceNearTheGrammar) {
  EXPECT_TRUE(rc::check("parse_timestamp", [] {
    for (int i = 0; i < 100; ++i) {
      const std::string text = *nearly_a_time();
      RC_ASSERT(parse_timestamp(text) == reference_parse(text));
    }
  }));
}

TEST(ParseTimestamp, EqualsTheReferenceOnDigits) {
  EXPECT_TRUE(rc::check("digits", [] {
    const auto length = *rc::gen::inRange<std::size_t>(0, 16);
    const std::string text =
        *rc::gen::container<std::string>(length, rc::gen::inRange('0', static_cast<char>('9' + 1)));
    RC_ASSERT(parse_timestamp(text) == reference_parse(text));
  }));
}

TEST(Trim, TakesAsciiWhiteSpaceOnly) {
  EXPECT_EQ(trim(" \t\r\n\v\f a b \f\v\n\r\t "), "a b");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim("\u00a0x\u00a0"), "\u00a0x\u00a0");
}

}  // namespace
}  // namespace weir
