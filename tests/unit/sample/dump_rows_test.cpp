#include "sample/dump_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <map>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace weir::sample {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

const Period april{2021, 4, 0};

std::string dump(const Period& period, std::uint64_t rows, std::uint64_t seed = 1, std::uint64_t users = 400'000) {
  const Population population({seed, users, 2'500});
  DumpRows source(population, seed, period, rows);
  std::string out;
  while (source.append_to(out)) {
  }
  return out;
}

// The fields of a line, quotes undone; enough for what the generator writes.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      out.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += line[i];
    }
  }
  return out;
}

std::vector<std::vector<std::string>> table(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::vector<std::string>> out;
  for (std::string line; std::getline(stream, line);) out.push_back(fields(line));
  return out;
}

TEST(DumpRows, GivesTheSameBytesEverywhere) {
  const std::string text = dump(april, 20'000);
  EXPECT_EQ(text, dump(april, 20'000));
  EXPECT_NE(text, dump(april, 20'000, 2));
  // A change of the generator changes every measurement made with it: it had better be meant.
  EXPECT_EQ(XXH3_64bits(text.data(), text.size()), 14093038938012123688ULL);
}

TEST(DumpRows, WritesRowsOfTheFieldsInTheHeader) {
  const auto rows = table(dump(april, 50'000));
  ASSERT_EQ(rows.size(), 50'001U);
  EXPECT_THAT(rows[0], testing::ElementsAre("id", "timestamp", "email", "country", "ip", "uri", "action", "tags"));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].size(), 8U) << i;
    EXPECT_EQ(rows[i][0].size(), 36U);
    EXPECT_EQ(rows[i][0][14], '4');
    EXPECT_EQ(rows[i][1].size(), 10U);
    EXPECT_FALSE(rows[i][5].empty());
    EXPECT_FALSE(rows[i][6].empty());
    EXPECT_EQ(rows[i][7].front(), '[');
    EXPECT_EQ(rows[i][7].back(), ']');
  }
}

TEST(DumpRows, HasTheOdditiesOfRealDumps) {
  const std::string text = dump(april, 200'000);
  const auto rows = table(text);
  std::map<std::string, std::size_t> days;
  std::set<std::string> ids;
  std::size_t no_email = 0;
  std::size_t no_country = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ++days[rows[i][1]];
    ids.insert(rows[i][0]);
    no_email += rows[i][2].empty() ? 1U : 0U;
    no_country += rows[i][3].empty() ? 1U : 0U;
  }
  EXPECT_EQ(days["2021-03-31"], 200U);
  EXPECT_EQ(days.size(), 31U);
  EXPECT_LT(ids.size(), 200'000U);
  EXPECT_GT(ids.size(), 199'900U);
  EXPECT_NEAR(static_cast<double>(no_email), 400, 100);
  EXPECT_NEAR(static_cast<double>(no_country), 286, 80);
  EXPECT_THAT(text, HasSubstr(",\"Korea, Republic of\","));
  EXPECT_THAT(text, HasSubstr("\"\"today's news\"\""));
  const double bytes_per_row = static_cast<double>(text.size()) / 200'000;
  EXPECT_NEAR(bytes_per_row, 148, 6);
}

TEST(DumpRows, UsersAreHeavyTailed) {
  const auto rows = table(dump(april, 100'000, 1, 33'333));  // a twelfth of a month and of its users
  std::map<std::string, std::size_t> users;
  std::set<std::string> companies;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][2].empty()) continue;
    ++users[rows[i][2]];
    companies.insert(rows[i][2].substr(rows[i][2].find('@')));
  }
  EXPECT_NEAR(static_cast<double>(users.size()), 27'000, 2'000);
  EXPECT_GT(companies.size(), 2'400U);
  std::size_t busiest = 0;
  for (const auto& [email, events] : users) busiest = std::max(busiest, events);
  EXPECT_GT(busiest, 500U);  // three on the average
}

TEST(DumpRows, AUserKeepsCompanyAndCountryInEveryMonth) {
  std::map<std::string, std::string> countries;
  for (const Period& month : {april, Period{2021, 5, 0}, Period{2019, 1, 0}}) {
    for (const auto& row : table(dump(month, 5'000, 1, 300))) {
      if (row[0] == "id" || row[2].empty() || row[3].empty()) continue;
      const auto [known, added] = countries.emplace(row[2], row[3]);
      EXPECT_EQ(known->second, row[3]);
    }
  }
  EXPECT_LE(countries.size(), 300U);
  EXPECT_GT(countries.size(), 290U);
}

TEST(DumpRows, ADayHoldsThatDayAndTheOneBefore) {
  std::map<std::string, std::size_t> days;
  for (const auto& row : table(dump({2021, 3, 1}, 2'000))) ++days[row[1]];
  EXPECT_EQ(days["2021-02-28"], 2U);
  EXPECT_EQ(days["2021-03-01"], 1'998U);
  EXPECT_EQ(days.size(), 3U);  // and the header's word
}

TEST(DumpRows, FewRowsAndNone) {
  EXPECT_EQ(dump(april, 0), header_line);
  EXPECT_EQ(table(dump(april, 1)).size(), 2U);
}

TEST(RowsByDay, SumUpAndLeanToWorkingDays) {
  for (const std::uint64_t rows : {0ULL, 1ULL, 7ULL, 1'200'000ULL, 12'345'678'901ULL}) {
    const std::vector<std::uint64_t> counts = rows_by_day(april, rows);
    EXPECT_EQ(counts.size(), 30U);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), rows);
  }
  const std::vector<std::uint64_t> counts = rows_by_day(april, 1'200'000);
  EXPECT_GT(counts[1], counts[2]);  // Friday the 2nd, Saturday the 3rd
}

}  // namespace
}  // namespace weir::sample
