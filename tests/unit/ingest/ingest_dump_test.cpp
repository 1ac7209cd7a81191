#include <gmock/gmock.h>

#include "ingest/ingest.h"
#include "memory_sources.h"
#include "memory_store.h"
#include "weir/progress.h"

namespace weir::ingest_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Period april{2021, 4, 0};
const std::string header = "id,timestamp,email\n";

std::string row(const std::string& id, const std::string& timestamp = "2021-04-24") {
  return id + "," + timestamp + ",ann@example.com\n";
}
std::string rows(int from, int to, const std::string& timestamp = "2021-04-24") {
  std::string text;
  for (int i = from; i <= to; ++i) text += row(std::to_string(i), timestamp);
  return text;
}

class IngestDump : public testing::Test {
 protected:
  static constexpr const char* bucket_uri = "s3://b/2021/04.csv";
  static constexpr const char* disk_uri = "data/2021-04.csv";

  ~IngestDump() override { clear_interrupt(); }

  PlannedDump planned(const std::string& uri, const Period& period = april) {
    return {period, uri, sources_.stat(uri).value(), Change::fresh, {}};
  }
  IngestResult ingest(const std::string& uri, const Period& period = april) {
    return ingest_dump(store_, sources_, "events", planned(uri, period), options_, nullptr);
  }
  // Loads ids "old" first, as version v1 of the object at `uri`.
  void load_old(const std::string& uri, MemoryObject object = {}) {
    object.content = header + row("old");
    if (object.version.empty() && uri != "-") object.version = "v1";
    sources_.objects[uri] = object;
    ASSERT_EQ(ingest(uri).outcome, Outcome::loaded);
    sources_.opened.clear();
  }
  void expect_failed_with_old_rows(const IngestResult& result, ErrorKind kind) {
    EXPECT_EQ(result.outcome, Outcome::failed);
    ASSERT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->kind, kind) << to_string(*result.error);
    EXPECT_EQ(result.id, 2);
    EXPECT_EQ(result.rows_loaded, 0U);
    EXPECT_EQ(store_.story(), "loaded failed");
    EXPECT_THAT(store_.visible_ids(), ElementsAre("old"));
  }

  MemoryStore store_;
  MemorySources sources_;
  IngestOptions options_;
};

TEST_F(IngestDump, LoadsANewDump) {
  sources_.objects[bucket_uri] = {.content = header + row("a") + row("b", "2021-03-31"), .version = "v1"};
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::loaded);
  EXPECT_EQ(result.id, 1);
  EXPECT_EQ(result.slot, (Slot{"events", april}));
  EXPECT_EQ(result.uri, bucket_uri);
  EXPECT_EQ(result.rows_read, 2U);
  EXPECT_EQ(result.rows_loaded, 2U);
  EXPECT_EQ(result.rows_rejected, 0U);
  EXPECT_EQ(result.bytes, sources_.objects[bucket_uri].content.size());
  EXPECT_GT(result.seconds, 0);
  EXPECT_FALSE(result.error.has_value());
  EXPECT_THAT(result.absent_fields, testing::Contains(Field::country));
  EXPECT_THAT(store_.visible_ids(), ElementsAre("a", "b"));
}

TEST_F(IngestDump, WritesTheLedger) {
  sources_.objects[bucket_uri] = {.content = header + row("a") + row("b", "2021-03-31"), .version = "v1"};
  ingest(bucket_uri);
  ASSERT_EQ(store_.story(), "loaded");
  const Ingestion& row = store_.rows_of_ledger.front();
  EXPECT_EQ(row.uri, bucket_uri);
  EXPECT_EQ(row.etag, "v1");
  EXPECT_THAT(row.columns, ElementsAre("id", "timestamp", "email"));
  EXPECT_THAT(row.content_hash, HasSubstr("xxh3-128:"));
  EXPECT_EQ(row.first_day, to_day_number({2021, 3, 31}));
  EXPECT_EQ(row.last_day, to_day_number({2021, 4, 24}));
  EXPECT_NE(row.weir_version, "");
  EXPECT_NE(row.psl_version, "");
}

