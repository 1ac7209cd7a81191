#include <gmock/gmock.h>

#include "ingest/content_hash.h"
#include "ingest/ingest.h"
#include "memory_sources.h"

namespace weir::ingest_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t load_time_us = 1'700'000'000'000'000;
constexpr Period april{2021, 4, 0};
constexpr Period may{2021, 5, 0};
constexpr Period june{2021, 6, 0};

UriTemplate bucket() {
  return UriTemplate::parse("s3://b/{YYYY}/{MM}.csv").value();
}
UriTemplate disk() {
  return UriTemplate::parse("data/{YYYY}-{MM}.csv").value();
}

DayNumber today() {
  return to_day_number({2021, 6, 15});
}

// Adds a row to a ledger, whose ids are then as they should be.
void add(std::vector<Ingestion>& ledger, const Period& period, IngestionStatus status, const std::string& uri,
         const MemoryObject& object, const std::string& source = "events") {
  Ingestion row;
  row.id = static_cast<std::int64_t>(ledger.size()) + 1;
  row.slot = {source, period};
  row.uri = uri;
  row.etag = object.version;
  row.bytes = object.content.size();
  row.status = status;
  row.started_at_us = load_time_us;
  MemorySources sources;
  sources.objects[uri] = object;
  row.content_hash = content_hash_of(*sources.open(uri).value()).value();
  ledger.push_back(row);
}

std::vector<std::string> in_words(const Result<std::vector<PlannedDump>>& plan) {
  std::vector<std::string> words;
  if (!plan) return {to_string(plan.error())};
  for (const PlannedDump& dump : *plan)
    words.push_back(to_string(dump.period) + " " + std::string(name_of(dump.change)));
  return words;
}

TEST(PlanPeriods, TellsNewChangedUnchangedAndMissing) {
  MemorySources sources;
  sources.objects["s3://b/2021/03.csv"] = {.content = "march", .version = "3"};
  sources.objects["s3://b/2021/04.csv"] = {.content = "april", .version = "4"};
  sources.objects["s3://b/2021/05.csv"] = {.content = "may", .version = "5"};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, "s3://b/2021/04.csv", sources.objects["s3://b/2021/04.csv"]);
  add(ledger, may, IngestionStatus::loaded, "s3://b/2021/05.csv", {.content = "may", .version = "older"});
  const auto plan = plan_periods(sources, ledger, "events", bucket(), {{2021, 3, 0}, april, may, june});
  EXPECT_THAT(in_words(plan), ElementsAre("2021-03 new", "2021-04 unchanged", "2021-05 changed", "2021-06 missing"));
  EXPECT_EQ((*plan)[0].uri, "s3://b/2021/03.csv");
  EXPECT_EQ((*plan)[0].object->bytes, 5U);
  EXPECT_FALSE((*plan)[0].loaded.has_value());
  EXPECT_EQ((*plan)[1].loaded->id, 1);
  EXPECT_FALSE((*plan)[3].object.has_value());
  EXPECT_THAT(sources.opened, IsEmpty());
}

TEST(PlanPeriods, OtherSourcesFailuresAndDropsAreNotLoaded) {
  MemorySources sources;
  const MemoryObject object{.content = "x", .version = "1"};
  std::vector<Ingestion> ledger;
  const std::vector<Period> periods{april, may, june};
  for (const Period& period : periods) sources.objects[bucket().uri(period)] = object;
  add(ledger, april, IngestionStatus::loaded, bucket().uri(april), object, "other");
  add(ledger, may, IngestionStatus::failed, bucket().uri(may), object);
  add(ledger, june, IngestionStatus::dropped, bucket().uri(june), object);
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "events", bucket(), periods)),
              ElementsAre("2021-04 new", "2021-05 new", "2021-06 new"));
}

TEST(PlanPeriods, HashesLocalFilesThatTheirTimesCannotTell) {
  MemorySources sources;
  std::vector<Ingestion> ledger;
  const std::int64_t racy_ns = load_time_us * 1000 - 1'000'000'000;
  sources.objects["data/2021-04.csv"] = {.content = "same", .version = "1", .modified_ns = racy_ns};
  sources.objects["data/2021-05.csv"] = {.content = "diff", .version = "1", .modified_ns = racy_ns};
  sources.objects["data/2021-06.csv"] = {.content = "same", .version = "touched", .modified_ns = 1};
  for (const Period& period : {april, may, june}) {
    add(ledger, period, IngestionStatus::loaded, disk().uri(period), {.content = "same", .version = "1"});
  }
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "events", disk(), {april, may, june})),
              ElementsAre("2021-04 unchanged", "2021-05 changed", "2021-06 unchanged"));
}

