#include "ask/trend.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "ask/coverage.h"
#include "ask/units.h"
#include "count/key_history.h"
#include "weir/rollup.h"
#include "weir/time_unit.h"

namespace weir {
namespace {

using asking::Units;

// Whether all that came before has to be known, or only what the shown is compared with.
enum class Reads { compared, all };

// The units that hold since and until, whole, and what is to be read for them.
TimelineRequest request_of(const TrendAsked& asked, Reads reads) {
  constexpr DayNumber year_days_max = 371;  // 53 weeks
  TimelineRequest request{asked.options.by, asked.filter};
  std::optional<DayNumber>& since = request.filter.since;
  std::optional<DayNumber>& until = request.filter.until;
  if (since) since = unit_of(unit_of(*since, request.by) - year_days_max, request.by);
  if (reads == Reads::all) since.reset();
  if (until) until = unit_after(unit_of(*until, request.by), request.by) - 1;
  return request;
}

// What every answer over time is made of.
struct Ground {
  Units units;
  std::size_t shown = 0;  // index of the first unit to show
  TrendGround said;
};

Result<Ground> ground_of(Timeline& timeline, const TimelineRequest& request, const TrendAsked& asked) {
  WEIR_TRY_ASSIGN(const std::vector<DayCount> days, timeline.days());
  Ground ground{Units(request.by, timeline.loaded(), days, request.filter), 0, {request.by, 0, {}}};
  ground.shown = ground.units.shown_from(asked.filter.since);
  Filter shown = request.filter;
  shown.since.reset();
  if (asked.filter.since) shown.since = unit_of(*asked.filter.since, request.by);
  ground.said.left_out = ground.units.left_out(asked.filter.since);
  ground.said.coverage = asking::coverage_of(timeline.loaded(), ground.units.first_event_day(ground.shown),
                                             ground.units.last_event_day(ground.shown), shown);
  return ground;
}

// Whoever has no name is nobody; and whoever provides mail is as the options say.
AnswerOptions of_somebody(AnswerOptions options) {
  options.missing = Missing::drop;
  options.fill = {};
  return options;
}

// see(seen before, index of the unit) for each key of each unit, once, in the order of units.
template <class See>
Status each_presence(Timeline& timeline, const Question& of, const AnswerOptions& options, const Units& units,
                     See see) {
  const AnswerOptions named = of_somebody(options);
  const AnswerKeys keys(of, named);
  KeyHistory history;
  return timeline.each(of.field, [&](DayNumber first_day, std::span<const KeyCount> counts) {
    const std::optional<std::size_t> index = units.index_of(first_day);
    if (!index) return Status();
    const auto place = static_cast<std::uint32_t>(*index);
    for (const KeyCount& count : counts) {
      const std::optional<std::string_view> key = keys.answered_as(count.key);
      if (!key) continue;
      const KeyHistory::Seen before = history.see(*key, place);
      if (before.last != place) see(before, *index);
    }
    return Status();
  });
}

// The counts of a few keys, unit by unit.
Status count_rows(Timeline& timeline, const TrendAsked& asked, const Answer& answer, const Units& units,
                  std::vector<std::vector<std::uint64_t>>& counts) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (const Count& row : answer.rows) places.emplace(row.key, places.size());
  counts.assign(answer.rows.size(), std::vector<std::uint64_t>(units.size()));
  const AnswerKeys keys(*answer.question, asked.options);
  return timeline.each(answer.question->field, [&](DayNumber first_day, std::span<const KeyCount> some) {
    const std::optional<std::size_t> index = units.index_of(first_day);
    if (!index) return Status();
    for (const KeyCount& count : some) {
      const std::optional<std::string_view> key = keys.answered_as(count.key);
      if (!key) continue;
      const auto place = places.find(*key);
      if (place != places.end()) counts[place->second][*index] += count.events;
    }
    return Status();
  });
}

// The keys with the most events in the units shown.
Result<Answer> shown_answer(Timeline& timeline, const TrendAsked& asked, const Question& question,
                            const Ground& ground) {
  std::uint64_t events = 0;
  for (std::size_t i = ground.shown; i < ground.units.size(); ++i) events += ground.units.events(i);
  KeyTotals totals(question.field);
  WEIR_TRY(timeline.each(question.field, [&](DayNumber first_day, std::span<const KeyCount> counts) {
    const std::optional<std::size_t> index = ground.units.index_of(first_day);
    if (index && *index >= ground.shown) totals.add(counts);
    return Status();
  }));
  return totals.answer(question, events, asked.options);
}

}  // namespace

Result<Trend> ask_event_trend(Store& store, const TrendAsked& asked) {
  const TimelineRequest request = request_of(asked, Reads::compared);
  Trend trend{"events", "events", {}, {}};
  const auto read = [&](Timeline& timeline) -> Status {
    WEIR_TRY_ASSIGN(Ground ground, ground_of(timeline, request, asked));
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 0; i < ground.units.size(); ++i) counts.push_back(ground.units.events(i));
    trend.points = ground.units.points(counts, ground.shown);
    trend.ground = std::move(ground.said);
    return {};
  };
  WEIR_TRY(store.read_timeline(request, read));
  return trend;
}

