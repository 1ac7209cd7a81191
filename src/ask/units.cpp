#include "ask/units.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "weir/period.h"
#include "weir/time_unit.h"

namespace weir::asking {
namespace {

// The day an ingestion began on.
DayNumber loaded_on(const Ingestion& ingestion) {
  constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
  return static_cast<DayNumber>(ingestion.started_at_us / day_us);
}

// What days the loaded dumps cover, and which lie in a gap of a source.
class Calendar {
 public:
  explicit Calendar(const std::vector<Ingestion>& loaded) {
    std::map<std::string, std::vector<Period>> by_source;
    for (const Ingestion& ingestion : loaded) {
      const Period& period = ingestion.slot.period;
      by_source[ingestion.slot.source].push_back(period);
      for (DayNumber day = period.first_day(); day <= period.last_day(); ++day) {
        (day < loaded_on(ingestion) ? over_ : open_).insert(day);
      }
    }
    for (const auto& [source, periods] : by_source) {
      for (const Period& gap : missing_periods(periods, {}, {})) {
        for (DayNumber day = gap.first_day(); day <= gap.last_day(); ++day) gaps_.insert(day);
      }
    }
  }

  // Whether a dump tells of the day: all of it, or, where it was loaded before the day was over, some.
  [[nodiscard]] bool covers(DayNumber day, bool has_events) const {
    return over_.contains(day) || (has_events && open_.contains(day));
  }
  [[nodiscard]] const std::set<DayNumber>& over() const { return over_; }
  // `covered`: some day between is.
  [[nodiscard]] Standing standing(DayNumber first, DayNumber last, bool covered) const {
    if (!covered) return Standing::missing;
    const bool whole = within(over_, first, last) == static_cast<std::size_t>(last - first) + 1;
    return whole && within(gaps_, first, last) == 0 ? Standing::complete : Standing::partial;
  }

 private:
  [[nodiscard]] static std::size_t within(const std::set<DayNumber>& days, DayNumber first, DayNumber last) {
    return static_cast<std::size_t>(std::distance(days.lower_bound(first), days.upper_bound(last)));
  }

  std::set<DayNumber> over_;  // before their dump was loaded
  std::set<DayNumber> open_;  // not over by then
  std::set<DayNumber> gaps_;
};

}  // namespace

Units::Units(By by, const std::vector<Ingestion>& loaded, std::span<const DayCount> days, const Filter& filter)
    : by_(by) {
  const Calendar calendar(loaded);
  std::set<DayNumber> covered;  // the units with a day that a dump tells of
  const auto cover = [&](DayNumber day) {
    if ((!filter.since || day >= *filter.since) && (!filter.until || day <= *filter.until)) {
      covered.insert(unit_of(day, by));
    }
  };
  for (const DayNumber day : calendar.over()) cover(day);
  for (const DayCount& count : days) {
    if (count.day != no_day && calendar.covers(count.day, count.events > 0)) cover(count.day);
  }
  if (!covered.empty()) {
    for (DayNumber day = *covered.begin(); day <= *covered.rbegin(); day = unit_after(day, by)) {
      const Standing standing = calendar.standing(day, unit_after(day, by) - 1, covered.contains(day));
      units_.push_back({day, standing, 0, no_day, no_day});
    }
  }
  for (const DayCount& count : days) add(count);
}

void Units::add(const DayCount& count) {
  const std::optional<std::size_t> index = count.day == no_day ? std::nullopt : index_of(unit_of(count.day, by_));
  if (!index) {
    left_out_.push_back(count);
    return;
  }
  Unit& unit = units_[*index];
  unit.events += count.events;
  unit.first_event_day = unit.first_event_day == no_day ? count.day : std::min(unit.first_event_day, count.day);
  unit.last_event_day = std::max(unit.last_event_day, count.day);
}

std::uint64_t Units::left_out(const std::optional<DayNumber>& since) const {
  std::uint64_t events = 0;
  for (const DayCount& count : left_out_) {
    if (!since || (count.day != no_day && count.day >= unit_of(*since, by_))) events += count.events;
  }
  return events;
}

std::size_t Units::lower_bound(DayNumber first_day) const {
  const auto found = std::ranges::lower_bound(units_, first_day, {}, &Unit::first_day);
  return static_cast<std::size_t>(found - units_.begin());
}

std::optional<std::size_t> Units::index_of(DayNumber first_day) const {
  const std::size_t index = lower_bound(first_day);
  if (index == units_.size() || units_[index].first_day != first_day) return std::nullopt;
  if (units_[index].standing == Standing::missing) return std::nullopt;
  return index;
}

DayNumber Units::first_event_day(std::size_t from) const {
  for (std::size_t i = from; i < units_.size(); ++i) {
    if (units_[i].first_event_day != no_day) return units_[i].first_event_day;
  }
  return no_day;
}

DayNumber Units::last_event_day(std::size_t from) const {
  DayNumber last = no_day;
  for (std::size_t i = from; i < units_.size(); ++i) last = std::max(last, units_[i].last_event_day);
  return last;
}

std::vector<TrendPoint> Units::points(std::span<const std::uint64_t> counts, std::size_t from) const {
  std::vector<TrendPoint> points;
  for (std::size_t i = from; i < units_.size(); ++i) {
    TrendPoint& point = points.emplace_back();
    point.first_day = first_day(i);
    point.standing = standing(i);
    if (point.standing != Standing::missing) point.count = counts[i];
    if (!is_complete(i)) continue;
    if (i > 0 && is_complete(i - 1)) point.previous = counts[i - 1];
    const std::optional<DayNumber> then = unit_a_year_before(first_day(i), by_);
    const std::optional<std::size_t> year_ago = then ? index_of(*then) : std::nullopt;
    if (year_ago && is_complete(*year_ago)) point.year_ago = counts[*year_ago];
  }
  return points;
}

std::size_t Units::shown_from(const std::optional<DayNumber>& since) const {
  return since ? lower_bound(unit_of(*since, by_)) : 0;
}

}  // namespace weir::asking
