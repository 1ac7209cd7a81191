#include "cli/expectation.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace weir::cli {
namespace {

constexpr std::size_t months_looked_at = 12;
constexpr std::size_t days_looked_at = 28;
constexpr int grace_days_max = 366;

bool is_loaded(const CalendarEntry& entry) {
  return entry.newest && entry.newest->status == IngestionStatus::loaded;
}

Period holding(DayNumber day, Granularity granularity) {
  const CivilDate date = to_civil(day);
  return {date.year, date.month, granularity == Granularity::day ? date.day : 0};
}

// The newest period that has ended `grace_days` before today.
Period newest_due(const Expectation& expectation, DayNumber today) {
  const DayNumber last = today - expectation.grace_days;
  Period period = holding(last, expectation.granularity);
  while (period.last_day() >= last) period = holding(period.first_day() - 1, expectation.granularity);
  return period;
}

std::uint64_t median_of(std::vector<std::uint64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  const std::uint64_t below = *std::max_element(values.begin(), middle);
  return below + (*middle - below) / 2;
}

// A number before `unit`; nullopt: anything else.
std::optional<double> number_before(std::string_view text, char unit) {
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
  return value;
}

}  // namespace

std::vector<Slot> overdue(const std::vector<CalendarEntry>& calendar, const std::string& source,
                          const Expectation& expectation, DayNumber today) {
  std::set<DayNumber> covered;
  for (const CalendarEntry& entry : calendar) {
    if (entry.slot.source != source || !is_loaded(entry)) continue;
    for (DayNumber day = entry.slot.period.first_day(); day <= entry.slot.period.last_day(); ++day) covered.insert(day);
  }
  const Period last = newest_due(expectation, today);
  const DayNumber first_day = expectation.since ? *expectation.since
                              : covered.empty() ? last.first_day()
                                                : *covered.begin();
  std::vector<Slot> slots;
  for (Period period = holding(first_day, expectation.granularity); period <= last; period = period.next()) {
    DayNumber day = period.first_day();
    while (day <= period.last_day() && covered.contains(day)) ++day;
    if (day <= period.last_day()) slots.push_back({source, period});
  }
  return slots;
}

std::vector<ThinDump> thin_dumps(const std::vector<CalendarEntry>& calendar, double min_share,
                                 std::optional<DayNumber> since) {
  std::map<std::pair<std::string, Granularity>, std::vector<std::uint64_t>> before;
  std::vector<ThinDump> thin;
  for (const CalendarEntry& entry : calendar) {
    if (!is_loaded(entry)) continue;
    const Granularity granularity = entry.slot.period.granularity();
    std::vector<std::uint64_t>& rows = before[{entry.slot.source, granularity}];
    const std::uint64_t own = entry.newest->rows_loaded;
    if (rows.size() >= median_of_at_least && (!since || entry.slot.period.last_day() >= *since)) {
      const std::uint64_t median = median_of(rows);
      if (static_cast<double>(own) < min_share * static_cast<double>(median)) {
        thin.push_back({entry.slot, own, median});
      }
    }
    rows.push_back(own);
    if (rows.size() > (granularity == Granularity::month ? months_looked_at : days_looked_at)) rows.erase(rows.begin());
  }
  return thin;
}

Result<int> parse_grace_days(const std::string& text) {
  const std::optional<double> days = number_before(text, 'd');
  if (days && *days <= grace_days_max && *days == static_cast<int>(*days)) return static_cast<int>(*days);
  return fail(ErrorKind::usage, "bad value", "--grace " + text, "no whole number of days", "write it as 3d");
}

Result<double> parse_share(const std::string& text) {
  constexpr double percent = 100;
  const std::optional<double> share = number_before(text, '%');
  if (share && *share <= percent) return *share / percent;
  return fail(ErrorKind::usage, "bad value", "--min-volume " + text, "no percentage up to 100", "write it as 50%");
}

}  // namespace weir::cli
