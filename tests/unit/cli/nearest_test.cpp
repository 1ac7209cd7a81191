#include "cli/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace weir::cli {
namespace {

constexpr std::array<std::string_view, 6> words{"source", "source_name", "db", "format", "--limit", "insights"};

TEST(EditDistance, CountsEachKindOfSlip) {
  EXPECT_EQ(edit_distance("source", "source"), 0U);
  EXPECT_EQ(edit_distance("sorce", "source"), 1U);    // left out
  EXPECT_EQ(edit_distance("sourcee", "source"), 1U);  // one too many
  EXPECT_EQ(edit_distance("saurce", "source"), 1U);   // another
  EXPECT_EQ(edit_distance("suorce", "source"), 1U);   // swapped
  EXPECT_EQ(edit_distance("SOURCE", "source"), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);  // a swapped pair is not edited again
}

TEST(Nearest, FindsTheSlip) {
  EXPECT_EQ(nearest("sorce", words), "source");
  EXPECT_EQ(nearest("source-name", words), "source_name");
  EXPECT_EQ(nearest("dv", words), "db");
  EXPECT_EQ(nearest("--limt", words), "--limit");
  EXPECT_EQ(nearest("insight", words), "insights");
}

TEST(Nearest, IsSilentAboutStrangers) {
  EXPECT_EQ(nearest("xyz", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 's'), words), std::nullopt);
  EXPECT_EQ(nearest("source", {}), std::nullopt);
}

TEST(Nearest, TheFirstOfEqualsWins) {
  constexpr std::array<std::string_view, 2> both{"cat", "car"};
  EXPECT_EQ(nearest("cab", both), "cat");
}

TEST(DidYouMean, IsAPhraseOrNothing) {
  EXPECT_EQ(did_you_mean("sorce", words), "; did you mean \"source\"?");
  EXPECT_EQ(did_you_mean("xyz", words), "");
}

}  // namespace
}  // namespace weir::cli
