// A file that may not grow, as on a full disk: the load fails in words, and the database is as it was.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <deque>

#include "store/duckdb/duckdb_store.h"
#include "temp_place.h"

namespace weir {
namespace {

const Slot april{"events", {2021, 4, 0}};

// Rows whose ids do not compress.
class NoisyScan final : public EventScan {
 public:
  explicit NoisyScan(std::uint64_t rows) : rows_(rows) {}

  class Reader final : public EventReader {
   public:
    explicit Reader(NoisyScan& scan) : scan_(scan) {}
    Result<bool> next(EventBatch& batch) override {
      batch = EventBatch{};
      texts_.clear();
      const std::uint64_t from = scan_.at_.fetch_add(2000);
      for (std::uint64_t i = from; i < std::min(from + 2000, scan_.rows_); ++i) {
        std::string& id = texts_.emplace_back();
        for (std::uint64_t part = 0; part < 8; ++part) {
          id += std::to_string((i * 8 + part) * 0x9e3779b97f4a7c15U ^ (i << 20U));
        }
        batch.id.push_back(id);
        batch.day.push_back(18718);
        ++batch.rows;
      }
      return batch.rows > 0;
    }

   private:
    NoisyScan& scan_;
    std::deque<std::string> texts_;
  };

  [[nodiscard]] std::unique_ptr<EventReader> reader() override { return std::make_unique<Reader>(*this); }
  [[nodiscard]] Result<ScanSummary> summary() const override {
    ScanSummary summary;
    summary.rows_read = summary.rows_loaded = rows_;
    return summary;
  }

 private:
  std::uint64_t rows_;
  std::atomic<std::uint64_t> at_{0};
};

// 0 when the load failed as it should; anything else says where it did not.
int load_beyond_the_limit(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{24 << 20, 24 << 20};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const auto store = make_duckdb_store(path, {.wait_s = 1, .threads = 2, .memory_limit_bytes = 128 << 20}).value();
  NoisyScan scan(600000);  // some 100 MB
  const auto loading = store->begin_load(april);
  if (!loading || !(*loading)->start({"u", "", {}, "1", "2"})) return 1;
  Status done = (*loading)->append(scan, 2);
  if (done) done = (*loading)->commit(*scan.summary());
  if (done) return 2;
  const std::string words = to_string(done.error());
  if (words.find("the database is as it was") == std::string::npos) {
    std::fprintf(stderr, "%s\n", words.c_str());
    return 3;
  }
  const Status aborted = (*loading)->abort(done.error(), {});
  return aborted ? 0 : 4;
}

TEST(DiskLimit, ALoadThatDoesNotFitLeavesTheFormerOne) {
  const TempPlace place;
  const std::string path = place / "weir.duckdb";
  const auto store = make_duckdb_store(path, {}).value();
  {
    NoisyScan scan(1000);
    const auto loading = store->begin_load(april);
    ASSERT_TRUE(loading.has_value());
    ASSERT_TRUE((*loading)->start({"u", "", {}, "1", "2"}).has_value());
    ASSERT_TRUE((*loading)->append(scan, 2).has_value());
    ASSERT_TRUE((*loading)->commit(*scan.summary()).has_value());
  }
  EXPECT_EQ(in_child([&] { return load_beyond_the_limit(path); }), 0);
  const auto ledger = store->ledger();
  ASSERT_TRUE(ledger.has_value());
  ASSERT_EQ(ledger->size(), 2U);
  EXPECT_EQ(ledger->front().status, IngestionStatus::loaded);
  EXPECT_EQ(ledger->back().status, IngestionStatus::failed);
  EXPECT_THAT(ledger->back().error, testing::HasSubstr("cannot load into"));
  constexpr Question dates{"dates", "date", "Date", "", Field::day};
  const std::array asked{&dates};
  const auto answers = store->answer(asked, {}, {});
  ASSERT_TRUE(answers.has_value());
  EXPECT_EQ(answers->events, 1000U);
}

}  // namespace
}  // namespace weir
