#include "clean/company_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "clean/clean.h"

namespace weir {
namespace {

TEST(CompanyTable, SaysWhatCompanyOfSays) {
  CompanyTable table;
  TextArena overflow;
  for (int round = 0; round < 2; ++round) {
    for (const char* email : {"", "x", "x@", "a@b.com", "a@B.com", "Ann <a@b.com>", "a@c.co.uk", "\"@\"@b.com",
                              "x@localhost", "x@12345678.com", "x@1234567.com", "x@b.comm"}) {
      EXPECT_EQ(table.company(email, overflow), company_of(email)) << email;
    }
  }
}

// On both sides of the length that is held in registers, address and domain each.
TEST(CompanyTable, SaysWhatCompanyOfSaysWhateverTheLength) {
  CompanyTable table;
  TextArena overflow;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t user = 0; user < 40; ++user) {
      for (std::size_t name = 1; name < 45; ++name) {
        const std::string email = std::string(user, 'u') + '@' + std::string(name, 'n') + ".co.uk";
        EXPECT_EQ(table.company(email, overflow), company_of(email)) << email;
      }
    }
  }
}

TEST(CompanyTable, ManyAtATimeAreAsOneByOne) {
  CompanyTable table;
  TextArena overflow;
  for (const std::size_t count : {0U, 1U, 31U, 32U, 33U, 5'000U, 20'000U}) {  // the table grows meanwhile
    std::vector<std::string> emails;
    for (std::size_t i = 0; i < count; ++i) {
      emails.push_back(i % 7 == 0 ? "nobody" : "a@mail.c" + std::to_string(i * 31 % 9'000) + ".co.uk");
    }
    std::vector<std::string_view> companies(emails.begin(), emails.end());
    table.replace_by_companies(companies, overflow);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(companies[i], company_of(emails[i])) << emails[i];
  }
}

TEST(CompanyTable, KeepsItsTextsWhileItGrowsAndOverflows) {
  CompanyTable table;
  TextArena overflow;
  const std::string_view first = table.company("x@mail.first.org", overflow);
  const std::size_t domains = CompanyTable::max_domains + 100;
  std::string email;
  for (std::size_t i = 0; i < domains; ++i) {
    email = "x@c" + std::to_string(i) + ".com";
    const std::string_view company = table.company(email, overflow);
    ASSERT_EQ(company, email.substr(2, email.size() - 6));
  }
  EXPECT_EQ(first, "first");
  EXPECT_EQ(table.company("y@mail.first.org", overflow).data(), first.data());
  EXPECT_EQ(table.company("y@c7.com", overflow), "c7");
  EXPECT_EQ(table.company(email, overflow), email.substr(2, email.size() - 6));
}

}  // namespace
}  // namespace weir