TEST_F(IngestDump, RecordsTheVersionThatWasRead) {
  sources_.objects[bucket_uri] = {.content = header + row("a"), .version = "v1"};
  const PlannedDump dump = planned(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + row("b"), .version = "v2"};
  EXPECT_EQ(ingest_dump(store_, sources_, "events", dump, options_, nullptr).outcome, Outcome::loaded);
  EXPECT_EQ(store_.rows_of_ledger.front().etag, "v2");
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::unchanged);
}

// Versions v1, v2, … of which each replaces the one before while that is read; the last one stays.
MemoryObject replaced(int times) {
  MemoryObject object{.content = header + rows(1, 9), .version = "v1", .breaks_after = 100};
  for (int i = 2; i <= times + 1; ++i) {
    MemoryObject next{.content = header + rows(i * 10, i * 10), .version = "v" + std::to_string(i)};
    if (i <= times) next = {.content = header + rows(1, 9), .version = next.version, .breaks_after = 100};
    object.later.push_back(next);
  }
  return object;
}

TEST_F(IngestDump, BeginsAgainWithTheVersionThatReplacesWhatIsRead) {
  sources_.objects[bucket_uri] = replaced(2);
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::loaded);
  EXPECT_FALSE(result.error.has_value());
  EXPECT_EQ(result.id, 3);
  EXPECT_EQ(result.rows_loaded, 1U);
  EXPECT_EQ(store_.story(), "failed failed loaded");
  EXPECT_EQ(store_.rows_of_ledger.back().etag, "v3");
  EXPECT_THAT(store_.rows_of_ledger.front().error, HasSubstr("the object was changed"));
  EXPECT_THAT(store_.visible_ids(), ElementsAre("30"));
}

TEST_F(IngestDump, GivesUpOnWhatIsReplacedEveryTime) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = replaced(4);
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::failed);
  ASSERT_TRUE(result.error.has_value());
  EXPECT_EQ(result.error->kind, ErrorKind::failed);
  EXPECT_THAT(result.error->why, HasSubstr("3 times in a row"));
  EXPECT_EQ(store_.story(), "loaded failed failed failed");
  EXPECT_THAT(store_.visible_ids(), ElementsAre("old"));
}

TEST_F(IngestDump, ABrokenConnectionIsNoReasonToBeginAgain) {
  sources_.objects[bucket_uri] = {.content = header + rows(1, 9), .version = "v1", .breaks_after = 100};
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::failed);
  EXPECT_THAT(sources_.opened, ElementsAre(bucket_uri));
}

TEST_F(IngestDump, LeavesTheSameVersionUnread) {
  load_old(bucket_uri);
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::unchanged);
  EXPECT_EQ(result.id, 1);
  EXPECT_EQ(result.rows_loaded, 1U);
  EXPECT_THAT(sources_.opened, IsEmpty());
  EXPECT_EQ(store_.story(), "loaded");
}

TEST_F(IngestDump, ReplacesAChangedDump) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + rows(1, 3), .version = "v2"};
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::replaced);
  EXPECT_EQ(result.id, 2);
  EXPECT_EQ(store_.story(), "superseded loaded");
  EXPECT_THAT(store_.visible_ids(), ElementsAre("1", "2", "3"));
}

// Another process loaded the very version that is there now, while this one waited with an older plan.
TEST_F(IngestDump, LooksAgainBeforeItReplaces) {
  sources_.objects[bucket_uri] = {.content = header + row("a"), .version = "v0"};
  const PlannedDump stale = planned(bucket_uri);
  load_old(bucket_uri);
  EXPECT_EQ(ingest_dump(store_, sources_, "events", stale, options_, nullptr).outcome, Outcome::unchanged);
  EXPECT_THAT(sources_.opened, IsEmpty());
}

TEST_F(IngestDump, ForceLoadsTheSameAgain) {
  load_old(bucket_uri);
  options_.force = true;
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::replaced);
  EXPECT_EQ(store_.story(), "superseded loaded");
  EXPECT_THAT(store_.visible_ids(), ElementsAre("old"));
}

