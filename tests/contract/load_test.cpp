// Loading: all of a dump or nothing of it.
#include "helpers.h"
#include "weir/progress.h"

namespace weir::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using enum IngestionStatus;

class LoadContract : public StoreContract {};

TEST_P(LoadContract, ShowsWhatWasCommitted) {
  const auto id = load(*store_, april, some_events(5, april_1, "Palau"));
  ASSERT_DONE(id);
  EXPECT_EQ(*id, 1);
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Palau", 5}}));
  EXPECT_EQ(rows_of(*database_->open(), "countries"), (std::vector<Count>{{"Palau", 5}}));
}

TEST_P(LoadContract, ShowsNothingBeforeCommit) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  const std::vector<Event> events = some_events(7, april_1, "New");
  FakeScan scan(events);
  auto loading = store_->begin_load(april);
  ASSERT_DONE(loading);
  ASSERT_DONE((*loading)->start(a_request()));
  ASSERT_DONE((*loading)->append(scan, 2));
  // Another client sees the old rows, or has to queue and says for whom; never the new ones, never both.
  const auto other = database_->open({.wait_s = 0.2});
  const std::vector<const Question*> asked{&question("countries")};
  if (const auto answers = other->answer(asked, {}, {}); answers.has_value()) {
    EXPECT_EQ(answers->answers.front().rows, (std::vector<Count>{{"Old", 5}}));
  } else {
    EXPECT_THAT(to_string(answers.error()), HasSubstr("loading events 2021-04"));
  }
  ASSERT_DONE((*loading)->commit(*scan.summary()));
  loading->reset();
  EXPECT_EQ(rows_of(*other, "countries"), (std::vector<Count>{{"New", 7}}));
}

TEST_P(LoadContract, ReplacesTheSlotsRowsOnly) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old"), {.rejects = {{3, "NUL byte", "old"}}}));
  ASSERT_DONE(load(*store_, may, some_events(4, april_1 + 30, "May")));
  ASSERT_DONE(load(*store_, {"other", april.period}, some_events(2, april_1, "Other")));
  ASSERT_DONE(load(*store_, april, some_events(6, april_1, "New"), {.rejects = {{9, "NUL byte", "new"}}}));
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"New", 6}, {"May", 4}, {"Other", 2}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(superseded, loaded, loaded, loaded));
  const std::vector<std::int64_t> ids{1, 4};
  const auto rejects = store_->rejected_rows(ids, std::nullopt);
  ASSERT_DONE(rejects);
  ASSERT_EQ(rejects->size(), 1U);
  EXPECT_EQ(rejects->front().ingestion_id, 4);
  EXPECT_EQ(rejects->front().reject.raw, "new");
}

TEST_P(LoadContract, TellsTheSlotsCurrentIngestion) {
  {
    const auto fresh = store_->begin_load(april);
    ASSERT_DONE(fresh);
    EXPECT_FALSE((*fresh)->current().has_value());
  }
  EXPECT_TRUE(statuses(*store_).empty()) << "a Load destroyed before start left a trace";
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Palau")));
  const auto next = store_->begin_load(april);
  ASSERT_DONE(next);
  ASSERT_TRUE((*next)->current().has_value());
  EXPECT_EQ((*next)->current()->id, 1);
  EXPECT_EQ((*next)->current()->etag, a_request().etag);
  EXPECT_EQ((*next)->current()->status, loaded);
}

TEST_P(LoadContract, TellsWhatElseOfTheSourceIsLoaded) {
  const Slot day{april.source, {2021, 4, 24}};
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Palau")));
  ASSERT_DONE(load(*store_, day, some_events(5, april_1, "Palau")));
  ASSERT_DONE(load(*store_, {"another", {2021, 5, 0}}, some_events(5, april_1, "Palau")));
  ASSERT_DONE(store_->drop(2));
  ASSERT_DONE(load(*store_, {april.source, {2021, 3, 0}}, some_events(5, april_1, "Palau")));
  const auto loading = store_->begin_load(day);
  ASSERT_DONE(loading);
  EXPECT_FALSE((*loading)->current().has_value());
  EXPECT_EQ((*loading)->loaded_periods(), (std::vector<Period>{{2021, 3, 0}, {2021, 4, 0}}));
}

