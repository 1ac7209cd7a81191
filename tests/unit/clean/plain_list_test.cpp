#include "clean/plain_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <optional>
#include <string>
#include <vector>

#include "clean/list_literal.h"
#include "clean/text_arena.h"

namespace weir {
namespace {

using testing::ElementsAre;

std::optional<std::vector<std::string>> read_fast(std::string_view text) {
  std::vector<std::string_view> values{"before"};
  const bool read = read_plain_list(text, values);
  EXPECT_EQ(values.front(), "before");
  if (!read) {
    EXPECT_EQ(values.size(), 1U) << "nothing is appended to by a list that was not read";
    return std::nullopt;
  }
  return std::vector<std::string>(values.begin() + 1, values.end());
}

std::optional<std::vector<std::string>> read_slowly(std::string_view text) {
  TextArena arena;
  ListLiteral list(text, arena);
  std::vector<std::string> values;
  std::string_view value;
  while (true) {
    switch (list.next(value)) {
      case ListLiteral::Item::text: values.emplace_back(value); break;
      case ListLiteral::Item::null: break;
      case ListLiteral::Item::end: return values;
      case ListLiteral::Item::malformed: return std::nullopt;
    }
  }
}

TEST(ReadPlainList, ReadsTheUsualListUpToItsBound) {
  EXPECT_THAT(read_fast("['a', \"it's\",'b']").value(), ElementsAre("a", "it's", "b"));
  EXPECT_THAT(read_fast("['']").value(), ElementsAre(""));
  for (std::size_t length = 0; length < 80; ++length) {
    const std::string element(length, 'x');
    EXPECT_EQ(read_fast("['" + element + "']").has_value(), length <= 60) << length;
  }
}

TEST(ReadPlainList, LeavesTheRestToTheGrammar) {
  for (const char* text : {"", "[", "[]", "[']", "['a", "['a'", "['a',]", "['a', ]", "['a' ]", "['a\\'b']", "[ 'a']",
                           "[1]", "['a' 'b']", "['a'],", "['a']]", "['a']'b']", "['a',  'b']"}) {
    EXPECT_EQ(read_fast(text), std::nullopt) << text;
  }
}

TEST(ReadPlainList, WhatItReadsTheGrammarReadsAlike) {
  EXPECT_TRUE(rc::check("plain list", [] {
    const auto pieces = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "'", "\"", "', '", "\", \"", "','", "ab", " ", "]", "[", "\\", "\xC3\xA9", "\xFF", "]x"));
    for (int i = 0; i < 100; ++i) {
      std::string text = "['";
      for (const std::string& piece : *pieces) text += piece;
      text += "']";
      const auto fast = read_fast(text);
      if (fast) RC_ASSERT(fast == read_slowly(text));
    }
  }));
}

}  // namespace
}  // namespace weir
