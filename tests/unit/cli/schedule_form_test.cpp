#include "cli/schedule/form.h"

#include <gmock/gmock.h>

namespace weir::cli::schedule {
namespace {

std::string filled(std::string_view form, const Values& values) {
  Result<std::string> text = fill_form(form, values);
  return text ? *text : "error: " + facts_of(text.error());
}

TEST(ScheduleForm, FillsPlacesIn) {
  EXPECT_EQ(filled("a @X@ b@Y@\n", {{"X", "1"}, {"Y", "2"}}), "a 1 b2\n");
  EXPECT_EQ(filled("x@y.z @ @lower@ @X\n", {}), "x@y.z @ @lower@ @X\n");
}

TEST(ScheduleForm, ReadsNoPlacesInValues) {
  EXPECT_EQ(filled("@X@\n- @X@\n", {{"X", "@Y@"}}), "@Y@\n- @Y@\n");
}

TEST(ScheduleForm, IndentsBlocksAndDropsEmptyOnes) {
  EXPECT_EQ(filled("a:\n  @X@\nb\n", {{"X", "1\n2\n"}}), "a:\n  1\n  2\nb\n");
  EXPECT_EQ(filled("a:\n  @X@\nb\n", {{"X", ""}}), "a:\nb\n");
}

TEST(ScheduleForm, ChoosesByValues) {
  constexpr const char* form = "@if X@\nyes @X@\n@else@\nno\n@end@\nend\n";
  EXPECT_EQ(filled(form, {{"X", "1"}}), "yes 1\nend\n");
  EXPECT_EQ(filled(form, {{"X", ""}}), "no\nend\n");
  EXPECT_EQ(filled("@if X@\na\n@end@\nb\n", {{"X", ""}}), "b\n");
}

TEST(ScheduleForm, FailsOnMistakesOfTheForm) {
  EXPECT_THAT(filled("@X@", {}), testing::StartsWith("error: cannot fill in X: it has no value"));
  EXPECT_THAT(filled("@if X@\n", {{"X", "1"}}), testing::StartsWith("error: "));
  EXPECT_THAT(filled("@end@\n", {}), testing::StartsWith("error: "));
  EXPECT_THAT(filled("@if X@\n@if X@\n", {{"X", "1"}}), testing::StartsWith("error: "));
}

}  // namespace
}  // namespace weir::cli::schedule
