#include "store/rollup_cover.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

#include "weir/period.h"

namespace weir::rollups {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DayNumber day(int year, int month, int of_month) {
  return to_day_number({year, month, of_month});
}

RunRow run(std::int64_t id, std::vector<std::int64_t> ingestions, DayNumber first, DayNumber last,
           std::uint64_t keys = 10) {
  return {id, std::move(ingestions), Field::email, first, last, keys, 100};
}

// A run of one ingestion over a whole month of 2021, or of the last day of the month before.
RunRow month_run(std::int64_t id, std::int64_t ingestion, int month, std::uint64_t keys = 10) {
  return run(id, {ingestion}, day(2021, month, 1), day(2021, month, days_in_month(2021, month)), keys);
}

std::vector<Ingestion> loaded(const std::vector<std::int64_t>& ids) {
  std::vector<Ingestion> ingestions;
  for (const std::int64_t id : ids) {
    Ingestion ingestion;
    ingestion.id = id;
    ingestion.rows_loaded = 5;
    ingestion.status = IngestionStatus::loaded;
    ingestions.push_back(std::move(ingestion));
  }
  return ingestions;
}

std::vector<std::int64_t> ids_of(const std::vector<const RunRow*>& runs) {
  std::vector<std::int64_t> ids;
  for (const RunRow* row : runs) ids.push_back(row->id);
  std::ranges::sort(ids);
  return ids;
}

Filter between(std::optional<DayNumber> since, std::optional<DayNumber> until) {
  return {since, until, {}};
}

TEST(Cover, OfBaseRunsLeavesOutWhatIsOutsideAndWhatIsNotLoaded) {
  const std::vector<RunRow> rows{month_run(1, 7, 1), month_run(2, 8, 2), month_run(3, 9, 3), month_run(4, 10, 4)};
  const Cover all = cover(Field::email, rows, loaded({7, 8, 10}), {});
  EXPECT_THAT(ids_of(all.runs), ElementsAre(1, 2, 4));
  EXPECT_THAT(all.ingestion_ids, IsEmpty());
  const Cover some = cover(Field::email, rows, loaded({7, 8, 10}), between(day(2021, 2, 1), day(2021, 3, 5)));
  EXPECT_THAT(ids_of(some.runs), ElementsAre(2));
}

TEST(Cover, CountsAnIngestionWithACutMonthFromItsRowsAlone) {
  const std::vector<RunRow> rows{month_run(1, 7, 4), run(2, {7}, day(2021, 3, 31), day(2021, 3, 31)),
                                 month_run(3, 8, 5)};
  const Cover cut = cover(Field::email, rows, loaded({7, 8}), between({}, day(2021, 4, 15)));
  EXPECT_THAT(cut.runs, IsEmpty());
  EXPECT_THAT(cut.ingestion_ids, ElementsAre(7));
  const Cover of_days = cover(Field::day, rows, loaded({7, 8}), between({}, day(2021, 4, 15)));
  EXPECT_THAT(ids_of(of_days.runs), ElementsAre(1, 2));
  EXPECT_THAT(of_days.ingestion_ids, IsEmpty());
}

TEST(Cover, CountsAnIngestionWithoutRunsFromItsRowsUnlessItHasNone) {
  std::vector<Ingestion> ingestions = loaded({7, 8, 9});
  ingestions[2].rows_loaded = 0;
  const std::vector<RunRow> rows{month_run(1, 7, 1)};
  const Cover some = cover(Field::email, rows, ingestions, {});
  EXPECT_THAT(ids_of(some.runs), ElementsAre(1));
  EXPECT_THAT(some.ingestion_ids, ElementsAre(8));
}

TEST(Cover, AMergedRunStandsForItsYearWhileAllOfItIsLoaded) {
  const std::vector<RunRow> rows{month_run(1, 7, 1), month_run(2, 8, 2), run(3, {8}, day(2022, 1, 1), day(2022, 1, 31)),
                                 run(4, {7, 8}, day(2021, 1, 1), day(2021, 2, 28))};
  EXPECT_THAT(ids_of(cover(Field::email, rows, loaded({7, 8}), {}).runs), ElementsAre(3, 4));
  EXPECT_THAT(ids_of(cover(Field::email, rows, loaded({7}), {}).runs), ElementsAre(1));
  EXPECT_THAT(ids_of(cover(Field::email, rows, loaded({7, 8}), between(day(2021, 2, 1), {})).runs), ElementsAre(2, 3));
}

TEST(Cover, EventsWithoutADayAreOutsideOfAnyBound) {
  const std::vector<RunRow> rows{run(1, {7}, no_day, no_day), month_run(2, 7, 1)};
  EXPECT_THAT(ids_of(cover(Field::email, rows, loaded({7}), {}).runs), ElementsAre(1, 2));
  EXPECT_THAT(ids_of(cover(Field::email, rows, loaded({7}), between(day(2000, 1, 1), {})).runs), ElementsAre(2));
}

// Random ingestions over random months, random merges of them as due_merge would make them, some since gone.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (std::int64_t ingestion = 1; ingestion <= 12; ++ingestion) {
      for (unsigned i = below(4); i > 0; --i) add_base(ingestion);
      if (below(4) != 0) loaded_.insert(ingestion);
    }
    for (unsigned i = below(6); i > 0; --i) add_merged();
  }

  // Every wanted month of every loaded ingestion once: by a run, by one it is merged in, or by its rows; no other
  // month, unless it is one of days, whose keys tell.
  void check(Field field, const Filter& filter) {
    std::vector<std::int64_t> ids(loaded_.begin(), loaded_.end());
    const Cover got = cover(field, rows_, loaded(ids), filter);
    std::map<std::pair<std::int64_t, DayNumber>, int> seen;
    for (const RunRow* row : got.runs) {
      for (const auto& part : parts_.at(row->id)) ++seen[part];
    }
    for (const std::int64_t id : got.ingestion_ids) {
      for (const auto& part : months_of(id)) {
        if (meets(part.second, filter)) ++seen[part];
      }
    }
    for (const std::int64_t id : ids) {
      for (const auto& part : months_of(id)) {
        if (meets(part.second, filter)) {
          EXPECT_EQ(seen[part], 1);
        } else if (field != Field::day) {
          EXPECT_EQ(seen[part], 0);
        }
      }
    }
    for (const auto& [part, times] : seen) EXPECT_TRUE(times == 0 || loaded_.contains(part.first));
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  using Part = std::pair<std::int64_t, DayNumber>;

  void add_base(std::int64_t ingestion) {
    const int year = 2020 + static_cast<int>(below(2));
    const int month = 1 + static_cast<int>(below(12));
    const DayNumber first = day(year, month, 1);
    if (months_.contains({ingestion, first})) return;
    months_.insert({ingestion, first});
    put({{ingestion, first}}, {ingestion}, first, day(year, month, days_in_month(year, month)));
  }
  void add_merged() {
    const int year = 2020 + static_cast<int>(below(2));
    std::vector<Part> parts;
    std::set<std::int64_t> ids;
    for (const std::int64_t id : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}) {
      if (below(2) == 0) continue;
      for (const auto& part : months_of(id)) {
        if (to_civil(part.second).year != year) continue;
        parts.push_back(part);
        ids.insert(id);
      }
    }
    if (ids.size() < 2 || !merged_.insert({year, ids}).second) return;  // the load that makes one is new in it
    const auto [first, last] = std::ranges::minmax_element(parts, {}, &Part::second);
    put(parts, {ids.begin(), ids.end()}, first->second, last_of(last->second));
  }
  // In one or two pieces.
  void put(const std::vector<Part>& parts, std::vector<std::int64_t> ids, DayNumber first, DayNumber last) {
    rows_.push_back(run(++next_, ids, first, last));
    parts_[next_] = parts;
    if (below(3) != 0) return;
    rows_.push_back(run(++next_, std::move(ids), first, last));
    parts_[next_] = {};
  }
  [[nodiscard]] std::vector<Part> months_of(std::int64_t id) const {
    return {months_.lower_bound({id, no_day}), months_.lower_bound({id + 1, no_day})};
  }
  static DayNumber last_of(DayNumber first) {
    const CivilDate date = to_civil(first);
    return day(date.year, date.month, days_in_month(date.year, date.month));
  }
  static bool meets(DayNumber first, const Filter& filter) {
    return (!filter.since || last_of(first) >= *filter.since) && (!filter.until || first <= *filter.until);
  }

  std::mt19937 random_;
  std::set<std::int64_t> loaded_;
  std::set<Part> months_;
  std::vector<RunRow> rows_;
  std::map<std::int64_t, std::vector<Part>> parts_;  // of the first piece of a run
  std::set<std::pair<int, std::set<std::int64_t>>> merged_;
  std::int64_t next_ = 0;
};