TEST(PlanPeriods, LeavesDoubtsToTheIngestWhereAsked) {
  MemorySources sources;
  std::vector<Ingestion> ledger;
  sources.objects[disk().uri(april)] = {.content = "same", .version = "touched", .modified_ns = 1};
  sources.objects[disk().uri(may)] = {.content = "same", .version = "1", .modified_ns = 1};
  for (const Period& period : {april, may}) {
    add(ledger, period, IngestionStatus::loaded, disk().uri(period), {.content = "same", .version = "1"});
  }
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "events", disk(), {april, may}, Doubt::leave)),
              ElementsAre("2021-04 changed", "2021-05 unchanged"));
  EXPECT_THAT(sources.opened, IsEmpty());
}

TEST(PlanPeriods, DoesNotDownloadWhatOnlyAHashCouldTell) {
  const UriTemplate web = UriTemplate::parse("https://h/{YYYY}/{MM}").value();
  MemorySources sources;
  sources.objects[web.uri(april)] = {.content = "x"};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, web.uri(april), {.content = "x"});
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "events", web, {april})), ElementsAre("2021-04 changed"));
  EXPECT_THAT(sources.opened, IsEmpty());
}

TEST(PlanPeriods, SaysWhatCouldNotBeHashed) {
  MemorySources sources;
  sources.objects[disk().uri(april)] = {.content = "x", .version = "2", .breaks_after = 0};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, disk().uri(april), {.content = "x", .version = "1"});
  sources.objects[disk().uri(may)] = {.content = "x", .version = "1"};
  const auto plan = plan_periods(sources, ledger, "events", disk(), {april, may});
  EXPECT_THAT(in_words(plan), ElementsAre("2021-04 failed", "2021-05 new"));
  EXPECT_EQ((*plan)[0].error->where, "data/2021-04.csv");
  EXPECT_EQ((*plan)[0].object, std::nullopt);
}

TEST(PlanPeriods, GoesOnAfterWhatCannotBeLookedAt) {
  MemorySources sources;
  for (const Period& period : {april, may, june}) {
    sources.objects[bucket().uri(period)] = {.content = "x", .version = "1"};
  }
  sources.objects[bucket().uri(may)].hidden = Error{ErrorKind::access, "cannot read", "may", "403", ""};
  const auto plan = plan_periods(sources, {}, "events", bucket(), {april, may, june});
  EXPECT_THAT(in_words(plan), ElementsAre("2021-04 new", "2021-05 failed", "2021-06 new"));
  EXPECT_EQ((*plan)[1].error->why, "403");
  EXPECT_EQ((*plan)[1].uri, "s3://b/2021/05.csv");
  sources.objects[bucket().uri(may)].hidden->kind = ErrorKind::interrupted;
  EXPECT_EQ(plan_periods(sources, {}, "events", bucket(), {april, may, june}).error().kind, ErrorKind::interrupted);
}

TEST(PlanPeriods, RefusesDaysOfAMonthThatIsLoadedAsAnIngestWould) {
  const auto daily = UriTemplate::parse("s3://b/{YYYY}/{MM}/{DD}.csv").value();
  MemorySources sources;
  sources.objects["s3://b/2021/04/30.csv"] = {.content = "day", .version = "1"};
  sources.objects["s3://b/2021/05/01.csv"] = {.content = "day", .version = "2"};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, "s3://b/2021/04.csv", {.content = "april", .version = "4"});
  add(ledger, may, IngestionStatus::dropped, "s3://b/2021/05.csv", {.content = "may", .version = "5"});
  const std::vector<Period> days{{2021, 4, 29}, {2021, 4, 30}, {2021, 5, 1}};
  const auto plan = plan_periods(sources, ledger, "events", daily, days);
  EXPECT_THAT(in_words(plan), ElementsAre("2021-04-29 missing", "2021-04-30 failed", "2021-05-01 new"));
  EXPECT_THAT((*plan)[1].error->why, ::testing::HasSubstr("2021-04 of this source is loaded"));
  EXPECT_THAT((*plan)[1].error->next, ::testing::HasSubstr("`weir drop 2021-04`"));
  EXPECT_FALSE((*plan)[1].object.has_value());
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "other", daily, days)),
              ElementsAre("2021-04-29 missing", "2021-04-30 new", "2021-05-01 new"));
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", daily, today())),
              ElementsAre("2021-04-30 failed", "2021-05-01 new"));
}

TEST(PlanPeriods, DoesNotOpenAPipe) {
  MemorySources sources;
  sources.objects[disk().uri(april)] = {.content = "x"};  // no version: a FIFO
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, disk().uri(april), {.content = "x"});
  EXPECT_THAT(in_words(plan_periods(sources, ledger, "events", disk(), {april})), ElementsAre("2021-04 changed"));
  EXPECT_THAT(sources.opened, IsEmpty());
}

