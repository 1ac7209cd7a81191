#include <gmock/gmock.h>

#include <map>
#include <set>

#include "../ingest/memory_sources.h"
#include "ask/ask.h"
#include "weir/progress.h"

namespace weir::ask_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string header = "id,timestamp,email,country\n";

class AskDumps : public testing::Test {
 protected:
  ~AskDumps() override { clear_interrupt(); }

  Result<DumpAnswers> ask(const std::vector<std::string>& uris, unsigned threads = 2) {
    std::vector<NamedDump> dumps;
    for (const std::string& uri : uris) {
      const auto told = periods_.find(uri);
      dumps.push_back({uri, told == periods_.end() ? std::nullopt : std::optional(told->second)});
    }
    return ask_dumps(sources_, dumps, asked_, options_, {threads, 0}, nullptr);
  }

  ingest_tests::MemorySources sources_;
  std::map<std::string, Period> periods_;
  Asked asked_{{find_question("countries"), find_question("users")}, {}, {}};
  ScanOptions options_;
};

TEST_F(AskDumps, CountsSeveralQuestionsOverSeveralDumps) {
  sources_.objects["a"].content = header + "1,2021-04-01,ann@x.org,France\n2,2021-04-02,bob@x.org,Spain\n";
  sources_.objects["b"].content = header + "3,2021-05-07,ann@x.org,France\n";
  const auto answers = ask({"a", "b"});
  ASSERT_TRUE(answers) << to_string(answers.error());
  const Insights& insights = answers->insights;
  EXPECT_EQ(insights.events, 3U);
  ASSERT_THAT(insights.answers, SizeIs(2));
  EXPECT_THAT(insights.answers[0].rows, ElementsAre(Count{"France", 2}, Count{"Spain", 1}));
  EXPECT_THAT(insights.answers[1].rows, ElementsAre(Count{"ann@x.org", 2}, Count{"bob@x.org", 1}));
  EXPECT_EQ(insights.coverage.first_day, to_day_number({2021, 4, 1}));
  EXPECT_EQ(insights.coverage.last_day, to_day_number({2021, 5, 7}));
  EXPECT_THAT(sources_.opened, ElementsAre("a", "b")) << "each dump is read once";
}

// Which are found by users where these are asked too, and by row where not: the answer is one.
TEST_F(AskDumps, CountsCompaniesAlikeWhateverElseIsAsked) {
  sources_.objects["a"].content = header + "1,2021-04-01,ann@x.org,France\n2,2021-04-02,,Spain\n3,2021-04-02,bob,\n";
  sources_.objects["b"].content = "id,timestamp\n4,2021-04-03\n5,2021-04-03\n6,2021-04-03\n";
  for (const std::vector<const Question*>& questions :
       {std::vector{find_question("companies")}, std::vector{find_question("companies"), find_question("users")}}) {
    asked_.questions = questions;
    const auto answers = ask({"a", "b"});
    ASSERT_TRUE(answers) << to_string(answers.error());
    EXPECT_THAT(answers->insights.answers[0].rows,
                ElementsAre(Count{"(none)", 3}, Count{"Unknown company", 2}, Count{"x", 1}));
  }
}

