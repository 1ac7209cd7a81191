#include <gmock/gmock.h>

#include <set>
#include <vector>

#include "weir/question.h"

namespace weir {
namespace {

using ::testing::ElementsAre;

TEST(Questions, StandInTheContractsOrder) {
  std::vector<std::string_view> names;
  for (const Question* question : all_questions()) names.push_back(question->name);
  EXPECT_THAT(names, ElementsAre("countries", "users", "companies", "dates", "actions", "uris", "tags"));
}

TEST(Questions, AreFoundByBothTheirNames) {
  for (const Question* question : all_questions()) {
    EXPECT_EQ(find_question(question->name), question);
    EXPECT_EQ(find_question(question->singular), question);
  }
  EXPECT_EQ(find_question("country")->field, Field::country);
  EXPECT_EQ(find_question("dates")->field, Field::day);
  EXPECT_EQ(find_question("users")->field, Field::email);
}

TEST(Questions, UnknownWordsAreNone) {
  for (const std::string_view word : {"", "Countries", "email", "countrie", "countriess", "timestamp"}) {
    EXPECT_EQ(find_question(word), nullptr) << word;
  }
}

TEST(Questions, EachNameIsAFieldsName) {
  for (const Question* question : all_questions()) {
    EXPECT_EQ(field_named(question->name), question->field) << question->name;
    EXPECT_EQ(field_named(question->singular), question->field) << question->singular;
  }
}

TEST(Questions, HaveHeadingsAndSummariesOfTheirOwn) {
  std::set<std::string_view> headings, summaries;
  for (const Question* question : all_questions()) {
    headings.insert(question->heading);
    summaries.insert(question->summary);
  }
  EXPECT_EQ(headings.size(), all_questions().size());
  EXPECT_EQ(summaries.size(), all_questions().size());
  EXPECT_EQ(headings.count(""), 0U);
}

}  // namespace
}  // namespace weir
