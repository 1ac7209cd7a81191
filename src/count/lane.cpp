#include "count/lane.h"

#include <algorithm>

#include "weir/tags.h"

namespace weir::counting {

CountingLane::CountingLane(const std::vector<const Question*>& questions, const Selection& selection,
                           std::deque<PartitionedTable>& shared, std::size_t number)
    : questions_(questions),
      selection_(selection),
      shared_(shared),
      number_(number),
      asks_days_(
          std::ranges::any_of(questions, [](const Question* q) { return q != nullptr && q->field == Field::day; })),
      counts_(questions.size()) {}

CountingLane::Rows CountingLane::select(const EventBatch& batch) {
  if (selection_.all()) return {batch.rows, true, {}};
  selection_.select(batch, selected_);
  return {selected_.size(), false, selected_};
}

void CountingLane::append(const EventBatch& batch) {
  count(batch, select(batch));
}

void CountingLane::append(const EventBatch& batch, std::span<const std::uint32_t> rows) {
  count(batch, {rows.size(), false, rows});
}

void CountingLane::count(const EventBatch& batch, const Rows& rows) {
  if (rows.size == 0) return;
  events_ += rows.size;
  count_days(batch, rows);
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    if (questions_[i] == nullptr) continue;
    const Field field = questions_[i]->field;
    if (field == Field::tags) {
      count_tags(i, batch.tags, rows);
    } else if (field == Field::tag_pair) {
      count_tag_pairs(i, batch.tags, rows);
    } else if (field != Field::day) {
      count_text(i, batch.text(field), rows);
    }
  }
}

void CountingLane::count_days(const EventBatch& batch, const Rows& rows) {
  if (batch.day.empty()) return days_.count_nulls(rows.size);
  std::span<const DayNumber> days = batch.day;
  if (!rows.all) {
    selected_days_.clear();
    for (const std::uint32_t row : rows.rows) selected_days_.push_back(batch.day[row]);
    days = selected_days_;
  }
  // no_day is the least of all numbers: it loses every max, and turned round by the wrap-around every min.
  DayNumber last = no_day;
  std::uint32_t first = UINT32_MAX;
  for (const DayNumber day : days) {
    last = std::max(last, day);
    first = std::min(first, static_cast<std::uint32_t>(day) - static_cast<std::uint32_t>(no_day) - 1U);
  }
  if (last != no_day) {
    const auto first_day = static_cast<DayNumber>(first + 1U + static_cast<std::uint32_t>(no_day));
    first_day_ = first_day_ == no_day ? first_day : std::min(first_day_, first_day);
    last_day_ = std::max(last_day_, last);
  }
  if (asks_days_) days_.count(days);
}

void CountingLane::count_text(std::size_t question_index, const std::vector<std::string_view>& column,
                              const Rows& rows) {
  KeyCounts& counts = counts_[question_index];
  if (column.empty()) {
    counts.nulls += rows.size;
    return;
  }
  if (rows.all) return count_keys(question_index, std::span(column).first(rows.size));
  keys_.clear();
  for (const std::uint32_t row : rows.rows) keys_.push_back(column[row]);
  count_keys(question_index, keys_);
}

void CountingLane::count_tags(std::size_t question_index, const ListColumn& tags, const Rows& rows) {
  KeyCounts& counts = counts_[question_index];
  if (tags.offsets.empty()) {
    counts.nulls += rows.size;
    return;
  }
  if (rows.all) {
    for (std::size_t row = 0; row < rows.size; ++row)
      counts.nulls += tags.offsets[row] == tags.offsets[row + 1] ? 1U : 0U;
    count_keys(question_index,
               std::span(tags.values).subspan(tags.offsets[0], tags.offsets[rows.size] - tags.offsets[0]));
  } else {
    keys_.clear();
    for (const std::uint32_t row : rows.rows) {
      const std::uint32_t end = tags.offsets[row + 1];
      counts.nulls += tags.offsets[row] == end ? 1U : 0U;
      for (std::uint32_t i = tags.offsets[row]; i < end; ++i) keys_.push_back(tags.values[i]);
    }
    count_keys(question_index, keys_);
  }
}

// Some at a time: a batch may have more pairs than text.
void CountingLane::count_tag_pairs(std::size_t question_index, const ListColumn& tags, const Rows& rows) {
  constexpr std::size_t pairs_at_once = 4096;
  const auto flush = [&] {
    keys_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : pair_ends_) {
      keys_.push_back(std::string_view(pair_texts_).substr(begin, end - begin));
      begin = end;
    }
    count_keys(question_index, keys_);
    pair_texts_.clear();
    pair_ends_.clear();
  };
  for (std::size_t i = 0; i < rows.size; ++i) {
    const std::size_t row = rows.all ? i : rows.rows[i];
    const std::uint32_t end = tags.offsets.empty() ? 0 : tags.offsets[row + 1];
    const std::uint32_t begin = tags.offsets.empty() ? 0 : tags.offsets[row];
    if (end - begin < 2 || end - begin > pair_tags_max) {
      ++counts_[question_index].nulls;
      continue;
    }
    for (std::uint32_t a = begin; a < end; ++a) {
      for (std::uint32_t b = a + 1; b < end; ++b) {
        append_tag_pair_key(pair_texts_, tags.values[a], tags.values[b]);
        pair_ends_.push_back(pair_texts_.size());
        if (pair_ends_.size() == pairs_at_once) flush();
      }
    }
  }
  flush();
}

void CountingLane::count_keys(std::size_t question_index, std::span<const std::string_view> keys) {
  KeyCounts& counts = counts_[question_index];
  if (counts.shares) {
    counts.nulls += shared_[question_index].count(keys, secrets_, number_, scratch_);
    return;
  }
  counts.nulls += counts.own.count(keys, secrets_);
  if (counts.own.size() > lane_keys_max || counts.own.bytes() > lane_bytes_max) share(question_index);
}

void CountingLane::share(std::size_t question_index) {
  KeyCounts& counts = counts_[question_index];
  if (counts.shares) return;
  shared_[question_index].add(counts.own, secrets_);
  counts.own = SmallTable();
  counts.shares = true;
}

}  // namespace weir::counting
