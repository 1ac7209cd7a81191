#include "ingest/in_flight.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "weir/progress.h"

namespace weir {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
constexpr std::uint64_t dump_bytes = 32 * mib;  // what is read ahead, downloaded and decompressed, and the rejects
constexpr std::uint64_t thread_bytes = 8 * mib;
constexpr std::uint64_t bytes_per_key_byte = 2;  // of a dump that tells its size: at most half of it is distinct keys

class Flight {
 public:
  Flight(const std::vector<PlannedDump>& dumps, const InFlightLimits& limits, unsigned threads_each,
         const std::function<void(const IngestResult&)>& report)
      : dumps_(dumps), limits_(limits), threads_each_(threads_each), report_(report), results_(dumps.size()) {}

  void work(const std::function<IngestResult(const PlannedDump&)>& load) {
    while (const std::optional<std::size_t> mine = begin()) end(*mine, load(dumps_[*mine]));
  }

  std::vector<IngestResult> take_results() {
    std::vector<IngestResult> begun;
    for (std::size_t i = 0; i < next_; ++i) begun.push_back(*std::move(results_[i]));
    return begun;
  }

 private:
  [[nodiscard]] std::uint64_t need_of(std::size_t i) const { return load_memory_bytes(dumps_[i], threads_each_); }

  // The next dump, once there is room for it; nullopt: there is none.
  std::optional<std::size_t> begin() {
    std::unique_lock hold(mutex_);
    ended_.wait(hold, [&] {
      return next_ == dumps_.size() || in_flight_ == 0 || used_bytes_ + need_of(next_) <= limits_.memory_bytes;
    });
    if (next_ == dumps_.size() || interrupted()) return std::nullopt;
    ++in_flight_;
    used_bytes_ += need_of(next_);
    return next_++;
  }

  void end(std::size_t i, IngestResult result) {
    const std::lock_guard hold(mutex_);
    results_[i] = std::move(result);
    --in_flight_;
    used_bytes_ -= need_of(i);
    for (; reported_ < next_ && results_[reported_]; ++reported_) report_(*results_[reported_]);
    ended_.notify_all();
  }

  const std::vector<PlannedDump>& dumps_;
  const InFlightLimits limits_;
  const unsigned threads_each_;
  const std::function<void(const IngestResult&)>& report_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::optional<IngestResult>> results_;
  std::size_t next_ = 0;      // dumps before it are begun
  std::size_t reported_ = 0;  // and those before this one told
  std::size_t in_flight_ = 0;
  std::uint64_t used_bytes_ = 0;
};

}  // namespace

std::uint64_t load_memory_bytes(const PlannedDump& dump, unsigned threads) {
  const std::uint64_t size = dump.object && dump.object->bytes ? *dump.object->bytes : 0;
  return dump_bytes + threads * thread_bytes + size / bytes_per_key_byte;
}

std::vector<IngestResult> load_in_flight(const std::vector<PlannedDump>& dumps, const InFlightLimits& limits,
                                         unsigned threads_each,
                                         const std::function<IngestResult(const PlannedDump& dump)>& load,
                                         const std::function<void(const IngestResult& result)>& report) {
  Flight flight(dumps, limits, threads_each, report);
  std::vector<std::jthread> helpers;
  try {
    for (std::size_t i = 1; i < std::min<std::size_t>(limits.dumps, dumps.size()); ++i) {
      helpers.emplace_back([&] { flight.work(load); });
    }
  } catch (const std::system_error&) {
    // Fewer threads than wanted are slower, not wrong.
  }
  flight.work(load);
  helpers.clear();
  return flight.take_results();
}

}  // namespace weir