TEST(Cover, CountsEveryMonthOfEveryLoadedIngestionOnce) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (const Field field : {Field::email, Field::day}) {
      world.check(field, {});
      world.check(field, between(day(2020, 6, 1), {}));
      world.check(field, between(day(2020, 5, 17), day(2021, 3, 20)));
    }
    if (HasFailure()) return;
  }
}

TEST(DueMerge, IsTheYearOnceEveryMonthOfItHasEvents) {
  std::vector<RunRow> rows;
  std::vector<std::int64_t> ids;
  for (int month = 1; month <= 12; ++month) {
    EXPECT_FALSE(due_merge(2021, rows, loaded(ids)));
    rows.push_back(month_run(month, 20 + month, month));
    ids.push_back(20 + month);
  }
  rows.push_back(run(13, {33}, day(2021, 12, 31), day(2021, 12, 31)));
  ids.push_back(33);
  const auto merge = due_merge(2021, rows, loaded(ids));
  ASSERT_TRUE(merge);
  EXPECT_EQ(merge->ingestion_ids, ids);
  EXPECT_EQ(merge->runs.size(), 13U);
  EXPECT_EQ(merge->first_day, day(2021, 1, 1));
  EXPECT_EQ(merge->last_day, day(2021, 12, 31));
  EXPECT_THAT(merge->replaced_ids, IsEmpty());
  EXPECT_FALSE(due_merge(2020, rows, loaded(ids)));
}

