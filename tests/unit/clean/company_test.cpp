#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "clean/clean.h"

namespace weir {
namespace {

TEST(CompanyOf, IsTheLabelBeforeThePublicSuffix) {
  EXPECT_EQ(company_of("ann@mail.google.co.uk"), "google");
  EXPECT_EQ(company_of("bob@lopez-moore.com"), "lopez-moore");
  EXPECT_EQ(company_of("x@a.b.c.example.com.br"), "example");
  EXPECT_EQ(company_of("x@Example.COM"), "example");
  EXPECT_EQ(company_of("x@example.com."), "example");
  EXPECT_EQ(company_of("x@3com.com"), "3com");
  EXPECT_EQ(company_of("@example.com"), "example");
  EXPECT_EQ(company_of("x@under_score.com"), "under_score");
}

TEST(CompanyOf, KnowsPrivateRulesAndUnlistedSuffixes) {
  EXPECT_EQ(company_of("x@ann.github.io"), "ann");
  EXPECT_EQ(company_of("x@www.ann.github.io"), "ann");
  EXPECT_EQ(company_of("x@host.corp.internal"), "corp");
}

TEST(CompanyOf, TheLastAtSignDecides) {
  EXPECT_EQ(company_of("\"a@b\"@example.com"), "example");
  EXPECT_EQ(company_of("a@b@example.com"), "example");
  EXPECT_EQ(company_of("Ann <ann@example.com>"), "example");
}

TEST(CompanyOf, InternationalNames) {
  EXPECT_EQ(company_of("x@食狮.公司.cn"), "食狮");
  EXPECT_EQ(company_of("x@xn--85x722f.xn--55qx5d.cn"), "xn--85x722f");
  EXPECT_EQ(company_of("x@XN--85X722F.com.cn"), "xn--85x722f");
  EXPECT_EQ(company_of("x@BÜCHER.example.DE"), "example");
  EXPECT_EQ(company_of("x@www.BÜCHER.de"), "bücher");
}

TEST(CompanyOf, IsUnknownWithoutAUsableDomain) {
  for (const char* email : {"",
                            "x",
                            "example.com",
                            "x@",
                            "@",
                            "x@localhost",
                            "x@com",
                            "x@co.uk",
                            "x@github.io",
                            "x@.com",
                            "x@example..com",
                            "x@.example.com",
                            "x@example.com..",
                            "x@[192.0.2.1]",
                            "x@192.0.2.1",
                            "x@[IPv6:2001:db8::1]",
                            "x@exa mple.com",
                            "x@example.com, y",
                            "x@example.com;",
                            "x@exam\x01ple.com",
                            "x@\xff\xfe.com",
                            "x@中国",
                            "x@example.com>>",
                            "<x@example.com> (work)",
                            "x@-/example.com"}) {
    EXPECT_EQ(company_of(email), unknown_company) << email;
  }
  EXPECT_EQ(company_of("x@" + std::string(64, 'a') + ".com"), unknown_company);
  EXPECT_EQ(company_of("x@" + std::string(63, 'a') + ".com"), std::string(63, 'a'));
  std::string longest;
  while (longest.size() < 252) longest += "a.";
  EXPECT_EQ(company_of("x@" + longest + "com"), unknown_company);
}

TEST(CompanyOf, MayBeAskedBySeveralThreads) {
  std::vector<std::thread> threads;
  std::vector<std::size_t> right(4);
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&right, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string name = "company" + std::to_string(i);
        if (company_of("x@mail." + name + ".co.uk") == name) ++right[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(right, testing::Each(2000U));
}

TEST(PslVersion, IsADate) {
  EXPECT_THAT(std::string(psl_version()), testing::MatchesRegex("20[0-9][0-9]-[0-9][0-9]-[0-9][0-9].*"));
}

struct Vector {
  std::string host;
  std::optional<std::string> domain;
};

// Lines of "host domain"; "null" is none; "//" begins a comment.
std::vector<Vector> read_vectors(std::istream& stream) {
  std::vector<Vector> out;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string host;
    std::string domain;
    if (line.starts_with("//") || !(words >> host >> domain)) continue;
    out.push_back({host == "null" ? "" : host, domain == "null" ? std::nullopt : std::optional(domain)});
  }
  return out;
}

void expect_domains(const std::vector<Vector>& vectors) {
  for (const Vector& vector : vectors) EXPECT_EQ(registrable_domain(vector.host), vector.domain) << vector.host;
}

// The kinds of rule that the list has, by names that have long been in it.
TEST(RegistrableDomain, EveryKindOfRule) {
  std::istringstream vectors(
      "COM null\nexample.COM example.com\nWwW.example.COM example.com\n.com null\n.example.com null\n"
      "example.example example.example\na.b.example.example example.example\n"
      "mm null\nc.mm null\nb.c.mm b.c.mm\nck null\nwww.ck www.ck\nwww.www.ck www.ck\nb.test.ck b.test.ck\n"
      "city.kobe.jp city.kobe.jp\nwww.city.kobe.jp city.kobe.jp\na.b.c.kobe.jp b.c.kobe.jp\n");
  expect_domains(read_vectors(vectors));
}

// The list's own vectors, where the checkout stands beside them. They are younger than the list of Debian 12
// (2023-02-09) and all hold for it: no exceptions.
TEST(RegistrableDomain, TheListsOwnVectors) {
  std::ifstream file(WEIR_PSL_VECTORS);
  const std::vector<Vector> vectors = read_vectors(file);
  if (!file.is_open()) {
    EXPECT_TRUE(vectors.empty()) << "vectors without a file";
    return;
  }
  EXPECT_GT(vectors.size(), 70U);
  expect_domains(vectors);
}

}  // namespace
}  // namespace weir
