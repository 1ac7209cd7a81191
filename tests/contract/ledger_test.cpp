// The ledger gives back what it was given.
#include <chrono>

#include "helpers.h"

namespace weir::contract {
namespace {

class LedgerContract : public StoreContract {};

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

TEST_P(LedgerContract, RoundTripsEveryField) {
  const std::string odd = "it's \"odd\"; DROP TABLE x;\n\ttab\\ \xC3\xA9\xF0\x9F\x90\xA6 $1 {where} %s";
  const std::vector<Event> events = some_events(4, april_1, "Palau");
  FakeScan scan(events, {.rejects = {{2, odd, odd}, {3, "NUL byte", ""}}});
  const std::int64_t before = now_us();
  {
    const auto loading = store_->begin_load({odd, {2021, 4, 24}});
    ASSERT_DONE(loading);
    const auto id = (*loading)->start({odd + "uri", odd + "etag", {odd, "", "timestamp"}, odd + "weir", odd + "psl"});
    ASSERT_DONE(id);
    ASSERT_DONE((*loading)->append(scan, 1));
    ASSERT_DONE((*loading)->commit(*scan.summary()));
  }
  const std::int64_t after = now_us();
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  ASSERT_EQ(ledger->size(), 1U);
  const Ingestion& row = ledger->front();
  EXPECT_EQ(row.id, 1);
  EXPECT_EQ(row.slot, (Slot{odd, {2021, 4, 24}}));
  EXPECT_EQ(row.uri, odd + "uri");
  EXPECT_EQ(row.etag, odd + "etag");
  EXPECT_EQ(row.content_hash, scan.whole().content_hash);
  EXPECT_EQ(row.bytes, scan.whole().bytes);
  EXPECT_EQ(row.columns, (std::vector<std::string>{odd, "", "timestamp"}));
  EXPECT_EQ(row.rows_read, 6U);
  EXPECT_EQ(row.rows_loaded, 4U);
  EXPECT_EQ(row.rows_rejected, 2U);
  EXPECT_EQ(row.first_day, april_1);
  EXPECT_EQ(row.last_day, april_1);
  EXPECT_EQ(row.status, IngestionStatus::loaded);
  EXPECT_EQ(row.error, "");
  EXPECT_GE(row.started_at_us, before);
  ASSERT_TRUE(row.finished_at_us.has_value());
  EXPECT_GE(*row.finished_at_us, row.started_at_us);
  EXPECT_LE(*row.finished_at_us, after);
  EXPECT_EQ(row.weir_version, odd + "weir");
  EXPECT_EQ(row.psl_version, odd + "psl");
  const std::vector<std::int64_t> ids{1};
  const auto rejects = store_->rejected_rows(ids, std::nullopt);
  ASSERT_DONE(rejects);
  ASSERT_EQ(rejects->size(), 2U);
  EXPECT_EQ(rejects->front().reject.reason, odd);
  EXPECT_EQ(rejects->front().reject.raw, odd);
  EXPECT_EQ(rejects->back().reject.raw, "");
}

TEST_P(LedgerContract, WhatIsUnknownIsNullToOthersAndEmptyToUs) {
  const std::vector<Event> events;
  FakeScan scan(events);
  {
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start({"-", "", {}, "0.1.0", "2023"}));
    ASSERT_DONE((*loading)->append(scan, 1));
    ScanSummary summary = *scan.summary();
    summary.content_hash.clear();
    ASSERT_DONE((*loading)->commit(summary));
  }
  EXPECT_EQ(database_->number("SELECT count(*) FROM ingestions WHERE etag IS NULL AND content_hash IS NULL AND "
                              "first_day IS NULL AND last_day IS NULL AND error IS NULL"),
            1);
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  EXPECT_EQ(ledger->front().etag, "");
  EXPECT_EQ(ledger->front().content_hash, "");
  EXPECT_TRUE(ledger->front().columns.empty());
  EXPECT_EQ(ledger->front().first_day, no_day);
}

TEST_P(LedgerContract, AnErrorThatIsNotUtf8StillGetsIn) {
  {
    const auto loading = store_->begin_load(april);
    ASSERT_DONE(loading);
    ASSERT_DONE((*loading)->start(a_request()));
    ASSERT_DONE((*loading)->abort({ErrorKind::failed, "cannot read", "caf\xE9.csv", "gone", ""}, {}));
  }
  const auto ledger = store_->ledger();
  ASSERT_DONE(ledger);
  EXPECT_THAT(ledger->front().error, testing::MatchesRegex("cannot read caf.x[eE]9.csv: gone"));
}

TEST_P(LedgerContract, IdsAscendAndAreNeverUsedAgain) {
  for (int i = 0; i < 3; ++i) ASSERT_DONE(load(*store_, april, some_events(1, april_1, "x")));
  ASSERT_DONE(store_->drop(3));
  const auto id = load(*store_, may, some_events(1, april_1, "x"));
  ASSERT_DONE(id);
  EXPECT_EQ(*id, 4);
}

TEST_P(LedgerContract, AnswersCarryTheLoadedRowsOnly) {
  ASSERT_DONE(load(*store_, april, some_events(1, april_1, "x")));
  ASSERT_DONE(load(*store_, april, some_events(2, april_1, "x")));
  ASSERT_DONE(load(*store_, may, some_events(3, april_1 + 30, "x")));
  ASSERT_DONE(store_->drop(3));
  const auto answers = store_->answer(questions(), {}, {});
  ASSERT_DONE(answers);
  ASSERT_EQ(answers->loaded.size(), 1U);
  EXPECT_EQ(answers->loaded.front().id, 2);
  EXPECT_EQ(answers->loaded.front().slot, april);
}

WEIR_CONTRACT_SUITE(LedgerContract);

}  // namespace
}  // namespace weir::contract
