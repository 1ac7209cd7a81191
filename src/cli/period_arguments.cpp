#include "cli/period_arguments.h"

#include <algorithm>
#include <set>

#include "weir/source.h"

namespace weir::cli {

namespace {

// Whoever names a web address in place of a period may have put a password into it.
Result<PeriodRange> range_of(const std::string& argument, Granularity granularity, DayNumber today) {
  return parse_period_range(argument, granularity, today).map_error([&](Error error) {
    if (is_remote(argument)) error.where = "'" + display_name(argument) + "'";
    return error;
  });
}

}  // namespace

Result<AskedPeriods> asked_periods(const std::vector<std::string>& arguments, Granularity granularity,
                                   DayNumber today) {
  AskedPeriods asked;
  asked.single = arguments.size() == 1;
  std::set<Period> periods;
  for (const std::string& argument : arguments) {
    WEIR_TRY_ASSIGN(const PeriodRange range, range_of(argument, granularity, today));
    asked.single = asked.single && range.single;
    for (const Period& period : periods_of(range)) periods.insert(period);
  }
  asked.periods.assign(periods.begin(), periods.end());
  return asked;
}

Result<std::vector<Ingestion>> named_ingestions(const std::vector<Ingestion>& ledger,
                                                const std::optional<std::string>& source_name,
                                                const std::vector<std::string>& arguments, DayNumber today) {
  std::vector<PeriodRange> ranges;
  for (const std::string& argument : arguments) {
    WEIR_TRY_ASSIGN(PeriodRange range, range_of(argument, Granularity::day, today));
    ranges.push_back(range);
  }
  std::vector<Ingestion> named;
  std::ranges::copy_if(ledger, std::back_inserter(named), [&](const Ingestion& ingestion) {
    if (source_name && ingestion.slot.source != *source_name) return false;
    const Period& period = ingestion.slot.period;
    const auto holds = [&](const PeriodRange& range) {
      return range.first.first_day() <= period.first_day() &&
             (range.open_ended || period.last_day() <= range.last.last_day());
    };
    return ranges.empty() || std::ranges::any_of(ranges, holds);
  });
  return named;
}

}  // namespace weir::cli
