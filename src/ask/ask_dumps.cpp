#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <string_view>
#include <system_error>
#include <thread>

#include "ask/ask.h"
#include "ask/coverage.h"
#include "base/thread_stop.h"
#include "clean/clean.h"
#include "count/count.h"
#include "scan/change_watch.h"

namespace weir {
namespace {

// The rejects of the lowest lines, whatever order they come in. Thread-safe.
class FirstRejects {
 public:
  void add(const std::vector<Reject>& rejects) {
    if (rejects.empty()) return;
    const std::scoped_lock guard(lock_);
    for (const Reject& reject : rejects) {
      if (kept_.size() == first_rejects_kept && reject.line >= kept_.back().line) continue;
      const auto place = std::ranges::upper_bound(kept_, reject.line, {}, &Reject::line);
      kept_.insert(place, reject);
      if (kept_.size() > first_rejects_kept) kept_.pop_back();
    }
  }
  std::vector<Reject> take() { return std::move(kept_); }

 private:
  std::mutex lock_;
  std::vector<Reject> kept_;
};

// One dump, counted by one thread a lane. The first error stops them all.
class DumpCount {
 public:
  DumpCount(Dump& dump, const Counter& counter) : dump_(dump), counter_(counter) {}

  Status run(const std::vector<Counter::Lane*>& lanes) {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < lanes.size(); ++i) {
        helpers.emplace_back([this, lane = lanes[i]] { work(*lane); });
      }
    } catch (const std::system_error&) {
      // Fewer threads than wanted are slower, not wrong.
    }
    work(*lanes.front());
    helpers.clear();
    return std::move(status_);
  }

  std::vector<Reject> take_rejects() { return rejects_.take(); }

 private:
  void work(Counter::Lane& lane) {
    const ThreadStop stop_waiting(stopped_);  // a silent writer must not hold up another lane's error
    try {
      const std::unique_ptr<EventReader> reader = dump_.reader();
      EventBatch batch;
      while (!stopped_.load(std::memory_order_relaxed)) {
        const Result<bool> more = reader->next(batch);
        if (!more) return stop(more.error());
        if (!*more) return;
        lane.append(batch);
        if (const Status counted = counter_.status(); !counted) return stop(counted.error());
        rejects_.add(batch.rejects);
      }
    } catch (const std::bad_alloc&) {
      stop(Error{
          ErrorKind::failed, "cannot count", dump_.object().uri, "out of memory",
          "its keys do not fit: give a --memory-limit, past which they go to disk, or ask fewer questions at once"});
    }
  }

  void stop(Error error) {
    const std::scoped_lock guard(lock_);
    stopped_.store(true, std::memory_order_relaxed);
    if (status_) status_ = tl::unexpected(std::move(error));
  }

  Dump& dump_;
  const Counter& counter_;
  std::atomic<bool> stopped_{false};
  std::mutex lock_;
  Status status_;
  FirstRejects rejects_;
};

CompaniesOf companies_of_addresses() {
  return [finder = std::make_shared<CompanyFinder>()](std::span<std::string_view> emails) { finder->replace(emails); };
}

Result<DumpReading> count_dump(Sources& sources, const std::string& uri, const ScanOptions& options, Counter& counter,
                               const std::vector<Counter::Lane*>& lanes, Progress* progress, ChangeWatch& changes) {
  WEIR_TRY_ASSIGN(std::unique_ptr<ByteStream> stored, sources.open(uri));
  WEIR_TRY_ASSIGN(const std::unique_ptr<Dump> dump,
                  open_dump(changes.watch(std::move(stored), progress), options, progress));
  DumpCount count(*dump, counter);
  const std::uint64_t before = counter.events();
  WEIR_TRY(count.run(lanes));
  if (!dump->binding().carries(Field::email)) counter.add_events_without_email(counter.events() - before);
  WEIR_TRY_ASSIGN(const ScanSummary summary, dump->summary());
  return DumpReading{uri,
                     summary.rows_read,
                     summary.rows_rejected,
                     summary.first_day,
                     summary.last_day,
                     count.take_rejects(),
                     dump->unused_columns(),
                     dump->absent_fields()};
}

// Everything once. Of an error `changed` tells which dump was replaced while it was read, if one was.
Result<DumpAnswers> ask_once(Sources& sources, const std::vector<NamedDump>& dumps, const Asked& asked,
                             const ScanOptions& options, Resources resources, Progress* progress,
                             std::optional<std::size_t>& changed) {
  Counter counter(asked.questions, asked.filter, resources.memory_limit_bytes, companies_of_addresses);
  ScanOptions wanted = options;
  wanted.wanted = counter.fields();
  std::vector<Counter::Lane*> lanes;
  const unsigned lanes_wanted =
      resources.threads != 0 ? resources.threads : std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < lanes_wanted; ++i) lanes.push_back(&counter.lane());

  DumpAnswers result;
  Coverage& coverage = result.insights.coverage;
  std::vector<Period> periods;
  for (const NamedDump& dump : dumps) {
    ChangeWatch changes;
    Result<DumpReading> counted = count_dump(sources, dump.uri, wanted, counter, lanes, progress, changes);
    if (changes.changed()) changed = result.dumps.size();
    WEIR_TRY_ASSIGN(DumpReading reading, std::move(counted));
    if (dump.period) periods.push_back(*dump.period);
    if (asking::meets(reading.first_day, reading.last_day, dump.period, asked.filter)) {
      coverage.rejected += reading.rows_rejected;
      if (dump.period) coverage.periods.push_back(*dump.period);
    }
    result.dumps.push_back(std::move(reading));
  }
  coverage.first_day = counter.first_day();
  coverage.last_day = counter.last_day();
  asking::sort_unique(coverage.periods);
  coverage.missing = missing_periods(periods, asked.filter.since, asked.filter.until);
  result.insights.events = counter.events();
  for (std::size_t i = 0; i < asked.questions.size(); ++i) {
    WEIR_TRY_ASSIGN(Answer answer, counter.answer(i, asked.options));
    result.insights.answers.push_back(std::move(answer));
  }
  return result;
}

}  // namespace

// What was counted of a version that is gone cannot be taken out again: all is counted anew.
Result<DumpAnswers> ask_dumps(Sources& sources, const std::vector<NamedDump>& dumps, const Asked& asked,
                              const ScanOptions& options, Resources resources, Progress* progress) {
  std::vector<int> restarts(dumps.size());
  for (;;) {
    std::optional<std::size_t> changed;
    Result<DumpAnswers> answers = ask_once(sources, dumps, asked, options, resources, progress, changed);
    if (answers || !changed || interrupted()) return answers;
    if (restarts[*changed]++ == restarts_max) return tl::unexpected(changed_too_often(std::move(answers).error()));
  }
}

}  // namespace weir
