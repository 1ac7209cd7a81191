// What a store says of its own connection: it only looks.
#include <algorithm>
#include <chrono>

#include "helpers.h"

namespace weir::contract {
namespace {

class DiagnosisContract : public StoreContract {};

bool has_problem(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.verdict == Verdict::problem; });
}

const Finding* about(const std::vector<Finding>& findings, std::string_view what) {
  const auto found = std::ranges::find(findings, what, &Finding::about);
  return found == findings.end() ? nullptr : &*found;
}

TEST_P(DiagnosisContract, MakesNothing) {
  const std::vector<Finding> findings = store_->diagnose();
  EXPECT_FALSE(findings.empty());
  EXPECT_FALSE(has_problem(findings));
  const auto schema = store_->schema();
  ASSERT_DONE(schema);
  EXPECT_FALSE(schema->exists);
}

TEST_P(DiagnosisContract, TellsWhatMayBeDone) {
  ASSERT_DONE(load(*store_, april, some_events(2, april_1, "Palau")));
  const std::vector<Finding> findings = store_->diagnose();
  EXPECT_FALSE(has_problem(findings));
  const Finding* rights = about(findings, "rights");
  ASSERT_NE(rights, nullptr);
  EXPECT_THAT(rights->text, testing::StartsWith("reads, loads and drops"));
  for (const Finding& finding : findings) {
    EXPECT_FALSE(finding.text.empty()) << finding.about;
    EXPECT_EQ(finding.next.empty(), finding.verdict == Verdict::ok) << finding.about;
  }
}

TEST_P(DiagnosisContract, WaitsForNobody) {
  ASSERT_DONE(load(*store_, april, some_events(2, april_1, "Palau")));
  const auto loading = database_->open()->begin_load(may);
  ASSERT_DONE(loading);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(has_problem(database_->open()->diagnose()));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

WEIR_CONTRACT_SUITE(DiagnosisContract);

}  // namespace
}  // namespace weir::contract
