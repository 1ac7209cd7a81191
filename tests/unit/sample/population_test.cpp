#include "sample/population.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_set>

#include "sample/words.h"

namespace weir::sample {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string email(const Population& population, std::uint64_t user) {
  std::string out;
  population.append_email(user, out);
  return out;
}

std::string domain(const Population& population, std::uint64_t company) {
  std::string out;
  population.append_domain(company, out);
  return out;
}

TEST(Population, NoTwoUsersShareAnAddress) {
  for (const std::uint64_t users : {1U, 2U, 3U, 1000U, 400'000U}) {
    const Population population({1, users, 2'500});
    std::unordered_set<std::string> seen;
    for (std::uint64_t user = 0; user < users; ++user) seen.insert(email(population, user));
    EXPECT_EQ(seen.size(), users);
  }
}

TEST(Population, NoTwoCompaniesShareAName) {
  const Population population({1, 100, 2'500});
  std::set<std::string> names;
  for (std::uint64_t company = 0; company < 2'500; ++company) {
    const std::string text = domain(population, company);
    EXPECT_THAT(text, HasSubstr("."));
    names.insert(text.substr(0, text.find('.')));
  }
  EXPECT_EQ(names.size(), 2'500U);
}

TEST(Population, UsersAreTheSameForOneSeedAndOthersForAnother) {
  const Population one({1, 1000, 100});
  const Population again({1, 1000, 100});
  const Population other({2, 1000, 100});
  std::size_t changed = 0;
  for (std::uint64_t user = 0; user < 1000; ++user) {
    EXPECT_EQ(email(one, user), email(again, user));
    EXPECT_EQ(one.country(user), again.country(user));
    if (email(one, user) != email(other, user)) ++changed;
  }
  EXPECT_GT(changed, 900U);
}

TEST(Words, HoldWhatBreaksSimpleReaders) {
  EXPECT_THAT(countries(), Contains(HasSubstr(",")));
  EXPECT_THAT(countries(), Contains(HasSubstr("'")));
  EXPECT_THAT(countries(), Contains(HasSubstr("(")));
  EXPECT_THAT(countries(), Contains("Côte d'Ivoire"));
  EXPECT_THAT(tags(), Contains(HasSubstr("'")));
  for (const std::string_view country : countries()) EXPECT_EQ(country.find('"'), std::string_view::npos);
}

}  // namespace
}  // namespace weir::sample
