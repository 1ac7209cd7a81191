#include "store/sql_rollup_table.h"

namespace weir::rollups {

Field counted_field(std::string_view name) {
  if (name == name_of(Field::tag_pair)) return Field::tag_pair;
  return field_named(name).value_or(Field::id);
}

std::vector<std::int64_t> ids_in(std::string_view text) {
  std::vector<std::int64_t> ids;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    std::int64_t id = 0;
    const auto [next, error] = std::from_chars(at, end, id);
    if (error != std::errc()) break;
    ids.push_back(id);
    at = next == end ? end : next + 1;
  }
  return ids;
}

std::string months_text(std::span<const Ingestion> ingestions) {
  std::set<std::string> months;
  for (const Ingestion& ingestion : ingestions) {
    months.insert(fmt::format("DATE '{:04}-{:02}-01'", ingestion.slot.period.year, ingestion.slot.period.month));
  }
  return fmt::format("{}", fmt::join(months, ", "));
}

std::string_view unit_text(By by) {
  switch (by) {
    case By::day: break;
    case By::week: return "CAST(date_trunc('week', CAST(day AS timestamp)) AS date)";
    case By::month: return "CAST(date_trunc('month', CAST(day AS timestamp)) AS date)";
    case By::year: return "CAST(date_trunc('year', CAST(day AS timestamp)) AS date)";
  }
  return "day";
}

}  // namespace weir::rollups
