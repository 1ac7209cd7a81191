// Events to counts: the tables behind every question asked of files.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "weir/answer.h"
#include "weir/batch.h"
#include "weir/question.h"
#include "weir/result.h"

namespace weir {

// Counts the keys of several questions over batches, in one pass. Memory grows with distinct keys only: a lane keeps a
// small table a question, and those with many keys are held once for all lanes (see count/lane.h,
// count/partitioned_table.h). Answers are exact and do not depend on lanes, batches or their order.
class Counter {
 public:
  Counter(std::vector<const Question*> questions, const Filter& filter);
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

  // After the last append: matching rows and their days.
  [[nodiscard]] std::uint64_t events() const;
  [[nodiscard]] DayNumber first_day() const;
  [[nodiscard]] DayNumber last_day() const;
  // The keys of the i-th question, which is not about days, each once, NULL (nullptr) among them. Merges the lanes on
  // first use; not thread-safe. The views live as long as the Counter.
  [[nodiscard]] std::vector<KeyCount> keys(std::size_t question_index);
  // Where a question about days is asked: a day may come more than once.
  [[nodiscard]] std::vector<DayCount> days() const;
  // The answer to the i-th question. Merges the lanes on first use; not thread-safe.
  [[nodiscard]] Answer answer(std::size_t question_index, const AnswerOptions& options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
