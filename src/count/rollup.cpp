#include "weir/rollup.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "count/count.h"
#include "count/key_run.h"
#include "weir/period.h"

namespace weir {
namespace {

// A month of event days: its first day. Events without a day are a month of their own, and so are those of months past
// rollup_months_max.
using Month = DayNumber;
constexpr Month undated = no_day;
constexpr Month other_months = INT32_MAX;

Month month_of(DayNumber day) {
  if (day == no_day) return undated;
  CivilDate date = to_civil(day);
  date.day = 1;
  return to_day_number(date);
}

}  // namespace

struct RollupCounter::State {
  struct Lane;
  std::vector<const Question*> questions{all_questions().begin(), all_questions().end()};
  std::mutex lock;  // of what follows, while lanes append
  std::map<Month, std::unique_ptr<Counter>> months;
  std::vector<std::unique_ptr<Lane>> lanes;

  // The month's counter, or the one that the rest of the months share.
  Counter& counter_of(Month month) {
    const std::scoped_lock guard(lock);
    if (!months.contains(month) && months.size() >= rollup_months_max) month = other_months;
    std::unique_ptr<Counter>& counter = months[month];
    if (counter == nullptr) counter = std::make_unique<Counter>(questions, Filter{});
    return *counter;
  }
  Status month_runs(Counter& counter, const TakeKeyRun& take) const;
};

struct RollupCounter::State::Lane final : RollupCounter::Lane {
  explicit Lane(State& owner) : state(owner) {}

  struct Part {
    Counter::Lane* counts = nullptr;
    std::vector<std::uint32_t> rows;  // of the batch at hand
  };

  void append(const EventBatch& batch) override {
    if (batch.rows == 0) return;
    if (batch.day.empty()) return part_of(undated).counts->append(batch);
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      Part& part = part_of_day(batch.day[row]);
      if (part.rows.empty()) touched.push_back(&part);
      part.rows.push_back(row);
    }
    for (Part* part : touched) {
      if (part->rows.size() == batch.rows) {
        part->counts->append(batch);
      } else {
        part->counts->append(batch, part->rows);
      }
      part->rows.clear();
    }
    touched.clear();
  }

  // Neighbours are mostly of one month.
  Part& part_of_day(DayNumber day) {
    if (last == nullptr || day < last_first_day || day > last_last_day) {
      const Month month = month_of(day);
      last = &part_of(month);
      last_first_day = day;
      last_last_day = day;
      if (day != no_day) {
        const CivilDate date = to_civil(day);
        last_first_day = month;
        last_last_day = month + days_in_month(date.year, date.month) - 1;
      }
    }
    return *last;
  }

  Part& part_of(Month month) {
    Part& part = parts[month];
    if (part.counts == nullptr) part.counts = &lane_of(state.counter_of(month));
    return part;
  }

  // Months that share a counter share a lane.
  Counter::Lane& lane_of(Counter& counter) {
    Counter::Lane*& lane = lanes[&counter];
    if (lane == nullptr) lane = &counter.lane();
    return *lane;
  }

  State& state;
  std::map<Month, Part> parts;
  std::vector<Part*> touched;  // by the batch at hand
  std::map<Counter*, Counter::Lane*> lanes;
  Part* last = nullptr;
  DayNumber last_first_day = 0;
  DayNumber last_last_day = 0;
};

RollupCounter::RollupCounter() : state_(std::make_unique<State>()) {}
RollupCounter::~RollupCounter() = default;

RollupCounter::Lane& RollupCounter::lane() {
  auto lane = std::make_unique<State::Lane>(*state_);
  const std::scoped_lock guard(state_->lock);
  return *state_->lanes.emplace_back(std::move(lane));
}

Status RollupCounter::State::month_runs(Counter& counter, const TakeKeyRun& take) const {
  const DayNumber first = counter.first_day();
  const DayNumber last = counter.last_day();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (questions[i]->field == Field::day) {
      KeyTotals days(Field::day);
      for (const DayCount& count : counter.days()) {
        const std::string name = count.day == no_day ? std::string() : format_day(count.day);
        days.add(count.day == no_day ? std::string_view() : name, count.events);
      }
      WEIR_TRY(days.run(first, last, take));
    } else {
      WEIR_TRY_ASSIGN(std::vector<KeyCount> keys, counter.keys(i));
      WEIR_TRY(counting::write_key_run(questions[i]->field, first, last, keys, take));
    }
  }
  return {};
}

Status RollupCounter::runs(const TakeKeyRun& take) {
  for (const auto& [month, counter] : state_->months) WEIR_TRY(state_->month_runs(*counter, take));
  return {};
}

}  // namespace weir
