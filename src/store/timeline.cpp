#include "store/timeline.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "store/key_runs.h"
#include "weir/time_unit.h"

namespace weir::rollups {
namespace {

// Gathers the rows of a result, each a view into it, and hands them over some at a time.
class Gathering {
 public:
  explicit Gathering(const TakeUnitCounts& take) : take_(take) {}

  void add(DayNumber first_day, const KeyCount& count) {
    if (!status_) return;
    if (size_ == texts_.size() || (size_ > 0 && first_day != first_day_)) hand_over();
    first_day_ = first_day;
    texts_[size_] = count.key;
    counts_[size_] = {count.key.data() == nullptr ? std::string_view() : std::string_view(texts_[size_]), count.events};
    ++size_;
  }
  Status finish() {
    hand_over();
    return status_;
  }

 private:
  void hand_over() {
    if (status_ && size_ > 0) status_ = take_(first_day_, std::span(counts_).first(size_));
    size_ = 0;
  }

  static constexpr std::size_t at_once = 512;
  const TakeUnitCounts& take_;
  Status status_;
  DayNumber first_day_ = no_day;
  std::size_t size_ = 0;
  std::vector<std::string> texts_{at_once};
  std::vector<KeyCount> counts_{at_once};
};

bool lies_in_one(const RunRow& row, By by) {
  return row.first_day == no_day || unit_of(row.first_day, by) == unit_of(row.last_day, by);
}

// Leaves the runs that lie within one unit. An ingestion with others has none left: it is counted from its rows.
void keep_within_units(std::vector<RunRow>& rows, By by) {
  std::set<std::int64_t> across;
  for (const RunRow& row : rows) {
    if (row.ingestion_ids.size() == 1 && !lies_in_one(row, by)) across.insert(row.ingestion_ids.front());
  }
  std::erase_if(rows, [&](const RunRow& row) {
    return !lies_in_one(row, by) || (row.ingestion_ids.size() == 1 && across.contains(row.ingestion_ids.front()));
  });
}

class RollupTimeline final : public Timeline {
 public:
  RollupTimeline(RollupTable& table, const TimelineRequest& request, std::vector<Ingestion> loaded)
      : table_(table), request_(request), loaded_(std::move(loaded)) {}

  [[nodiscard]] const std::vector<Ingestion>& loaded() const override { return loaded_; }
  [[nodiscard]] Result<std::vector<DayCount>> days() override { return count_days(table_, request_.filter, loaded_); }
  Status each(Field field, const TakeUnitCounts& take) override {
    const bool runs_tell = request_.filter.where.empty() && (request_.by == By::month || request_.by == By::year);
    return runs_tell ? each_of_runs(field, take) : each_of_rows(field, take);
  }

 private:
  struct OwnCount {
    std::optional<std::string> key;
    std::uint64_t events = 0;
  };
  // What the runs of one unit are, and what of it is counted from rows.
  struct Unit {
    std::vector<const RunRow*> runs;
    std::vector<OwnCount> counts;
  };
  using Units = std::map<DayNumber, Unit>;  // no_day is before all

  Status each_of_runs(Field field, const TakeUnitCounts& take);
  Status each_of_rows(Field field, const TakeUnitCounts& take);
  Status add_counted(Field field, const std::vector<std::int64_t>& ingestion_ids, Units& units);
  Status give(DayNumber first_day, const Unit& unit, const TakeUnitCounts& take);
  [[nodiscard]] std::vector<Ingestion> within() const;

  RollupTable& table_;
  const TimelineRequest& request_;
  std::vector<Ingestion> loaded_;
};

Status RollupTimeline::each_of_runs(Field field, const TakeUnitCounts& take) {
  WEIR_TRY_ASSIGN(std::vector<RunRow> rows, table_.rows({field}, std::nullopt));
  keep_within_units(rows, request_.by);
  const Cover covered = cover(field, rows, loaded_, request_.filter);
  Units units;
  for (const RunRow* run : covered.runs) {
    units[run->first_day == no_day ? no_day : unit_of(run->first_day, request_.by)].runs.push_back(run);
  }
  WEIR_TRY(add_counted(field, covered.ingestion_ids, units));
  for (const auto& [first_day, unit] : units) WEIR_TRY(give(first_day, unit, take));
  return {};
}

// Of ingestions without runs of their own, all units at once.
Status RollupTimeline::add_counted(Field field, const std::vector<std::int64_t>& ingestion_ids, Units& units) {
  std::vector<Ingestion> ingestions;
  std::ranges::copy_if(loaded_, std::back_inserter(ingestions), [&](const Ingestion& ingestion) {
    return std::ranges::binary_search(ingestion_ids, ingestion.id);
  });
  if (ingestions.empty()) return {};
  return table_.count_rows_over_time(field, request_.by, &ingestions, request_.filter,
                                     [&](DayNumber first_day, const KeyCount& count) {
                                       std::optional<std::string> key;
                                       if (count.key.data() != nullptr) key = count.key;
                                       units[first_day].counts.push_back({std::move(key), count.events});
                                     });
}

Status RollupTimeline::give(DayNumber first_day, const Unit& unit, const TakeUnitCounts& take) {
  const auto take_run = [&](const KeyRun& run) -> Status {
    Status taken;
    const Status whole = read_keys(run, table_.where(), [&](std::span<const KeyCount> keys) {
      if (taken) taken = take(first_day, keys);
    });
    return whole ? taken : whole;
  };
  WEIR_TRY(read_runs(table_, unit.runs, take_run));
  std::vector<KeyCount> counts;
  counts.reserve(unit.counts.size());
  for (const OwnCount& count : unit.counts) {
    counts.push_back({count.key ? std::string_view(*count.key) : std::string_view(), count.events});
  }
  return counts.empty() ? Status() : take(first_day, counts);
}

// The ingestions that have a day between since and until: the others' rows need not be looked at.
std::vector<Ingestion> RollupTimeline::within() const {
  const Filter& filter = request_.filter;
  std::vector<Ingestion> ingestions;
  std::ranges::copy_if(loaded_, std::back_inserter(ingestions), [&](const Ingestion& ingestion) {
    return ingestion.first_day != no_day && (!filter.since || ingestion.last_day >= *filter.since) &&
           (!filter.until || ingestion.first_day <= *filter.until);
  });
  return ingestions;
}

Status RollupTimeline::each_of_rows(Field field, const TakeUnitCounts& take) {
  const bool all = !request_.filter.since && !request_.filter.until;
  const std::vector<Ingestion> ingestions = all ? std::vector<Ingestion>() : within();
  if (!all && ingestions.empty()) return {};
  Gathering gathering(take);
  WEIR_TRY(table_.count_rows_over_time(
      field, request_.by, all ? nullptr : &ingestions, request_.filter,
      [&](DayNumber first_day, const KeyCount& count) { gathering.add(first_day, count); }));
  return gathering.finish();
}

}  // namespace

Status read_timeline(RollupTable& table, const TimelineRequest& request, std::vector<Ingestion> loaded,
                     const ReadTimeline& read) {
  RollupTimeline timeline(table, request, std::move(loaded));
  WEIR_TRY(read(timeline));
  return unless_interrupted(table);
}

}  // namespace weir::rollups
