#include "weir/rollup.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <new>
#include <numeric>
#include <system_error>
#include <thread>

#include "count/count.h"
#include "count/key_run.h"
#include "count/tag_run.h"
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
  explicit State(std::uint64_t tag_bytes_max) : tag_budget(tag_bytes_max) {}

  std::vector<const Question*> questions{all_questions().begin(), all_questions().end()};
  counting::TagBudget tag_budget;
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
  [[nodiscard]] std::size_t question_of(Field field) const {
    return static_cast<std::size_t>(std::ranges::find(questions, field, &Question::field) - questions.begin());
  }
  [[nodiscard]] std::vector<counting::TagPart> tag_parts(const Counter& counter) const;
  // Keys whose ranks the tag run tells.
  struct RankedKeys {
    counting::SortedKeys users;
    counting::SortedKeys companies;
  };
  [[nodiscard]] static Result<counting::SortedKeys> keys_of(Counter& counter, std::size_t question);
  static Status day_run(const Counter& counter, const TakeKeyRun& take);
  Status key_runs(Counter& counter, const RankedKeys& ranked, const TakeKeyRun& take) const;
  Status month_runs(Counter& counter, const TakeKeyRun& take, std::optional<std::vector<TagRun>>& tags) const;
};

struct RollupCounter::State::Lane final : RollupCounter::Lane {
  explicit Lane(State& owner) : state(owner) {}

  // What this lane has of one counter, which months may share.
  struct Share {
    Counter::Lane* counts = nullptr;
    counting::TagRows tags{};
  };
  struct Part {
    Share* share = nullptr;
    std::vector<std::uint32_t> rows{};  // of the batch at hand
  };

  void append(const EventBatch& batch) override {
    if (batch.rows == 0) return;
    if (batch.day.empty()) {
      append_whole(batch, *part_of(undated).share);
      return;
    }
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      Part& part = part_of_day(batch.day[row]);
      if (part.rows.empty()) touched.push_back(&part);
      part.rows.push_back(row);
    }
    for (Part* part : touched) {
      if (part->rows.size() == batch.rows) {
        append_whole(batch, *part->share);
      } else {
        part->share->counts->append(batch, part->rows);
        append_tags(batch, part->rows, part->share->tags);
      }
      part->rows.clear();
    }
    touched.clear();
  }

  void append_whole(const EventBatch& batch, Share& share) {
    share.counts->append(batch);
    every_row.resize(batch.rows);
    std::iota(every_row.begin(), every_row.end(), 0U);
    append_tags(batch, every_row, share.tags);
  }

  void append_tags(const EventBatch& batch, std::span<const std::uint32_t> rows, counting::TagRows& month) {
    if (state.tag_budget.is_given_up()) {
      month = {};
      return;
    }
    const std::uint64_t before = month.bytes();
    counting::append_tag_rows(batch, rows, tags, month);
    state.tag_budget.changed(before + tags_bytes, month.bytes() + tags.bytes());
    tags_bytes = tags.bytes();
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
    if (part.share == nullptr) part.share = &share_of(state.counter_of(month));
    return part;
  }

  // Months that share a counter share a lane.
  Share& share_of(Counter& counter) {
    Share& share = shares[&counter];
    if (share.counts == nullptr) share.counts = &counter.lane();
    return share;
  }

  State& state;
  std::map<Month, Part> parts;
  std::vector<Part*> touched;  // by the batch at hand
  std::map<const Counter*, Share> shares;
  counting::TextIds tags;
  std::uint64_t tags_bytes = 0;
  std::vector<std::uint32_t> every_row;
  Part* last = nullptr;
  DayNumber last_first_day = 0;
  DayNumber last_last_day = 0;
};

RollupCounter::RollupCounter(std::uint64_t tag_bytes_max) : state_(std::make_unique<State>(tag_bytes_max)) {}
RollupCounter::~RollupCounter() = default;

RollupCounter::Lane& RollupCounter::lane() {
  auto lane = std::make_unique<State::Lane>(*state_);
  const std::scoped_lock guard(state_->lock);
  return *state_->lanes.emplace_back(std::move(lane));
}

std::vector<counting::TagPart> RollupCounter::State::tag_parts(const Counter& counter) const {
  std::vector<counting::TagPart> parts;
  for (const auto& lane : lanes) {
    const auto share = lane->shares.find(&counter);
    if (share != lane->shares.end()) parts.push_back({&share->second.tags, &lane->tags});
  }
  return parts;
}

// The keys of one question, in a run's order.
Result<counting::SortedKeys> RollupCounter::State::keys_of(Counter& counter, std::size_t question) {
  WEIR_TRY_ASSIGN(std::vector<KeyCount> counts, counter.keys(question));
  return counting::sorted_keys(std::move(counts));
}

Status RollupCounter::State::day_run(const Counter& counter, const TakeKeyRun& take) {
  KeyTotals days(Field::day);
  for (const DayCount& count : counter.days()) {
    const std::string name = count.day == no_day ? std::string() : format_day(count.day);
    days.add(count.day == no_day ? std::string_view() : name, count.events);
  }
  return days.run(counter.first_day(), counter.last_day(), take);
}

Status RollupCounter::State::key_runs(Counter& counter, const RankedKeys& ranked, const TakeKeyRun& take) const {
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Field field = questions[i]->field;
    const auto write = [&](const counting::SortedKeys& keys) {
      return counting::write_key_run(field, counter.first_day(), counter.last_day(), keys, take);
    };
    if (field == Field::day) {
      WEIR_TRY(day_run(counter, take));
    } else if (field == Field::email) {
      WEIR_TRY(write(ranked.users));
    } else if (field == Field::company) {
      WEIR_TRY(write(ranked.companies));
    } else {
      WEIR_TRY_ASSIGN(const counting::SortedKeys keys, keys_of(counter, i));
      WEIR_TRY(write(keys));
    }
  }
  return {};
}

// The tag run is made on a thread of its own, while the key runs are written.
Status RollupCounter::State::month_runs(Counter& counter, const TakeKeyRun& take,
                                        std::optional<std::vector<TagRun>>& tags) const {
  RankedKeys ranked;
  WEIR_TRY_ASSIGN(ranked.users, keys_of(counter, question_of(Field::email)));
  WEIR_TRY_ASSIGN(ranked.companies, keys_of(counter, question_of(Field::company)));
  const std::vector<counting::TagPart> parts = tag_parts(counter);
  bool out_of_memory = false;
  const auto make = [&, first = counter.first_day(), last = counter.last_day()] {
    try {
      tags = counting::make_tag_run(parts, first, last, ranked.users, ranked.companies);
    } catch (const std::bad_alloc&) {
      out_of_memory = true;
    }
  };
  std::jthread making;
  if (!tag_budget.is_given_up()) {
    try {
      making = std::jthread(make);
    } catch (const std::system_error&) {
      make();
    }
  }
  WEIR_TRY(key_runs(counter, ranked, take));
  if (making.joinable()) making.join();
  if (out_of_memory) throw std::bad_alloc();
  return {};
}

Status RollupCounter::runs(const TakeKeyRun& take, const TakeTagRun& take_tags) {
  std::vector<TagRun> tags;
  bool complete = true;
  for (const auto& [month, counter] : state_->months) {
    std::optional<std::vector<TagRun>> of_month;
    WEIR_TRY(state_->month_runs(*counter, take, of_month));
    complete = complete && of_month;
    if (complete) std::ranges::move(*of_month, std::back_inserter(tags));
  }
  if (!complete) return {};
  for (const TagRun& run : tags) WEIR_TRY(take_tags(run));
  return {};
}

}  // namespace weir
