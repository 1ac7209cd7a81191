// What the contract tests share: the fixture, and short ways to load a dump.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engines.h"
#include "fake_scan.h"
#include "reference.h"
#include "weir/store.h"

namespace weir::contract {

// One empty database a test.
class StoreContract : public testing::TestWithParam<Engine> {
 protected:
  std::unique_ptr<Database> database_ = GetParam().create();
  std::unique_ptr<Store> store_ = database_->open();
};

#define WEIR_CONTRACT_SUITE(suite)                                     \
  INSTANTIATE_TEST_SUITE_P(Store, suite, testing::ValuesIn(engines()), \
                           [](const auto& param) { return param.param.name; })

#define ASSERT_DONE(result)                                     \
  do {                                                          \
    const auto& done_ = (result);                               \
    ASSERT_TRUE(done_.has_value()) << to_string(done_.error()); \
  } while (false)

inline const Slot april{"events", {2021, 4, 0}};
inline const Slot may{"events", {2021, 5, 0}};
inline const DayNumber april_1 = to_day_number({2021, 4, 1});

inline LoadRequest a_request() {
  return {"s3://bucket/2021/04/events.csv", "\"etag-1\"", {"id", "timestamp"}, "0.1.0", "2023-02-09"};
}

// begin, start, append, commit; the new ingestion's id.
inline Result<std::int64_t> load(Store& store, const Slot& slot, const std::vector<Event>& events,
                                 ScanScript script = {}, unsigned threads = 2) {
  FakeScan scan(events, std::move(script));
  WEIR_TRY_ASSIGN(const auto load, store.begin_load(slot));
  WEIR_TRY_ASSIGN(const std::int64_t id, load->start(a_request()));
  WEIR_TRY(load->append(scan, threads));
  WEIR_TRY_ASSIGN(const ScanSummary summary, scan.summary());
  WEIR_TRY(load->commit(summary));
  return id;
}

// `count` events of one day and country.
inline std::vector<Event> some_events(std::size_t count, DayNumber day, const std::string& country) {
  return std::vector<Event>(count, event_on(day, country));
}

inline std::vector<Count> rows_of(Store& store, std::string_view name, const Filter& filter = {}) {
  AnswerOptions options;
  options.limit = std::nullopt;
  const std::vector<const Question*> asked{&question(name)};
  const auto answers = store.answer(asked, filter, options);
  EXPECT_TRUE(answers.has_value()) << to_string(answers.error());
  return answers ? answers->answers.front().rows : std::vector<Count>{};
}

inline std::vector<IngestionStatus> statuses(Store& store) {
  const auto ledger = store.ledger();
  EXPECT_TRUE(ledger.has_value()) << to_string(ledger.error());
  std::vector<IngestionStatus> all;
  if (ledger) {
    for (const Ingestion& ingestion : *ledger) all.push_back(ingestion.status);
  }
  return all;
}

}  // namespace weir::contract
