#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

#include "clean/clean.h"
#include "clean/text_arena.h"

namespace weir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> tags(std::string_view text) {
  TextArena arena;
  std::vector<std::string_view> values;
  parse_tags(text, arena, values);
  return {values.begin(), values.end()};
}

TEST(ParseTags, PythonLists) {
  EXPECT_THAT(tags("['a', 'b c', \"it's\"]"), ElementsAre("a", "b c", "it's"));
  EXPECT_THAT(tags("['a']"), ElementsAre("a"));
  EXPECT_THAT(tags("['a',]"), ElementsAre("a"));
  EXPECT_THAT(tags("[ 'a' ,'b' , ]"), ElementsAre("a", "b"));
  EXPECT_THAT(tags("[u'a', u\"b\"]"), ElementsAre("a", "b"));
  EXPECT_THAT(tags("  ['a;b', 'c|d']  "), ElementsAre("a;b", "c|d"));
  EXPECT_THAT(tags("['a, b', '[c]', 'd\"e']"), ElementsAre("a, b", "[c]", "d\"e"));
  EXPECT_THAT(tags("['Côte', '日本']"), ElementsAre("Côte", "日本"));
}

TEST(ParseTags, JsonArrays) {
  EXPECT_THAT(tags(R"(["a", "b c", "it's"])"), ElementsAre("a", "b c", "it's"));
  EXPECT_THAT(tags(R"(["say \"hi\"", "a\/b", "tab\tend"])"), ElementsAre("say \"hi\"", "a/b", "tab\tend"));
  EXPECT_THAT(tags(R"(["\u00e9", "\ud83d\ude00"])"), ElementsAre("é", "😀"));
}

TEST(ParseTags, Escapes) {
  EXPECT_THAT(tags(R"(['it\'s', 'a\\b', 'say \"x\"'])"), ElementsAre("it's", "a\\b", "say \"x\""));
  EXPECT_THAT(tags(R"(['\xe9', '\u20ac', '\U0001f600'])"), ElementsAre("é", "€", "😀"));
  EXPECT_THAT(tags(R"(['a\nb', 'c\x41'])"), ElementsAre("a\nb", "cA"));
  EXPECT_THAT(tags(R"(['a\\', 'b'])"), ElementsAre("a\\", "b"));
}

TEST(ParseTags, NumbersAndTruthValuesAreTagsAsWrittenAndNullIsNone) {
  EXPECT_THAT(tags(R"([1, -2.5, 1e3, "x"])"), ElementsAre("1", "-2.5", "1e3", "x"));
  EXPECT_THAT(tags("[true, False, null, None, 'a']"), ElementsAre("true", "False", "a"));
  EXPECT_THAT(tags("[None]"), IsEmpty());
}

TEST(ParseTags, NothingIsNoTag) {
  for (const char* text : {"", "  ", "[]", "[ ]", "['']", "['  ', \"\"]", ";", " | ; ", ";;"}) {
    EXPECT_THAT(tags(text), IsEmpty()) << text;
  }
}

TEST(ParseTags, AMalformedListIsOneTagAsWritten) {
  for (const char* text : {"[a, b]",
                           "['a'",
                           "['a',",
                           "['a",
                           "['a]",
                           "['a'] x",
                           "['a' 'b']",
                           "['a',,'b']",
                           "[,]",
                           "[,'a']",
                           "[['a'], 'b']",
                           "['a', ['b']]",
                           "[a;b]",
                           "[",
                           "[]]",
                           "['a', b]",
                           "[01x]",
                           "[+1]",
                           "[1.]",
                           "[nul]",
                           R"(['\d'])",
                           R"(['\x4'])",
                           R"(['\xg0'])",
                           R"(['\u12'])",
                           R"(['\ud800'])",
                           R"(['\ud83d\u0041'])",
                           R"(['\U00110000'])",
                           R"(['\x00'])",
                           R"(['a\)",
                           "{'a': 1}",
                           "('a', 'b')",
                           "[b'a']"}) {
    EXPECT_THAT(tags(text), ElementsAre(text));
  }
  EXPECT_THAT(tags("  [a, b]  "), ElementsAre("[a, b]"));
}

TEST(ParseTags, SplitsPlainText) {
  EXPECT_THAT(tags("a;b|c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(tags(" a b ; c,d |"), ElementsAre("a b", "c,d"));
  EXPECT_THAT(tags("one"), ElementsAre("one"));
  EXPECT_THAT(tags("it's"), ElementsAre("it's"));
  EXPECT_THAT(tags("'a', 'b'"), ElementsAre("'a', 'b'"));
}

TEST(ParseTags, EachTagOnce) {
  EXPECT_THAT(tags("['b', 'a', ' b ', \"a\"]"), ElementsAre("b", "a"));
  EXPECT_THAT(tags("a;b;a| b"), ElementsAre("a", "b"));
  EXPECT_THAT(tags(R"(['é', '\xe9'])"), ElementsAre("é"));
}

TEST(ParseTags, DistinctOnlyWithinTheRow) {
  TextArena arena;
  std::vector<std::string_view> values;
  parse_tags("['a', 'b']", arena, values);
  parse_tags("[oops", arena, values);
  parse_tags("['a']", arena, values);
  EXPECT_THAT(values, ElementsAre("a", "b", "[oops", "a"));
}

TEST(ParseTags, AHundredThousandTagsTakeNoSquare) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i) text += "'" + std::to_string(i % 60'000) + "',";
  text += "]";
  const std::vector<std::string> got = tags(text);
  EXPECT_EQ(got.size(), 60'000U);
  EXPECT_EQ(got[59'999], "59999");
}

// As Python's repr() writes a list of strings.
std::string python_repr(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ", ";
    const bool in_double = value.find('\'') != std::string::npos && value.find('"') == std::string::npos;
    const char quote = in_double ? '"' : '\'';
    out += quote;
    for (const char c : value) {
      if (c == quote || c == '\\') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\x01') {
        out += "\\x01";
      } else {
        out += c;
      }
    }
    out += quote;
  }
  return out + "]";
}

TEST(ParseTags, ReadsBackWhatPythonWrites) {
  EXPECT_TRUE(rc::check("repr", [] {
    const auto character = rc::gen::elementOf(std::string("ab'\"\\,[]; \n\x01|u"));
    const auto values = *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(character));
    std::vector<std::string> expected;
    std::set<std::string> seen;
    for (const std::string& value : values) {
      const std::string tag(trim(value));
      if (!tag.empty() && seen.insert(tag).second) expected.push_back(tag);
    }
    RC_ASSERT(tags(python_repr(values)) == expected);
  }));
}

TEST(ParseTags, NeverCrashesAndNeverGivesAnEmptyTag) {
  EXPECT_TRUE(rc::check("anything", [] {
    const auto character = rc::gen::elementOf(std::string("[]'\"\\,u x0dU;|1eNn.-"));
    const auto text = *rc::gen::container<std::string>(character);
    for (const std::string& tag : tags("[" + text)) RC_ASSERT(!trim(tag).empty());
    for (const std::string& tag : tags(text)) RC_ASSERT(!trim(tag).empty());
  }));
}

}  // namespace
}  // namespace weir
