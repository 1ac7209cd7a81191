#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "weir/tags.h"

namespace weir {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return Pattern(pattern).matches(text);
}

TEST(Pattern, IsATextWhoseLettersMatchEitherCase) {
  EXPECT_TRUE(matches("Policy", "policy"));
  EXPECT_TRUE(matches("policy", "POLICY"));
  EXPECT_FALSE(matches("policy", "policy "));
  EXPECT_FALSE(matches("policy", "polic"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("[a-z].", "[A-Z]."));
  EXPECT_FALSE(matches("@", "`"));
}

TEST(Pattern, HasWildcards) {
  EXPECT_TRUE(matches("pol*", "pol"));
  EXPECT_TRUE(matches("pol*", "Politics"));
  EXPECT_FALSE(matches("pol*", "apolitical"));
  EXPECT_TRUE(matches("*news*", "today's news"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("**", "x"));
  EXPECT_TRUE(matches("?", "x"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("?", "xy"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches("a*b*c", "a-b-b-"));
}

TEST(Pattern, KnowsLettersBeyondAscii) {
  EXPECT_TRUE(matches("CAFÉ", "café"));
  EXPECT_TRUE(matches("έργο", "ΈΡΓΟ"));
  EXPECT_TRUE(matches("ОБЩЕСТВО", "общество"));
  EXPECT_TRUE(matches("ÿ", "Ÿ"));
  EXPECT_TRUE(matches("?", "é"));
  EXPECT_TRUE(matches("?", "𐐀"));
  EXPECT_TRUE(matches("𐐨", "𐐀"));
  EXPECT_FALSE(matches("e", "é"));
}

TEST(Pattern, NeverMatchesNull) {
  EXPECT_FALSE(Pattern("*").matches(std::string_view()));
}

// The definition, without a thought of time.
bool reference(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return reference(pattern.substr(1), text) || (!text.empty() && reference(pattern, text.substr(1)));
  }
  if (text.empty()) return false;
  const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : +letter; };
  return (pattern.front() == '?' || lower(pattern.front()) == lower(text.front())) &&
         reference(pattern.substr(1), text.substr(1));
}

TEST(Pattern, AgreesWithItsDefinition) {
  std::mt19937 random(1);
  const auto text_of = [&](std::string_view letters, std::size_t length_max) {
    std::string text;
    for (std::size_t i = random() % (length_max + 1); i > 0; --i) text += letters[random() % letters.size()];
    return text;
  };
  int found = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string pattern = text_of("aAb*?", 7);
    const std::string text = text_of("aAbB", 9);
    const bool expected = reference(pattern, text);
    found += expected ? 1 : 0;
    ASSERT_EQ(matches(pattern, text), expected) << pattern << " on " << text;
  }
  EXPECT_GT(found, 1000);
}

}  // namespace
}  // namespace weir