// Of the first version so much is counted before the change that it would show.
TEST_F(AskDumps, CountsAllAnewWhenADumpIsReplacedMeanwhile) {
  std::string long_one = header;
  for (int i = 0; i < 50'000; ++i) long_one += "1,2021-04-01,ann@x.org,France\n";
  sources_.objects["a"].content = header + "1,2021-04-01,ann@x.org,Italy\n";
  sources_.objects["b"] = {.content = long_one, .version = "v1", .breaks_after = long_one.size() - 10};
  sources_.objects["b"].later = {{.content = long_one, .version = "v2", .breaks_after = long_one.size() - 10},
                                 {.content = header + "2,2021-04-02,bob@x.org,Spain\n", .version = "v3"}};
  const auto answers = ask({"a", "b"});
  ASSERT_TRUE(answers) << to_string(answers.error());
  EXPECT_EQ(answers->insights.events, 2U);
  EXPECT_THAT(answers->insights.answers[0].rows, ElementsAre(Count{"Italy", 1}, Count{"Spain", 1}));
  EXPECT_EQ(answers->insights.coverage.last_day, to_day_number({2021, 4, 2}));
  EXPECT_THAT(sources_.opened, ElementsAre("a", "b", "a", "b", "a", "b"));
}

TEST_F(AskDumps, GivesUpOnADumpThatIsReplacedEveryTime) {
  sources_.objects["a"] = {.content = header + "1,2021-04-01,ann@x.org,Italy\n", .version = "v0", .breaks_after = 40};
  for (int i = 1; i < 5; ++i) {
    ingest_tests::MemoryObject next = sources_.objects["a"];
    next.version = "v" + std::to_string(i);
    next.later.clear();
    sources_.objects["a"].later.push_back(next);
  }
  const auto answers = ask({"a"});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().kind, ErrorKind::failed);
  EXPECT_THAT(answers.error().why, testing::HasSubstr("3 times in a row"));
  EXPECT_THAT(sources_.opened, ElementsAre("a", "a", "a"));
}

TEST_F(AskDumps, TellsPeriodsAndTheGapsBetween) {
  periods_ = {{"a", {2021, 4, 0}}, {"b", {2021, 1, 0}}};
  for (const char* uri : {"a", "b", "c"}) sources_.objects[uri].content = header + "1,2021-01-01,a@x.org,France\n";
  const auto answers = ask({"a", "b", "c"});
  ASSERT_TRUE(answers);
  EXPECT_THAT(answers->insights.coverage.periods, ElementsAre(Period{2021, 1, 0}, Period{2021, 4, 0}));
  EXPECT_THAT(answers->insights.coverage.missing, ElementsAre(Period{2021, 2, 0}, Period{2021, 3, 0}));
}

TEST_F(AskDumps, StandsOnTheDumpsWithADayInTheFilter) {
  periods_ = {{"april", {2021, 4, 0}}, {"may", {2021, 5, 0}}, {"empty", {2021, 6, 0}}};
  sources_.objects["april"].content = header + "1,2021-03-31,a@x.org,France\n2,2021-04-30,a@x.org,France\nbad\n";
  sources_.objects["may"].content = header + "1,2021-05-01,a@x.org,France\nbad\nbad\n";
  sources_.objects["empty"].content = header;
  asked_.filter.until = to_day_number({2021, 3, 31});
  const auto march = ask({"april", "may", "empty"});
  ASSERT_TRUE(march);
  EXPECT_THAT(march->insights.coverage.periods, ElementsAre(Period{2021, 4, 0})) << "April's file starts on 31 March";
  EXPECT_EQ(march->insights.coverage.rejected, 1U);
  asked_.filter = {.since = to_day_number({2021, 5, 1}), .until = {}, .where = {}};
  const auto later = ask({"april", "may", "empty"});
  ASSERT_TRUE(later);
  EXPECT_THAT(later->insights.coverage.periods, ElementsAre(Period{2021, 5, 0}, Period{2021, 6, 0}));
  EXPECT_EQ(later->insights.coverage.rejected, 2U);
}

TEST_F(AskDumps, AppliesTheFilterToCountsAndDays) {
  sources_.objects["a"].content = header + "1,2021-04-01,ann@x.org,France\n2,2021-04-02,bob@x.org,Spain\n";
  asked_.filter.since = to_day_number({2021, 4, 2});
  const auto answers = ask({"a"});
  ASSERT_TRUE(answers);
  EXPECT_EQ(answers->insights.events, 1U);
  EXPECT_EQ(answers->insights.coverage.first_day, to_day_number({2021, 4, 2}));
  EXPECT_THAT(answers->insights.answers[0].rows, ElementsAre(Count{"Spain", 1}));
}