TEST_P(LoadContract, DropsRowsAndKeepsTheLedger) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Palau"), {.rejects = {{3, "NUL byte", "x"}}}));
  ASSERT_DONE(load(*store_, may, some_events(2, april_1 + 30, "Fiji")));
  ASSERT_DONE(store_->drop(1));
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Fiji", 2}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(dropped, loaded));
  const auto again = store_->drop(1);
  ASSERT_FALSE(again.has_value());
  EXPECT_THAT(to_string(again.error()), HasSubstr("dropped"));
  EXPECT_EQ(store_->drop(77).error().kind, ErrorKind::missing);
  ASSERT_DONE(load(*store_, april, some_events(1, april_1, "Back")));
  EXPECT_THAT(statuses(*store_), ElementsAre(dropped, loaded, loaded));
}

TEST_P(LoadContract, AbortLeavesTheLedgerRowAndTheFirstRejects) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  ScanScript script;
  for (std::uint64_t line = 1500; line > 0; --line) script.rejects.push_back({line, "NUL byte", std::string(100, 'x')});
  const std::vector<Event> events = some_events(20000, april_1, "New");
  FakeScan scan(events, script);
  {
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
    ASSERT_DONE((*loading)->append(scan, 2));
    const Error error{ErrorKind::rejects, "too many rejects in", "the dump", "1500 of 21500 rows", "look at them"};
    ASSERT_DONE((*loading)->abort(error, *scan.summary()));
  }
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Old", 5}}));
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  ASSERT_EQ(ledger->size(), 2U);
  EXPECT_EQ(ledger->front().status, loaded);
  EXPECT_EQ(ledger->back().status, failed);
  EXPECT_THAT(ledger->back().error, HasSubstr("1500 of 21500 rows"));
  EXPECT_EQ(ledger->back().rows_rejected, 1500U);
  EXPECT_EQ(ledger->back().rows_loaded, 0U);
  EXPECT_TRUE(ledger->back().finished_at_us.has_value());
  const std::vector<std::int64_t> ids{2};
  const auto rejects = store_->rejected_rows(ids, std::nullopt);
  ASSERT_DONE(rejects);
  ASSERT_EQ(rejects->size(), failed_rejects_kept);
  EXPECT_EQ(rejects->front().reject.line, 1U);
  EXPECT_EQ(rejects->back().reject.line, failed_rejects_kept);
}

TEST_P(LoadContract, AnErrorInTheMiddleKeepsItsWordsAndUndoesTheRows) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  const Error broken{ErrorKind::access, "cannot read", "s3://bucket/x", "403 AccessDenied", "check the key"};
  const std::vector<Event> events = some_events(30000, april_1, "New");
  FakeScan scan(events, {.error = broken, .error_at = 25000});
  {
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
    const auto appended = (*loading)->append(scan, 2);
    ASSERT_FALSE(appended.has_value());
    EXPECT_EQ(to_string(appended.error()), to_string(broken));
    EXPECT_EQ(appended.error().kind, ErrorKind::access);
    ASSERT_DONE((*loading)->abort(appended.error(), {}));
  }
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Old", 5}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(loaded, failed));
  EXPECT_THAT(store_->ledger()->back().error, HasSubstr("403 AccessDenied"));
}

TEST_P(LoadContract, DestroyedInTheMiddleReadsAsInterrupted) {
  const std::vector<Event> events = some_events(5000, april_1, "Gone");
  {
    FakeScan scan(events);
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
    ASSERT_DONE((*loading)->append(scan, 2));
  }
  {
    const auto loading = store_->begin_load(may);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
  }
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  ASSERT_EQ(ledger->size(), 2U);
  for (const Ingestion& ingestion : *ledger) {
    EXPECT_EQ(ingestion.status, failed);
    EXPECT_THAT(ingestion.error, HasSubstr("interrupted"));
  }
  EXPECT_TRUE(rows_of(*store_, "countries").empty());
  ASSERT_DONE(load(*store_, april, some_events(1, april_1, "Palau")));
  EXPECT_THAT(statuses(*store_), ElementsAre(failed, failed, loaded));
  EXPECT_EQ(database_->number("SELECT count(*) FROM ingestions WHERE status = 'failed' AND error = 'interrupted'"), 2);
}