TEST_F(IngestDump, MissingWritesNothing) {
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::missing);
  EXPECT_FALSE(store_.exists);
}

TEST_F(IngestDump, GoneSinceThePlanIsMissing) {
  load_old(bucket_uri);
  PlannedDump dump = planned(bucket_uri);
  dump.object->version = "v2";
  sources_.objects.clear();
  EXPECT_EQ(ingest_dump(store_, sources_, "events", dump, options_, nullptr).outcome, Outcome::missing);
  options_.force = true;
  EXPECT_EQ(ingest_dump(store_, sources_, "events", dump, options_, nullptr).outcome, Outcome::missing);
  EXPECT_EQ(store_.story(), "loaded");
  EXPECT_THAT(store_.visible_ids(), ElementsAre("old"));
}

TEST_F(IngestDump, RefusedAccessIsRecorded) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri].version = "v2";
  sources_.objects[bucket_uri].refusal = Error{ErrorKind::access, "cannot read", bucket_uri, "403 Forbidden", ""};
  expect_failed_with_old_rows(ingest(bucket_uri), ErrorKind::access);
  EXPECT_EQ(store_.rows_of_ledger.back().etag, "v2");
  EXPECT_THAT(store_.rows_of_ledger.back().error, HasSubstr("403 Forbidden"));
}

TEST_F(IngestDump, AHeaderWithoutTimestampIsRecorded) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = "id,when,email\n1,2021-04-24,a@b.com\n", .version = "v2"};
  const IngestResult result = ingest(bucket_uri);
  expect_failed_with_old_rows(result, ErrorKind::failed);
  EXPECT_THAT(to_string(*result.error), HasSubstr("timestamp"));
}

TEST_F(IngestDump, AnEmptyFileIsRecorded) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = "", .version = "v2"};
  expect_failed_with_old_rows(ingest(bucket_uri), ErrorKind::failed);
}

TEST_F(IngestDump, ABrokenDownloadLeavesTheOldRows) {
  load_old(bucket_uri);
  const std::string content = header + rows(1, 50'000);
  sources_.objects[bucket_uri] = {.content = content, .version = "v2", .breaks_after = content.size() - 100};
  const IngestResult result = ingest(bucket_uri);
  expect_failed_with_old_rows(result, ErrorKind::failed);
  EXPECT_EQ(result.error->why, "the connection broke");
  EXPECT_THAT(store_.rows_of_ledger.back().error, HasSubstr("the connection broke"));
  EXPECT_EQ(store_.rows_of_ledger.back().content_hash, "");
}

TEST_F(IngestDump, AFailedDumpIsLoadedOnceItIsWhole) {
  const std::string content = header + rows(1, 3);
  sources_.objects[bucket_uri] = {.content = content, .version = "v1", .breaks_after = content.size() - 5};
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::failed);
  EXPECT_THAT(store_.visible_ids(), IsEmpty());
  sources_.objects[bucket_uri].breaks_after.reset();
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::loaded);
  EXPECT_EQ(store_.story(), "failed loaded");
}

TEST_F(IngestDump, TooManyRejectsUndoTheLoad) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + rows(1, 5) + rows(1, 11, "no time"), .version = "v2"};
  const IngestResult result = ingest(bucket_uri);
  expect_failed_with_old_rows(result, ErrorKind::rejects);
  EXPECT_EQ(result.rows_read, 16U);
  EXPECT_EQ(result.rows_rejected, 11U);
  EXPECT_THAT(result.error->why, HasSubstr("11 of 16 rows"));
  EXPECT_EQ(store_.rows_of_ledger.back().rows_rejected, 11U);
  EXPECT_EQ(store_.rejects_kept[2].size(), 11U);
}

