#include "ingest/in_flight.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "weir/progress.h"

namespace weir::ingest_tests {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

std::vector<PlannedDump> dumps_of(int months, std::uint64_t bytes = 1) {
  std::vector<PlannedDump> dumps;
  for (int month = 1; month <= months; ++month) {
    dumps.push_back({{2021, month, 0}, "", Object{"", bytes, "", 0}, Change::fresh, {}});
  }
  return dumps;
}

IngestResult result_of(const PlannedDump& dump) {
  IngestResult result;
  result.slot.period = dump.period;
  result.outcome = Outcome::loaded;
  return result;
}

// Lets whoever enters wait until `count` are within, so that they must be there together.
class Meeting {
 public:
  explicit Meeting(int count) : awaited_(count) {}
  void enter() {
    std::unique_lock hold(mutex_);
    most_ = std::max(most_, ++within_);
    --awaited_;
    changed_.notify_all();
    changed_.wait(hold, [&] { return awaited_ <= 0; });
    --within_;
  }
  int most() {
    const std::lock_guard hold(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int awaited_;
  int within_ = 0;
  int most_ = 0;
};

class LoadInFlight : public ::testing::Test {
 protected:
  ~LoadInFlight() override { clear_interrupt(); }

  std::vector<int> run(const std::vector<PlannedDump>& dumps, const InFlightLimits& limits,
                       const std::function<IngestResult(const PlannedDump&)>& load) {
    const auto results = load_in_flight(
        dumps, limits, 1, load, [&](const IngestResult& result) { reported_.push_back(result.slot.period.month); });
    std::vector<int> months;
    for (const IngestResult& result : results) months.push_back(result.slot.period.month);
    return months;
  }
  std::vector<int> reported_;
};

TEST_F(LoadInFlight, LoadsSideBySideAndTellsInOrder) {
  Meeting meeting(3);
  std::mutex mutex;
  std::condition_variable changed;
  int others = 2;
  const auto load = [&](const PlannedDump& dump) {
    meeting.enter();
    std::unique_lock hold(mutex);
    if (dump.period.month == 1) {  // the first ends last
      changed.wait(hold, [&] { return others == 0; });
    } else {
      --others;
      changed.notify_all();
    }
    return result_of(dump);
  };
  EXPECT_THAT(run(dumps_of(3), {3, 1000 * mib}, load), ElementsAre(1, 2, 3));
  EXPECT_THAT(reported_, ElementsAre(1, 2, 3));
  EXPECT_EQ(meeting.most(), 3);
}

TEST_F(LoadInFlight, KeepsToItsMemory) {
  const auto dumps = dumps_of(6, 100 * mib);
  const std::uint64_t one = load_memory_bytes(dumps.front(), 1);
  std::atomic<int> within{0};
  std::atomic<int> most{0};
  const auto load = [&](const PlannedDump& dump) {
    const int now = ++within;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --within;
    return result_of(dump);
  };
  EXPECT_THAT(run(dumps, {4, 2 * one}, load), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_LE(most, 2);
  most = 0;
  EXPECT_THAT(run(dumps, {4, 1}, load), ElementsAre(1, 2, 3, 4, 5, 6)) << "one is always admitted";
  EXPECT_EQ(most, 1);
}

TEST_F(LoadInFlight, GoesOnAfterAFailure) {
  const auto load = [](const PlannedDump& dump) {
    IngestResult result = result_of(dump);
    if (dump.period.month == 2) result.error = Error{ErrorKind::failed, "cannot load", "it", "a broken download", ""};
    return result;
  };
  for (const unsigned at_once : {1U, 2U, 8U})
    EXPECT_THAT(run(dumps_of(4), {at_once, mib}, load), ElementsAre(1, 2, 3, 4));
}

TEST_F(LoadInFlight, BeginsNothingAfterAnInterrupt) {
  const auto load = [](const PlannedDump& dump) {
    if (dump.period.month == 2) request_interrupt();
    return result_of(dump);
  };
  EXPECT_THAT(run(dumps_of(5), {1, mib}, load), ElementsAre(1, 2));
  clear_interrupt();
  Meeting meeting(2);
  const auto together = [&](const PlannedDump& dump) {
    meeting.enter();
    request_interrupt();
    return result_of(dump);
  };
  EXPECT_THAT(run(dumps_of(5), {2, 1000 * mib}, together), ElementsAre(1, 2));
}

TEST_F(LoadInFlight, DoesNothingForNothing) {
  EXPECT_TRUE(run({}, {4, mib}, result_of).empty());
}

}  // namespace
}  // namespace weir::ingest_tests