TEST_F(AskDumps, KeepsTheRejectsOfTheLowestLines) {
  std::string text = header;
  for (int i = 0; i < 50; ++i) text += i % 2 == 0 ? "1,2021-04-01,a@x.org,France\n" : "broken\n";
  sources_.objects["a"].content = text;
  options_.csv.block_bytes = 64;  // batches come in any order
  const auto answers = ask({"a"}, 4);
  ASSERT_TRUE(answers);
  ASSERT_THAT(answers->dumps, SizeIs(1));
  const DumpReading& dump = answers->dumps.front();
  EXPECT_EQ(dump.rows_read, 50U);
  EXPECT_EQ(dump.rows_rejected, 25U);
  EXPECT_EQ(answers->insights.coverage.rejected, 25U);
  ASSERT_THAT(dump.first_rejects, SizeIs(first_rejects_kept));
  for (std::size_t i = 0; i < first_rejects_kept; ++i) EXPECT_EQ(dump.first_rejects[i].line, 3 + 2 * i);
}

TEST_F(AskDumps, AnswersDoNotDependOnThreadsOrBlocks) {
  std::string text = header;
  std::map<std::string, std::uint64_t> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string user = "u" + std::to_string(i * 7919 % 311) + "@x.org";
    ++expected[user];
    text += std::to_string(i) + ",2021-04-01," + user + ",\"a\nb\"\n";
  }
  sources_.objects["a"].content = text;
  asked_.options.limit.reset();
  asked_.options.sort = Sort::key;
  for (const unsigned threads : {1U, 2U, 5U}) {
    for (const std::size_t block_bytes : {7U, 100U, 4096U}) {
      options_.csv.block_bytes = block_bytes;
      const auto answers = ask({"a"}, threads);
      ASSERT_TRUE(answers);
      std::map<std::string, std::uint64_t> counted;
      for (const Count& count : answers->insights.answers[1].rows) counted[count.key] = count.events;
      EXPECT_EQ(counted, expected) << threads << " threads, blocks of " << block_bytes;
    }
  }
}

TEST_F(AskDumps, ABrokenDumpIsAnErrorAndNoAnswer) {
  sources_.objects["a"].content = header + std::string(100, '\n') + "1,2021-04-01,a@x.org,France\n";
  sources_.objects["a"].breaks_after = 60;
  options_.csv.block_bytes = 16;
  const auto answers = ask({"a"});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().why, "the connection broke");
}

TEST_F(AskDumps, AnInterruptEndsTheReading) {
  sources_.objects["a"].content = header + "1,2021-04-01,a@x.org,France\n";
  sources_.objects["a"].interrupts_at = header.size();
  const auto answers = ask({"a"});
  ASSERT_FALSE(answers);
  EXPECT_EQ(answers.error().kind, ErrorKind::interrupted);
}

TEST_F(AskDumps, SaysWhatColumnsTheDumpHas) {
  sources_.objects["a"].content = "timestamp,shoe_size,country\n2021-04-01,44,France\n";
  const auto answers = ask({"a"});
  ASSERT_TRUE(answers);
  EXPECT_THAT(answers->dumps.front().unused_columns, ElementsAre("shoe_size"));
  EXPECT_THAT(answers->dumps.front().absent_fields, testing::Contains(Field::email));
  EXPECT_THAT(answers->insights.answers[1].rows, ElementsAre(Count{"(none)", 1}));
}

TEST_F(AskDumps, NoDumpIsNoEvents) {
  const auto answers = ask({});
  ASSERT_TRUE(answers);
  EXPECT_EQ(answers->insights.events, 0U);
  EXPECT_EQ(answers->insights.coverage.first_day, no_day);
  EXPECT_THAT(answers->insights.answers[0].rows, IsEmpty());
}

}  // namespace
}  // namespace weir::ask_tests
