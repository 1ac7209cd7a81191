#include "store/rollup_cover.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "weir/period.h"

namespace weir::rollups {
namespace {

constexpr int no_year = 0;
constexpr std::size_t months_a_year = 12;

// The year that both days are in, else no_year.
int year_of(DayNumber first_day, DayNumber last_day) {
  if (first_day == no_day) return no_year;
  const int year = to_civil(first_day).year;
  return to_civil(last_day).year == year ? year : no_year;
}

// One run: its pieces.
struct Run {
  const std::vector<std::int64_t>* ingestion_ids = nullptr;
  DayNumber first_day = no_day;
  DayNumber last_day = no_day;
  std::uint64_t keys = 0;
  std::vector<const RunRow*> pieces;
  [[nodiscard]] bool is_merged() const { return ingestion_ids->size() > 1; }
  [[nodiscard]] std::int64_t ingestion_id() const { return ingestion_ids->front(); }
  [[nodiscard]] int year() const { return year_of(first_day, last_day); }
};

enum class Place { inside, outside, across };

// Where a run's days are, of since and until. Events without a day match neither bound.
Place place_of(const Run& run, const Filter& filter) {
  if (!filter.since && !filter.until) return Place::inside;
  if (run.first_day == no_day) return Place::outside;
  if ((filter.since && run.last_day < *filter.since) || (filter.until && run.first_day > *filter.until)) {
    return Place::outside;
  }
  const bool cut = (filter.since && run.first_day < *filter.since) || (filter.until && run.last_day > *filter.until);
  return cut ? Place::across : Place::inside;
}

std::set<std::int64_t> ids_of(std::span<const Ingestion> loaded) {
  std::set<std::int64_t> ids;
  for (const Ingestion& ingestion : loaded) {
    if (ingestion.rows_loaded > 0) ids.insert(ingestion.id);
  }
  return ids;
}

bool all_in(const std::vector<std::int64_t>& ids, const std::set<std::int64_t>& loaded) {
  return std::ranges::all_of(ids, [&](std::int64_t id) { return loaded.contains(id); });
}

// Runs of loaded ingestions, put together from their pieces; in the order of ingestions and days.
std::vector<Run> good_runs(std::span<const RunRow> rows, const std::set<std::int64_t>& loaded) {
  std::map<std::tuple<std::vector<std::int64_t>, DayNumber, DayNumber>, Run> runs;
  for (const RunRow& row : rows) {
    if (!all_in(row.ingestion_ids, loaded)) continue;
    Run& run = runs[{row.ingestion_ids, row.first_day, row.last_day}];
    run.ingestion_ids = &row.ingestion_ids;
    run.first_day = row.first_day;
    run.last_day = row.last_day;
    run.keys += row.keys;
    run.pieces.push_back(&row);
  }
  std::vector<Run> out;
  out.reserve(runs.size());
  for (auto& [name, run] : runs) out.push_back(std::move(run));
  return out;
}

// Those that are counted from their rows.
std::set<std::int64_t> from_rows(Field field, const std::vector<Run>& runs, const std::set<std::int64_t>& loaded,
                                 const Filter& filter) {
  std::set<std::int64_t> without = loaded;
  std::set<std::int64_t> cut;
  for (const Run& run : runs) {
    if (run.is_merged()) continue;
    without.erase(run.ingestion_id());
    if (field != Field::day && place_of(run, filter) == Place::across) cut.insert(run.ingestion_id());
  }
  cut.merge(without);
  return cut;
}

// An ingestion's base runs of one year, for which a merged run may stand.
using Share = std::pair<std::int64_t, int>;

// Merged runs that go together, the widest first, and the shares they stand for.
std::vector<const Run*> pick_merged(Field field, const std::vector<Run>& runs, const std::set<std::int64_t>& rows,
                                    const Filter& filter, std::set<Share>& shares) {
  std::vector<const Run*> merged;
  for (const Run& run : runs) {
    const Place place = place_of(run, filter);
    const bool whole = place == Place::inside || (field == Field::day && place == Place::across);
    if (run.is_merged() && run.year() != no_year && whole) merged.push_back(&run);
  }
  std::ranges::stable_sort(merged, std::ranges::greater{}, [](const Run* run) { return run->ingestion_ids->size(); });
  std::erase_if(merged, [&](const Run* run) {
    const auto free = [&](std::int64_t id) { return !rows.contains(id) && !shares.contains({id, run->year()}); };
    if (!std::ranges::all_of(*run->ingestion_ids, free)) return true;
    for (const std::int64_t id : *run->ingestion_ids) shares.insert({id, run->year()});
    return false;
  });
  return merged;
}

void append(std::vector<const RunRow*>& rows, const Run& run) {
  rows.insert(rows.end(), run.pieces.begin(), run.pieces.end());
}

bool has_every_month(const std::vector<const Run*>& runs) {
  std::set<int> months;
  for (const Run* run : runs) {
    months.insert(to_civil(run->first_day).month);
    months.insert(to_civil(run->last_day).month);
  }
  return months.size() == months_a_year;
}

}  // namespace

Cover cover(Field field, std::span<const RunRow> rows, std::span<const Ingestion> loaded, const Filter& filter) {
  const std::set<std::int64_t> ids = ids_of(loaded);
  const std::vector<Run> runs = good_runs(rows, ids);
  const std::set<std::int64_t> counted = from_rows(field, runs, ids, filter);
  std::set<Share> shares;
  Cover cover;
  for (const Run* run : pick_merged(field, runs, counted, filter, shares)) append(cover.runs, *run);
  for (const Run& run : runs) {
    if (run.is_merged() || counted.contains(run.ingestion_id()) || place_of(run, filter) == Place::outside) continue;
    if (!shares.contains({run.ingestion_id(), run.year()})) append(cover.runs, run);
  }
  cover.ingestion_ids.assign(counted.begin(), counted.end());
  return cover;
}

std::optional<Merge> due_merge(int year, std::span<const RunRow> rows, std::span<const Ingestion> loaded) {
  std::vector<Run> runs = good_runs(rows, ids_of(loaded));
  std::erase_if(runs, [&](const Run& run) { return run.year() != year; });
  std::set<Share> shares;
  const std::vector<const Run*> merged = pick_merged(Field::day, runs, {}, {}, shares);
  std::vector<const Run*> base;
  std::vector<const Run*> fresh;  // base runs that no merged run stands for
  for (const Run& run : runs) {
    if (run.is_merged()) continue;
    base.push_back(&run);
    if (!shares.contains({run.ingestion_id(), year})) fresh.push_back(&run);
  }
  const auto keys_of = [](const std::vector<const Run*>& some) {
    std::uint64_t keys = 0;
    for (const Run* run : some) keys += run->keys;
    return keys;
  };
  const bool due = merged.empty() ? has_every_month(base) : keys_of(fresh) > keys_of(merged);
  if (!due && fresh.size() < due_runs) return std::nullopt;

  Merge merge;
  std::set<std::int64_t> ids;
  for (const Run* run : base) {
    ids.insert(run->ingestion_id());
    merge.first_day = merge.first_day == no_day ? run->first_day : std::min(merge.first_day, run->first_day);
    merge.last_day = std::max(merge.last_day, run->last_day);
  }
  if (ids.size() < 2) return std::nullopt;  // one dump's own months: nothing would tell the sum from a base run
  merge.ingestion_ids.assign(ids.begin(), ids.end());
  for (const Run* run : merged) append(merge.runs, *run);
  for (const Run* run : fresh) append(merge.runs, *run);
  for (const RunRow& row : rows) {
    if (row.ingestion_ids.size() > 1 && year_of(row.first_day, row.last_day) == year) {
      merge.replaced_ids.push_back(row.id);
    }
  }
  return merge;
}

}  // namespace weir::rollups
