#include "cli/span_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/choice.h"
#include "weir/period.h"

namespace weir::cli {
namespace {

constexpr std::array<Choice<By>, 4> units{
    {{"day", By::day}, {"week", By::week}, {"month", By::month}, {"year", By::year}}};

// The day, ISO week, month or year that a day is in.
DaySpan unit_of(DayNumber day, By by) {
  constexpr int week_days = 7;
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::day: break;
    case By::week: {
      const int weekday = ((day + 3) % week_days + week_days) % week_days;  // 0 is Monday
      return {day - weekday, day - weekday + week_days - 1};
    }
    case By::month: {
      const DayNumber first = to_day_number({date.year, date.month, 1});
      return {first, first + days_in_month(date.year, date.month) - 1};
    }
    case By::year: return {to_day_number({date.year, 1, 1}), to_day_number({date.year + 1, 1, 1}) - 1};
  }
  return {day, day};
}

// The periods that are loaded.
Result<std::vector<Period>> loaded_periods(Context& context, const AskingFlags& asking) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, asking.database().open(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, store->ledger());
  std::vector<Period> periods;
  for (const Ingestion& ingestion : ledger) {
    if (ingestion.status == IngestionStatus::loaded) periods.push_back(ingestion.slot.period);
  }
  return periods;
}

Result<DayNumber> newest_day(Context& context, const AskingFlags& asking) {
  WEIR_TRY_ASSIGN(const std::vector<Period> periods,
                  asking.reads_dumps() ? asking.periods_of_dumps(context) : loaded_periods(context, asking));
  if (!periods.empty()) return std::ranges::max(periods, {}, &Period::last_day).last_day();
  if (asking.reads_dumps()) {
    return fail(ErrorKind::usage, "cannot tell", "which days to look at", "the dumps' names tell no period",
                "name the last day with --until, or say how their names are made with --source, as "
                "'{YYYY}/{MM}/events.csv'");
  }
  return fail(ErrorKind::missing, "cannot tell", "which days to look at", "nothing is loaded",
              "load dumps first with `weir ingest`");
}

}  // namespace

void SpanFlags::add_to(CLI::App& app) {
  app.add_option("--by", by_, "Look at the last whole day, week, month or year; the default is month")
      ->type_name("UNIT")
      ->check(CLI::IsMember(words_of(units)))
      ->group("What to count and show");
}

Result<DaySpan> SpanFlags::resolve(Context& context, const AskingFlags& asking, const Filter& filter) const {
  By by = By::month;
  WEIR_TRY(choose(units, setting_of("--by", by_, context.config, "", {}), by));
  if (by_ && filter.since) {
    return fail(ErrorKind::usage, "bad flags", "--by", "--since says already where the days begin", "leave one out");
  }
  DayNumber last = filter.until.value_or(no_day);
  if (!filter.until) {
    WEIR_TRY_ASSIGN(last, newest_day(context, asking));
  }
  if (filter.since && last < *filter.since) {
    return fail(ErrorKind::usage, "bad value", "--since " + format_day(*filter.since),
                "it lies after the last day, " + format_day(last), "name an earlier day");
  }
  if (filter.since) return DaySpan{*filter.since, last};
  const DaySpan unit = unit_of(last, by);
  return unit.last <= last ? unit : unit_of(unit.first - 1, by);
}

}  // namespace weir::cli