TEST_F(IngestDump, AFewRejectsAreKeptWithTheRows) {
  sources_.objects[bucket_uri] = {.content = header + rows(1, 5) + rows(1, 10, "no time"), .version = "v1"};
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::loaded);
  EXPECT_EQ(result.rows_loaded, 5U);
  EXPECT_EQ(result.rows_rejected, 10U);
  EXPECT_EQ(store_.rejects_kept[1].size(), 10U);

  options_.max_rejects = {RejectLimit::Unit::rows, 9};
  options_.force = true;
  EXPECT_EQ(ingest(bucket_uri).error->kind, ErrorKind::rejects);
  options_.max_rejects = {RejectLimit::Unit::percent, 70};
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::replaced);
}

TEST_F(IngestDump, AnInterruptLeavesTheDatabaseAsItWas) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + rows(1, 50'000), .version = "v2", .interrupts_at = 600'000};
  expect_failed_with_old_rows(ingest(bucket_uri), ErrorKind::interrupted);
  EXPECT_EQ(store_.rows_of_ledger.back().error, "interrupted");
}

TEST_F(IngestDump, AnInterruptBeforeTheCommitCounts) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + row("new"), .version = "v2"};
  store_.interrupts_when_appended = true;
  expect_failed_with_old_rows(ingest(bucket_uri), ErrorKind::interrupted);
}

TEST_F(IngestDump, AFailedCommitIsRecorded) {
  load_old(bucket_uri);
  sources_.objects[bucket_uri] = {.content = header + row("new"), .version = "v2"};
  store_.commit_refusal = Error{ErrorKind::failed, "cannot load into", "memory:", "no space left", ""};
  expect_failed_with_old_rows(ingest(bucket_uri), ErrorKind::failed);
  EXPECT_THAT(store_.rows_of_ledger.back().error, HasSubstr("no space left"));
}

TEST_F(IngestDump, ASlotHeldByAnotherWritesNothing) {
  sources_.objects[bucket_uri] = {.content = header + row("new"), .version = "v1"};
  store_.slot_refusal = Error{ErrorKind::failed, "cannot load into", "memory:", "process 42 is loading", ""};
  const IngestResult result = ingest(bucket_uri);
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.error->why, "process 42 is loading");
  EXPECT_THAT(store_.rows_of_ledger, IsEmpty());
  EXPECT_THAT(sources_.opened, IsEmpty());
}

TEST_F(IngestDump, ADayLoadedWhileTheMonthWaitedIsAnOverlapToo) {
  sources_.objects[disk_uri].content = header + row("1");
  Ingestion day;
  day.slot = {"events", {2021, 4, 24}};
  day.status = IngestionStatus::loaded;
  store_.loaded_while_waiting = day;
  const IngestResult result = ingest(disk_uri);
  ASSERT_TRUE(result.error.has_value());
  EXPECT_THAT(result.error->why, HasSubstr("2021-04-24"));
  EXPECT_EQ(store_.story(), "loaded") << "the day alone";
}

TEST_F(IngestDump, MonthsAndDaysThatOverlapAreRefused) {
  load_old(bucket_uri);
  sources_.objects["s3://b/day.csv"] = {.content = header + row("day"), .version = "v1"};
  const IngestResult result = ingest("s3://b/day.csv", {2021, 4, 24});
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_THAT(result.error->why, HasSubstr("2021-04 "));
  EXPECT_THAT(result.error->next, HasSubstr("`weir drop 2021-04`"));
  EXPECT_EQ(store_.story(), "loaded");
  EXPECT_EQ(ingest("s3://b/day.csv", {2021, 5, 1}).outcome, Outcome::loaded);
}

TEST_F(IngestDump, SaysWhichDaysToDropForAMonth) {
  for (const int day : {3, 24, 5}) {
    sources_.objects["s3://b/day.csv"] = {.content = header + row("day"), .version = "v1"};
    ASSERT_EQ(ingest("s3://b/day.csv", {2021, 4, day}).outcome, Outcome::loaded);
  }
  sources_.objects[bucket_uri] = {.content = header + row("new"), .version = "v1"};
  EXPECT_THAT(ingest(bucket_uri).error->next, HasSubstr("`weir drop 2021-04-03..2021-04-24`"));
  const IngestResult other = ingest_dump(store_, sources_, "other", planned(bucket_uri), options_, nullptr);
  EXPECT_EQ(other.outcome, Outcome::loaded) << "another source may have the same days";
  for (std::int64_t id = 1; id <= 3; ++id) ASSERT_TRUE(store_.drop(id).has_value());
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::loaded);
}