Result<Trend> ask_active_trend(Store& store, const Question& of, const TrendAsked& asked) {
  const TimelineRequest request = request_of(asked, Reads::compared);
  Trend trend{of.field == Field::company ? "active-companies" : "active-users", of.name, {}, {}};
  const auto read = [&](Timeline& timeline) -> Status {
    WEIR_TRY_ASSIGN(Ground ground, ground_of(timeline, request, asked));
    std::vector<std::uint64_t> counts(ground.units.size());
    WEIR_TRY(each_presence(timeline, of, asked.options, ground.units,
                           [&](const KeyHistory::Seen&, std::size_t index) { ++counts[index]; }));
    trend.points = ground.units.points(counts, ground.shown);
    trend.ground = std::move(ground.said);
    return {};
  };
  WEIR_TRY(store.read_timeline(request, read));
  return trend;
}

Result<QuestionTrend> ask_question_trend(Store& store, const Question& question, const TrendAsked& asked) {
  const TimelineRequest request = request_of(asked, Reads::compared);
  QuestionTrend trend{&question, 0, 0, {}, {}};
  const auto read = [&](Timeline& timeline) -> Status {
    WEIR_TRY_ASSIGN(Ground ground, ground_of(timeline, request, asked));
    WEIR_TRY_ASSIGN(const Answer answer, shown_answer(timeline, asked, question, ground));
    std::vector<std::vector<std::uint64_t>> counts;
    WEIR_TRY(count_rows(timeline, asked, answer, ground.units, counts));
    trend.distinct = answer.distinct;
    trend.events = answer.events;
    for (std::size_t i = 0; i < answer.rows.size(); ++i) {
      trend.rows.push_back({answer.rows[i].key, answer.rows[i].events, ground.units.points(counts[i], ground.shown)});
    }
    trend.ground = std::move(ground.said);
    return {};
  };
  WEIR_TRY(store.read_timeline(request, read));
  return trend;
}

Result<Lifecycle> ask_lifecycle(Store& store, const Question& of, const TrendAsked& asked) {
  const TimelineRequest request = request_of(asked, Reads::all);
  Lifecycle lifecycle{&of, no_day, {}, {}};
  const auto read = [&](Timeline& timeline) -> Status {
    WEIR_TRY_ASSIGN(Ground ground, ground_of(timeline, request, asked));
    const Units& units = ground.units;
    std::vector<std::uint64_t> active(units.size());
    std::vector<std::uint64_t> fresh(units.size());
    std::vector<std::uint64_t> stayed(units.size());  // active in the unit before, too
    WEIR_TRY(each_presence(timeline, of, asked.options, units, [&](const KeyHistory::Seen& before, std::size_t index) {
      ++active[index];
      if (before.first == KeyHistory::never) ++fresh[index];
      if (before.last != KeyHistory::never && before.last + 1 == index) ++stayed[index];
    }));
    for (std::size_t i = ground.shown; i < units.size(); ++i) {
      LifecyclePoint point{units.first_day(i), units.standing(i), {}, {}, {}, {}};
      if (point.standing != Standing::missing) {
        point.active = active[i];
        point.fresh = fresh[i];
        point.returning = active[i] - fresh[i];
      }
      if (i > 0 && units.is_complete(i) && units.is_complete(i - 1)) point.lost = active[i - 1] - stayed[i];
      lifecycle.points.push_back(point);
    }
    lifecycle.seen_since = units.first_event_day(0);
    lifecycle.ground = std::move(ground.said);
    return {};
  };
  WEIR_TRY(store.read_timeline(request, read));
  return lifecycle;
}

Result<Cohorts> ask_cohorts(Store& store, const Question& of, const TrendAsked& asked) {
  const TimelineRequest request = request_of(asked, Reads::all);
  Cohorts cohorts{&of, no_day, {}, {}};
  const auto read = [&](Timeline& timeline) -> Status {
    WEIR_TRY_ASSIGN(Ground ground, ground_of(timeline, request, asked));
    const Units& units = ground.units;
    std::vector<std::map<std::size_t, std::uint64_t>> active(units.size());  // by first unit, then by unit
    WEIR_TRY(each_presence(timeline, of, asked.options, units, [&](const KeyHistory::Seen& before, std::size_t index) {
      ++active[before.first == KeyHistory::never ? index : before.first][index];
    }));
    for (std::size_t i = ground.shown; i < units.size(); ++i) {
      if (active[i].empty()) continue;
      Cohort& cohort = cohorts.rows.emplace_back(Cohort{units.first_day(i), units.standing(i), active[i][i], {}});
      for (std::size_t later = i; later < units.size(); ++later) {
        CohortPoint& point = cohort.points.emplace_back(CohortPoint{units.first_day(later), units.standing(later), {}});
        if (point.standing != Standing::missing) point.active = active[i][later];
      }
    }
    cohorts.seen_since = units.first_event_day(0);
    cohorts.ground = std::move(ground.said);
    return {};
  };
  WEIR_TRY(store.read_timeline(request, read));
  return cohorts;
}

}  // namespace weir