TEST_P(LoadContract, SumsThatDoNotFitAreRefused) {
  const std::vector<Event> events = some_events(10, april_1, "Palau");
  FakeScan scan(events);
  const auto loading = store_->begin_load(april);
  ASSERT_DONE(loading);
  ASSERT_DONE((*loading)->start(a_request()));
  ASSERT_DONE((*loading)->append(scan, 1));
  ScanSummary wrong = *scan.summary();
  wrong.rows_loaded = wrong.rows_read = 11;
  const auto committed = (*loading)->commit(wrong);
  ASSERT_FALSE(committed.has_value());
  ASSERT_DONE((*loading)->abort(committed.error(), wrong));
}

TEST_P(LoadContract, AnInterruptStopsTheLoadAndIsRecorded) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  const std::vector<Event> events = some_events(100000, april_1, "New");
  const Error stopped{ErrorKind::interrupted, "cannot read", "the dump", "interrupted", ""};
  FakeScan scan(events, {.error = stopped, .error_at = 50000});
  {
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
    request_interrupt();
    const auto appended = (*loading)->append(scan, 2);
    EXPECT_FALSE(appended.has_value());
    const auto aborted = (*loading)->abort(stopped, {});
    clear_interrupt();
    ASSERT_FALSE(appended.has_value());
    EXPECT_EQ(appended.error().kind, ErrorKind::interrupted);
    ASSERT_DONE(aborted);
  }
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Old", 5}}));
  EXPECT_THAT(statuses(*store_), ElementsAre(loaded, failed));
}

TEST_P(LoadContract, KeepsManyRejectsWithTheirText) {
  ScanScript script;
  for (std::uint64_t line = 1; line <= 4000; ++line) {
    script.rejects.push_back({line, "invalid UTF-8", std::to_string(line) + std::string(6000, 'r') + "\n\"\xC3\xA9"});
  }
  ASSERT_DONE(load(*store_, april, some_events(10, april_1, "Palau"), script));
  const std::vector<std::int64_t> ids{1};
  const auto rejects = store_->rejected_rows(ids, std::nullopt);
  ASSERT_DONE(rejects);
  ASSERT_EQ(rejects->size(), script.rejects.size());
  for (std::size_t i = 0; i < script.rejects.size(); ++i) {
    ASSERT_EQ((*rejects)[i].reject.line, i + 1);
    ASSERT_EQ((*rejects)[i].reject.raw, script.rejects[i].raw);
  }
  const auto two = store_->rejected_rows(ids, 2);
  ASSERT_DONE(two);
  EXPECT_EQ(two->size(), 2U);
  EXPECT_TRUE(store_->rejected_rows({}, std::nullopt)->empty());
}

TEST_P(LoadContract, AnEmptyDumpIsADump) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Old")));
  ASSERT_DONE(load(*store_, april, {}));
  EXPECT_TRUE(rows_of(*store_, "countries").empty());
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  EXPECT_EQ(ledger->back().status, loaded);
  EXPECT_EQ(ledger->back().first_day, no_day);
}

TEST_P(LoadContract, LargeDumpsLoadExactlyWithSeveralThreads) {
  constexpr std::size_t rows = 200000;
  std::vector<Event> events;
  events.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    Event event = event_on(april_1 + static_cast<DayNumber>(i % 30), "Country number " + std::to_string(i % 97));
    event.id = "row-" + std::to_string(i) + "-padded-beyond-twelve-bytes";
    event.email = i % 11 == 0 ? Text{} : "user" + std::to_string(i % 5003) + "@example.com";
    for (std::size_t tag = 0; tag < i % 4; ++tag)
      event.tags.push_back("a tag that is long " + std::to_string(i % 7 + tag));
    events.push_back(std::move(event));
  }
  ASSERT_DONE(load(*store_, april, events, {.batch_rows = 3511}, 4));
  EXPECT_EQ(database_->number("SELECT count(DISTINCT id) FROM events"), static_cast<std::int64_t>(rows));
  AnswerOptions options;
  options.limit = std::nullopt;
  const auto answers = store_->answer(questions(), {}, options);
  ASSERT_DONE(answers);
  const auto expected = reference_answers(events, questions(), {}, options);
  EXPECT_EQ(answers->events, rows);
  for (std::size_t i = 0; i < expected.answers.size(); ++i) {
    EXPECT_EQ(answers->answers[i].rows, expected.answers[i].rows) << questions()[i]->name;
  }
}

WEIR_CONTRACT_SUITE(LoadContract);

}  // namespace
}  // namespace weir::contract
