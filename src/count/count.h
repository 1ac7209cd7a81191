// Events to counts: the tables behind every question asked of files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "weir/answer.h"
#include "weir/batch.h"
#include "weir/question.h"
#include "weir/result.h"

namespace weir {

// Puts in place of each address its company, as cleaning does. One thread's own; the texts live until the next call.
using CompaniesOf = std::function<void(std::span<std::string_view> emails)>;
// Another one for another thread. Thread-safe.
using MakeCompaniesOf = std::function<CompaniesOf()>;

// Counts the keys of several questions over batches, in one pass. Memory grows with distinct keys only: a lane keeps a
// small table a question, and those with many keys are held once for all lanes (see count/lane.h,
// count/partitioned_table.h). A key of 25 bytes takes 40 bytes and 13 to 26 of slots. Where memory is limited, what is
// beyond goes to a file without a name in the folder for temporary files. Answers are exact and do not depend on lanes,
// batches, their order or the limit.
class Counter {
 public:
  // Its tables hold some 5/8 of memory_limit_bytes together, and adding up what was spilled takes 1/8; 0: all in
  // memory. A company is told by its user alone: where users are asked too, and memory is not limited, companies are
  // found once for each user at the end, by `companies_of`, rather than for each row.
  Counter(std::vector<const Question*> questions, const Filter& filter, std::uint64_t memory_limit_bytes = 0,
          MakeCompaniesOf companies_of = {});
  ~Counter();
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  // The fields that append() needs decoded.
  [[nodiscard]] FieldSet fields() const;

  // One thread's end: batches go in without locking. Thread-compatible: one thread a lane.
  class Lane {
   public:
    virtual ~Lane() = default;
    virtual void append(const EventBatch& batch) = 0;
    // Only these rows of it, of a counter without a filter.
    virtual void append(const EventBatch& batch, std::span<const std::uint32_t> rows) = 0;
  };
  // Thread-safe. The lane's counts belong to the Counter from the lane's creation on; lanes must not outlive it.
  [[nodiscard]] Lane& lane();

  // Thread-safe: the first failure to spill. What was counted is still there; the limit is not kept.
  [[nodiscard]] Status status() const;

  // So many of the events are of dumps without e-mail addresses: they have no company, not an unknown one.
  void add_events_without_email(std::uint64_t events);

  // After the last append: matching rows and their days.
  [[nodiscard]] std::uint64_t events() const;
  [[nodiscard]] DayNumber first_day() const;
  [[nodiscard]] DayNumber last_day() const;
  // The keys of the i-th question, which is not about days, each once, NULL (nullptr) among them. Merges the lanes on
  // first use; not thread-safe. The views live as long as the Counter, which has no memory limit.
  [[nodiscard]] Result<std::vector<KeyCount>> keys(std::size_t question_index);
  // Where a question about days is asked: a day may come more than once.
  [[nodiscard]] std::vector<DayCount> days() const;
  // The answer to the i-th question. Merges the lanes on first use; not thread-safe. Fails when spilled keys cannot be
  // read again, or could not be written.
  [[nodiscard]] Result<Answer> answer(std::size_t question_index, const AnswerOptions& options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