TEST_F(IngestDump, NamingADroppedPeriodLoadsItAgain) {
  load_old(bucket_uri);
  ASSERT_TRUE(store_.drop(1).has_value());
  EXPECT_EQ(ingest(bucket_uri).outcome, Outcome::loaded);
  EXPECT_EQ(store_.story(), "dropped loaded");
  EXPECT_THAT(store_.visible_ids(), ElementsAre("old"));
}

TEST_F(IngestDump, ALocalFileLongUntouchedIsNotRead) {
  load_old(disk_uri, {.modified_ns = (store_.now_us - 60'000'000) * 1000});
  EXPECT_EQ(ingest(disk_uri).outcome, Outcome::unchanged);
  EXPECT_THAT(sources_.opened, IsEmpty());
}

// Written again within the clock's tick, with the same size: only the content tells.
TEST_F(IngestDump, ALocalFileWrittenAroundItsLoadIsHashed) {
  load_old(disk_uri, {.modified_ns = store_.now_us * 1000});
  EXPECT_EQ(ingest(disk_uri).outcome, Outcome::unchanged);
  EXPECT_THAT(sources_.opened, ElementsAre(disk_uri));
  sources_.objects[disk_uri].content = header + row("new");
  EXPECT_EQ(ingest(disk_uri).outcome, Outcome::replaced);
  EXPECT_THAT(store_.visible_ids(), ElementsAre("new"));
}

TEST_F(IngestDump, ALocalFileThatWasOnlyTouchedIsUnchanged) {
  load_old(disk_uri);
  sources_.objects[disk_uri].version = "touched";
  EXPECT_EQ(ingest(disk_uri).outcome, Outcome::unchanged);
  EXPECT_EQ(store_.story(), "loaded");
}

TEST_F(IngestDump, StdinIsToldByItsContentAndReadOnce) {
  load_old("-");
  EXPECT_EQ(store_.rows_of_ledger.front().bytes, (header + row("old")).size());
  sources_.objects["-"].content = header + row("old");
  EXPECT_EQ(ingest("-").outcome, Outcome::unchanged);
  sources_.opened.clear();
  sources_.objects["-"].content = header + rows(1, 3);
  EXPECT_EQ(ingest("-").outcome, Outcome::replaced);
  EXPECT_THAT(sources_.opened, ElementsAre("-"));
  EXPECT_THAT(store_.visible_ids(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(store_.rows_of_ledger.back().uri, "-");
}

TEST_F(IngestDump, AWebObjectWithoutAVersionIsToldByItsContentAndReadOnce) {
  const std::string uri = "https://h/2021/04";
  load_old(uri);
  sources_.objects[uri].version.clear();
  EXPECT_EQ(ingest(uri).outcome, Outcome::unchanged);
  EXPECT_THAT(sources_.opened, ElementsAre(uri));
  sources_.objects[uri].content = header + row("new");
  sources_.opened.clear();
  EXPECT_EQ(ingest(uri).outcome, Outcome::replaced);
  EXPECT_THAT(sources_.opened, ElementsAre(uri));
  EXPECT_THAT(store_.visible_ids(), ElementsAre("new"));
}

TEST_F(IngestDump, AnInterruptWhileComparingLeavesNoTrace) {
  load_old("-");
  sources_.objects["-"] = {.content = header + rows(1, 50'000), .interrupts_at = 600'000};
  const IngestResult result = ingest("-");
  EXPECT_EQ(result.error->kind, ErrorKind::interrupted);
  EXPECT_EQ(store_.story(), "loaded");
}

}  // namespace
}  // namespace weir::ingest_tests