TEST(DueMerge, ComesAgainWhenWhatCameSinceOutweighsIt) {
  std::vector<RunRow> rows{month_run(1, 7, 1), month_run(2, 8, 2),
                           run(3, {7, 8}, day(2021, 1, 1), day(2021, 2, 28), 15), month_run(4, 9, 3, 15)};
  EXPECT_FALSE(due_merge(2021, rows, loaded({7, 8, 9})));
  rows.back().keys = 16;
  const auto merge = due_merge(2021, rows, loaded({7, 8, 9}));
  ASSERT_TRUE(merge);
  EXPECT_THAT(merge->ingestion_ids, ElementsAre(7, 8, 9));
  EXPECT_THAT(ids_of(merge->runs), ElementsAre(3, 4));
  EXPECT_THAT(merge->replaced_ids, ElementsAre(3));
}

TEST(DueMerge, ComesAtManyRunsHoweverSmall) {
  std::vector<RunRow> rows;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < static_cast<int>(due_runs); ++i) {
    EXPECT_FALSE(due_merge(2021, rows, loaded(ids)));
    rows.push_back(run(i + 1, {i + 100}, day(2021, 1, 1) + i, day(2021, 1, 1) + i));
    ids.push_back(i + 100);
  }
  EXPECT_TRUE(due_merge(2021, rows, loaded(ids)));
}

TEST(DueMerge, OfOneDumpIsNone) {
  std::vector<RunRow> rows;
  for (int month = 1; month <= 12; ++month) rows.push_back(month_run(month, 7, month));
  EXPECT_FALSE(due_merge(2021, rows, loaded({7})));
}

}  // namespace
}  // namespace weir::rollups
