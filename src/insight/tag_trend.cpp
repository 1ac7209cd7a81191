#include <algorithm>
#include <unordered_map>

#include "insight/tag_patterns.h"
#include "weir/period.h"
#include "weir/tags.h"

namespace weir {
namespace {

constexpr int months_a_year = 12;

void cut(std::vector<TagChange>& rows, const std::optional<std::uint64_t>& limit) {
  rows.resize(std::min<std::uint64_t>(limit.value_or(UINT64_MAX), rows.size()));
}

}  // namespace

DaySpan span_before(const DaySpan& span) {
  const CivilDate first = to_civil(span.first);
  const CivilDate end = to_civil(span.last + 1);
  if (first.day != 1 || end.day != 1) return {span.first - (span.last + 1 - span.first), span.first - 1};
  const int months = (end.year - first.year) * months_a_year + end.month - first.month;
  const int month = first.year * months_a_year + first.month - 1 - months;
  return {to_day_number({month / months_a_year, month % months_a_year + 1, 1}), span.first - 1};
}

TagTrend make_tag_trend(const DaySpan& span, const Answer& of_span, const Answer& of_both,
                        const TagTrendOptions& options) {
  std::unordered_map<std::string_view, std::uint64_t> now;
  for (const Count& tag : of_span.rows) now.emplace(tag.key, tag.events);
  const insights::TagPatterns like(options.like);
  TagTrend trend;
  trend.span = span;
  trend.before = span_before(span);
  trend.events = of_span.events;
  trend.events_before = of_both.events - of_span.events;
  for (const Count& tag : of_both.rows) {
    const auto found = now.find(tag.key);
    const std::uint64_t events = found == now.end() ? 0 : found->second;
    const TagChange change{tag.key, events, tag.events - events};
    if (std::max(change.events, change.before) < options.min_support || !like.match(tag.key)) continue;
    if (change.change() > 0) trend.rising_rows.push_back(change);
    if (change.change() < 0) trend.falling_rows.push_back(change);
    trend.steady += change.change() == 0 ? 1U : 0U;
  }
  trend.rising = trend.rising_rows.size();
  trend.falling = trend.falling_rows.size();
  std::ranges::sort(trend.rising_rows, [](const TagChange& a, const TagChange& b) {
    return a.change() != b.change() ? a.change() > b.change() : a.tag < b.tag;
  });
  std::ranges::sort(trend.falling_rows, [](const TagChange& a, const TagChange& b) {
    return a.change() != b.change() ? a.change() < b.change() : a.tag < b.tag;
  });
  cut(trend.rising_rows, options.limit);
  cut(trend.falling_rows, options.limit);
  return trend;
}

}  // namespace weir
