// The units of time of a database's events, and what is known of each. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "weir/answer.h"
#include "weir/store.h"
#include "weir/trend.h"

namespace weir::asking {

// From the first day that a dump covers to the last, as far as the filter goes. Events that are dated in none of these,
// or in one that is missing, are left out: a few strays of the neighbours' dumps would pass for a whole month, and one
// of 1970 would make fifty years of missing days. Immutable.
class Units {
 public:
  // `days` are those of the filter, which cuts no unit.
  Units(By by, const std::vector<Ingestion>& loaded, std::span<const DayCount> days, const Filter& filter);

  [[nodiscard]] std::size_t size() const { return units_.size(); }
  [[nodiscard]] DayNumber first_day(std::size_t index) const { return units_[index].first_day; }
  [[nodiscard]] Standing standing(std::size_t index) const { return units_[index].standing; }
  [[nodiscard]] bool is_complete(std::size_t index) const { return standing(index) == Standing::complete; }
  // Events of the unit; of a missing one 0.
  [[nodiscard]] std::uint64_t events(std::size_t index) const { return units_[index].events; }
  // Events of the filter's days from this one on (nullopt: of all, those without a day too) that are in no unit.
  [[nodiscard]] std::uint64_t left_out(const std::optional<DayNumber>& since) const;
  // The unit that begins on this day and is not missing; nullopt: none of them.
  [[nodiscard]] std::optional<std::size_t> index_of(DayNumber first_day) const;
  // Of the units from here on: the first and the last day with events, no_day where there is none.
  [[nodiscard]] DayNumber first_event_day(std::size_t from) const;
  [[nodiscard]] DayNumber last_event_day(std::size_t from) const;

  // Each unit from `from` on, with its value of `counts` (one a unit) and what that compares with.
  [[nodiscard]] std::vector<TrendPoint> points(std::span<const std::uint64_t> counts, std::size_t from) const;
  // The first unit that is not before since.
  [[nodiscard]] std::size_t shown_from(const std::optional<DayNumber>& since) const;

 private:
  struct Unit {
    DayNumber first_day = no_day;
    Standing standing = Standing::missing;
    std::uint64_t events = 0;
    DayNumber first_event_day = no_day;
    DayNumber last_event_day = no_day;
  };
  [[nodiscard]] std::size_t lower_bound(DayNumber first_day) const;
  void add(const DayCount& count);

  By by_;
  std::vector<Unit> units_;
  std::vector<DayCount> left_out_;
};

}  // namespace weir::asking
