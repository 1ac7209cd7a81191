// One thread's end of a Counter, and the tables that all of them share.
//
// A lane counts each question in a table of its own as long as that is small, since most questions have few keys and
// their tables then stay in the core's cache. Past lane_keys_max keys (or lane_bytes_max, of keys that are long) it is
// emptied into the question's shared table, and all further rows go there: memory is the distinct keys plus a bounded
// amount a lane.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "count/count.h"
#include "count/day_table.h"
#include "count/hash.h"
#include "count/partitioned_table.h"
#include "count/selection.h"
#include "count/small_table.h"

namespace weir::counting {

inline constexpr std::size_t lane_keys_max = 8192;
inline constexpr std::size_t lane_bytes_max = std::size_t{2} << 20U;

// A question about text, in one lane.
struct KeyCounts {
  SmallTable own;
  bool shares = false;  // own went into the shared table
  std::uint64_t nulls = 0;
};

class CountingLane final : public Counter::Lane {
 public:
  // `questions`, `selection` and `shared` (one a question) belong to the Counter and outlive the lane. A question that
  // is a nullptr is not counted.
  CountingLane(const std::vector<const Question*>& questions, const Selection& selection,
               std::deque<PartitionedTable>& shared, std::size_t number);
  void append(const EventBatch& batch) override;
  void append(const EventBatch& batch, std::span<const std::uint32_t> rows) override;

  // After the last append.
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] DayNumber first_day() const { return first_day_; }
  [[nodiscard]] DayNumber last_day() const { return last_day_; }
  [[nodiscard]] std::uint64_t nulls(std::size_t question_index) const { return counts_[question_index].nulls; }
  [[nodiscard]] const DayTable& days() const { return days_; }
  // Empties this lane's own table into the shared one.
  void share(std::size_t question_index);

 private:
  // The selected rows of one batch. `rows` is empty when all of them are.
  struct Rows {
    std::size_t size;
    bool all;
    std::span<const std::uint32_t> rows;
  };
  [[nodiscard]] Rows select(const EventBatch& batch);
  void count(const EventBatch& batch, const Rows& rows);
  void count_days(const EventBatch& batch, const Rows& rows);
  void count_text(std::size_t question_index, const std::vector<std::string_view>& column, const Rows& rows);
  void count_tags(std::size_t question_index, const ListColumn& tags, const Rows& rows);
  void count_tag_pairs(std::size_t question_index, const ListColumn& tags, const Rows& rows);
  void count_keys(std::size_t question_index, std::span<const std::string_view> keys);

  const std::vector<const Question*>& questions_;
  const Selection& selection_;
  std::deque<PartitionedTable>& shared_;
  std::size_t number_;
  const HashSecrets secrets_ = hash_secrets();

  std::uint64_t events_ = 0;
  DayNumber first_day_ = no_day;
  DayNumber last_day_ = no_day;
  bool asks_days_ = false;
  DayTable days_;
  std::vector<KeyCounts> counts_;  // one a question; unused for days

  // Room kept from batch to batch.
  std::vector<std::uint32_t> selected_;
  std::vector<std::string_view> keys_;
  std::string pair_texts_;
  std::vector<std::size_t> pair_ends_;
  std::vector<DayNumber> selected_days_;
  PartitionScratch scratch_;
};

}  // namespace weir::counting
