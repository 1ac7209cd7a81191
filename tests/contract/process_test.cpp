// Several processes on one database, and one that is killed.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "child.h"
#include "helpers.h"

namespace weir::contract {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using enum IngestionStatus;

class ProcessContract : public StoreContract {
 protected:
  // A file name of this process alone: its tests run one after the other.
  std::string ready_ = (std::filesystem::temp_directory_path() / ("weir-ready-" + std::to_string(::getpid()))).string();
  void SetUp() override { std::filesystem::remove(ready_); }
  void TearDown() override { std::filesystem::remove(ready_); }
};

TEST_P(ProcessContract, WritersQueue) {
  {
    std::vector<std::unique_ptr<Child>> children;
    for (const char* period : {"2021-04", "2021-05", "2021-06", "2021-04"}) {
      children.push_back(
          std::make_unique<Child>(GetParam(), *database_, std::vector<std::string>{"load", period, "20000", period}));
    }
    for (const auto& child : children) EXPECT_EQ(child->wait(), 0);
  }
  EXPECT_EQ(rows_of(*store_, "countries"),
            (std::vector<Count>{{"2021-04", 20000}, {"2021-05", 20000}, {"2021-06", 20000}}));
  const auto all = statuses(*store_);
  EXPECT_EQ(all.size(), 4U);
  EXPECT_EQ(std::count(all.begin(), all.end(), superseded), 1);
}

TEST_P(ProcessContract, WaitingInVainNamesTheHolder) {
  Child child(GetParam(), *database_, {"hang", "2021-04", "5000", ready_});
  ASSERT_TRUE(wait_for_file(ready_));
  const auto start = std::chrono::steady_clock::now();
  const auto loading = database_->open({.wait_s = 0.5})->begin_load(april);
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(loading.has_value());
  EXPECT_THAT(to_string(loading.error()), AllOf(HasSubstr("loading events 2021-04"), HasSubstr("0.5 s")));
  EXPECT_THAT(to_string(loading.error()), HasSubstr(std::to_string(child.pid())));
  EXPECT_GE(waited.count(), 0.5);
  EXPECT_LT(waited.count(), 10);
}

TEST_P(ProcessContract, AMonthAndItsDaysExcludeEachOther) {
  const Slot day{april.source, {2021, 4, 24}};
  {
    Child child(GetParam(), *database_, {"hang", "2021-04", "100", ready_});
    ASSERT_TRUE(wait_for_file(ready_));
    const auto loading = database_->open({.wait_s = 0.2})->begin_load(day);
    ASSERT_FALSE(loading.has_value());
    EXPECT_THAT(to_string(loading.error()), HasSubstr("loading events 2021-04"));
  }
  std::filesystem::remove(ready_);
  Child child(GetParam(), *database_, {"hang", "2021-04-24", "100", ready_});
  ASSERT_TRUE(wait_for_file(ready_));
  const auto loading = database_->open({.wait_s = 0.2})->begin_load(april);
  ASSERT_FALSE(loading.has_value());
  EXPECT_THAT(to_string(loading.error()), HasSubstr("loading events 2021-04-24"));
  // Where readers do not queue: the day's load says nothing of the month's that was killed.
  if (const auto ledger = database_->open({.wait_s = 0.2})->ledger(); ledger.has_value()) {
    EXPECT_EQ(ledger->front().status, failed);
    EXPECT_EQ(ledger->back().status, IngestionStatus::loading);
  }
}

TEST_P(ProcessContract, AKilledWriterLeavesNothingButItsLedgerRow) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  {
    Child child(GetParam(), *database_, {"hang", "2021-04", "400000", ready_});
    ASSERT_TRUE(wait_for_file(ready_));
    child.kill_now();
  }
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Old", 5}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(loaded, failed));
  EXPECT_EQ(store_->ledger()->back().error, "interrupted");
  ASSERT_DONE(load(*store_, april, some_events(6, april_1, "New")));
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"New", 6}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(superseded, failed, loaded));
  EXPECT_EQ(database_->number("SELECT count(*) FROM events"), 6);
}

TEST_P(ProcessContract, WhoeverWaitedSeesTheOutcome) {
  Child child(GetParam(), *database_, {"load", "2021-04", "100000", "Theirs"});
  // Whichever comes first, the two loads are one after the other.
  ASSERT_DONE(load(*store_, april, some_events(50, april_1, "Ours")));
  EXPECT_EQ(child.wait(), 0);
  const auto rows = rows_of(*store_, "countries");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows.front() == (Count{"Ours", 50}) || rows.front() == (Count{"Theirs", 100000}));
  EXPECT_THAT(statuses(*store_), ElementsAre(superseded, loaded));
}

WEIR_CONTRACT_SUITE(ProcessContract);

}  // namespace
}  // namespace weir::contract