TEST(PlanPeriods, ShowsNoPasswords) {
  MemorySources sources;
  const UriTemplate web = UriTemplate::parse("http://me:hidden@h/{YYYY}/{MM}?key=hidden").value();
  sources.objects[web.uri(may)].hidden = Error{ErrorKind::failed, "cannot read", "may", "500", ""};
  const auto plan = plan_periods(sources, {}, "events", web, {april, may});
  EXPECT_THAT(in_words(plan), ElementsAre("2021-04 missing", "2021-05 failed"));
  EXPECT_EQ((*plan)[0].uri, "http://h/2021/04");
  EXPECT_EQ((*plan)[1].uri, "http://h/2021/05");
}

TEST(PlanNew, TakesNewFailedAndChangedOnes) {
  MemorySources sources;
  const MemoryObject object{.content = "x", .version = "1"};
  std::vector<Ingestion> ledger;
  for (int month = 1; month <= 6; ++month) sources.objects[bucket().uri({2021, month, 0})] = object;
  add(ledger, {2021, 1, 0}, IngestionStatus::loaded, bucket().uri({2021, 1, 0}), object);
  add(ledger, {2021, 2, 0}, IngestionStatus::loaded, bucket().uri({2021, 2, 0}), {.content = "x", .version = "0"});
  add(ledger, {2021, 3, 0}, IngestionStatus::failed, bucket().uri({2021, 3, 0}), object);
  add(ledger, {2021, 4, 0}, IngestionStatus::dropped, bucket().uri({2021, 4, 0}), object);
  // Loaded, and a forced attempt to load the same again failed: what is loaded is what is there.
  add(ledger, {2021, 5, 0}, IngestionStatus::loaded, bucket().uri({2021, 5, 0}), object);
  add(ledger, {2021, 5, 0}, IngestionStatus::failed, bucket().uri({2021, 5, 0}), object);
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())),
              ElementsAre("2021-02 changed", "2021-03 new", "2021-06 new"));
}

TEST(PlanNew, NeverTakesADroppedOneUntilItWasLoadedAgain) {
  MemorySources sources;
  const MemoryObject object{.content = "x", .version = "1"};
  const std::string uri = bucket().uri(april);
  sources.objects[uri] = {.content = "xy", .version = "2"};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::superseded, uri, object);
  add(ledger, april, IngestionStatus::dropped, uri, object);
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())), IsEmpty());
  add(ledger, april, IngestionStatus::failed, uri, object);
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())), IsEmpty());
  add(ledger, april, IngestionStatus::loaded, uri, object);
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())), ElementsAre("2021-04 changed"));
}

TEST(PlanNew, LooksAtTheObjectWhereTheListingKnowsLess) {
  MemorySources sources;
  const std::string uri = bucket().uri(april);
  sources.objects[uri] = {.content = "x", .version = "etag+version-id", .listed_version = "etag"};
  std::vector<Ingestion> ledger;
  add(ledger, april, IngestionStatus::loaded, uri, sources.objects[uri]);
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())), IsEmpty());
}

TEST(PlanNew, GoesOnAfterWhatCannotBeLookedAt) {
  MemorySources sources;
  std::vector<Ingestion> ledger;
  for (const Period& period : {april, may, june}) {
    sources.objects[bucket().uri(period)] = {.content = "x", .version = "2"};
    if (period != june) add(ledger, period, IngestionStatus::loaded, bucket().uri(period), {.content = "x"});
  }
  sources.objects[bucket().uri(april)].hidden = Error{ErrorKind::access, "cannot read", "april", "403", ""};
  sources.objects[bucket().uri(may)].unlisted = Error{ErrorKind::failed, "cannot read", "may", "a loop", ""};
  const auto plan = plan_new(sources, ledger, "events", bucket(), today());
  EXPECT_THAT(in_words(plan), ElementsAre("2021-04 failed", "2021-05 failed", "2021-06 new"));
  EXPECT_EQ((*plan)[0].error->why, "403");
  EXPECT_EQ((*plan)[1].error->why, "a loop");
  add(ledger, may, IngestionStatus::dropped, bucket().uri(may), {.content = "x"});
  EXPECT_THAT(in_words(plan_new(sources, ledger, "events", bucket(), today())),
              ElementsAre("2021-04 failed", "2021-06 new"))
      << "what was dropped is not even looked at";
}

TEST(PlanNew, ReachesToThePeriodOfToday) {
  MemorySources sources;
  for (const int month : {5, 6, 7}) sources.objects[bucket().uri({2021, month, 0})] = {.content = "x", .version = "1"};
  EXPECT_THAT(in_words(plan_new(sources, {}, "events", bucket(), today())), ElementsAre("2021-05 new", "2021-06 new"));

  const UriTemplate daily = UriTemplate::parse("s3://d/{YYYY}/{MM}/{DD}.csv").value();
  for (const int day : {14, 15, 16}) sources.objects[daily.uri({2021, 6, day})] = {.content = "x", .version = "1"};
  EXPECT_THAT(in_words(plan_new(sources, {}, "events", daily, today())),
              ElementsAre("2021-06-14 new", "2021-06-15 new"));
}

}  // namespace
}  // namespace weir::ingest_tests
