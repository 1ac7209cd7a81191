#include "clean/text_arena.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

TEST(TextArena, KeepsEveryTextWhereItIs) {
  TextArena arena;
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  for (std::size_t i = 0; i < 20'000; ++i) {
    texts.push_back(std::string(i % 37, static_cast<char>('a' + i % 26)));
    views.push_back(arena.store(texts.back()));
  }
  texts.push_back(std::string(300'000, 'x'));  // larger than a chunk
  views.push_back(arena.store(texts.back()));
  texts.push_back("after");
  views.push_back(arena.store(texts.back()));
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(views[i], texts[i]);
}

TEST(TextArena, AnEmptyTextIsNotNull) {
  TextArena arena;
  EXPECT_NE(arena.store("").data(), nullptr);
}

TEST(TextArena, UsesItsMemoryAgainAfterClear) {
  TextArena arena;
  const char* const first = arena.store("one").data();
  EXPECT_EQ(arena.store(std::string(200'000, 'x')).size(), 200'000U);
  arena.clear();
  const std::string_view again = arena.store("two");
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(again, "two");
}

}  // namespace
}  // namespace weir
