// Answers over time: how much in each day, week, month or year, who came, who stayed away. Pure data.
//
// Time is cut into units (time_unit.h), which follow each other without gaps. What was not loaded is missing, never
// nothing: a number that nobody can know is absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/question.h"

namespace weir {

// What is known of a unit. complete: each of its days is in the period of a loaded dump, which was loaded after that
// day, and no dump of its source is missing there. missing: none of its days is in the period of a loaded dump.
// partial: anything between, as the month that is not over, or the week in which the first dump begins.
enum class Standing { complete, partial, missing };
[[nodiscard]] std::string_view name_of(Standing standing);

// What every answer over time stands on. left_out: events of no unit that is shown, since no loaded dump is about their
// day: dated in a month that was not loaded, before the first or after the last, or without a day.
struct TrendGround {
  By by = By::month;
  std::uint64_t left_out = 0;
  Coverage coverage;
};

struct TrendPoint {
  DayNumber first_day = no_day;  // of the unit
  Standing standing = Standing::complete;
  std::optional<std::uint64_t> count;  // nullopt: missing
  // What there was in the unit before, and in the one of the same name a year before: of complete units, compared with
  // complete ones.
  std::optional<std::uint64_t> previous;
  std::optional<std::uint64_t> year_ago;
  friend bool operator==(const TrendPoint&, const TrendPoint&) = default;
};

// One number over time.
struct Trend {
  std::string_view name;  // as typed and as answered: "active-users"
  std::string_view noun;  // what is counted: "users"
  std::vector<TrendPoint> points;
  TrendGround ground;
};

// A question's keys over time. rows: those with the most events in all units shown, then by key; at most a limit.
struct KeyTrend {
  std::string key;
  std::uint64_t events = 0;  // in all units shown
  std::vector<TrendPoint> points;
};
struct QuestionTrend {
  const Question* question = nullptr;
  std::uint64_t distinct = 0;
  std::uint64_t events = 0;  // in all units shown
  std::vector<KeyTrend> rows;
  TrendGround ground;
};

// Who came and who stayed away, of users or companies. active = fresh + returning. fresh: never seen before in what is
// loaded. lost: active in the unit before, and not in this one; known where both are complete.
struct LifecyclePoint {
  DayNumber first_day = no_day;
  Standing standing = Standing::complete;
  std::optional<std::uint64_t> active;
  std::optional<std::uint64_t> fresh;
  std::optional<std::uint64_t> returning;
  std::optional<std::uint64_t> lost;
  friend bool operator==(const LifecyclePoint&, const LifecyclePoint&) = default;
};
struct Lifecycle {
  const Question* of = nullptr;
  DayNumber seen_since =
      no_day;  // the first day of what is loaded: whoever came before counts as fresh when seen first
  std::vector<LifecyclePoint> points;
  TrendGround ground;
};

// Those who were seen first in one unit, and how many of them came in it and in each one after.
struct CohortPoint {
  DayNumber first_day = no_day;
  Standing standing = Standing::complete;
  std::optional<std::uint64_t> active;  // nullopt: missing
  friend bool operator==(const CohortPoint&, const CohortPoint&) = default;
};
struct Cohort {
  DayNumber first_day = no_day;
  Standing standing = Standing::complete;
  std::uint64_t size = 0;
  std::vector<CohortPoint> points;  // the first is the unit itself
  friend bool operator==(const Cohort&, const Cohort&) = default;
};
struct Cohorts {
  const Question* of = nullptr;
  DayNumber seen_since = no_day;
  std::vector<Cohort> rows;  // of units that anybody was seen first in, ascending
  TrendGround ground;
};

}  // namespace weir
