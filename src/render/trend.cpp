#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "render/json.h"
#include "render/time_report.h"
#include "weir/answer.h"
#include "weir/period.h"

namespace weir::rendering {
namespace {

constexpr std::size_t named_max = 3;

std::string_view word_of(By by) {
  switch (by) {
    case By::day: break;
    case By::week: return "week";
    case By::month: return "month";
    case By::year: return "year";
  }
  return "day";
}

Cell count_cell(const std::optional<std::uint64_t>& count) {
  if (!count) return {};
  return *count;
}

// In percent of `base`; none where that is nothing.
Cell percent_cell(const std::optional<std::uint64_t>& count, const std::optional<std::uint64_t>& base) {
  if (!count || !base || *base == 0) return {};
  return 100.0 * static_cast<double>(*count) / static_cast<double>(*base);
}

Cell change_cell(const std::optional<std::uint64_t>& count, const std::optional<std::uint64_t>& before) {
  if (!count || !before || *before == 0) return {};
  return 100.0 * (static_cast<double>(*count) - static_cast<double>(*before)) / static_cast<double>(*before);
}

Cell standing_cell(Standing standing) {
  return std::string(name_of(standing));
}

// `"trend":"events","by":"month"`, with what stands between them.
std::string facts_of(std::string_view name, std::string_view of, const TrendGround& ground) {
  std::string facts = R"("trend":)";
  append_json_string(facts, name);
  if (!of.empty()) {
    facts += R"(,"of":)";
    append_json_string(facts, of);
  }
  facts += R"(,"by":)";
  append_json_string(facts, word_of(ground.by));
  return facts + fmt::format(R"(,"left_out":{})", ground.left_out);
}

std::string seen_since_fact(DayNumber day) {
  return day == no_day ? R"(,"seen_since":null)" : fmt::format(R"(,"seen_since":"{}")", format_day(day));
}

Remark remark_on_first_seen(std::string_view names, DayNumber day) {
  return {fmt::format("known since {}: {} of before count as new", format_day(day), names), true};
}

// "partial: 2021-03, 2021-05": what is in the lines, and is not compared.
template <class Points>
void add_remark_on_standing(const Points& points, By by, Standing standing, std::vector<Remark>& remarks) {
  std::string names;
  std::size_t found = 0;
  for (const auto& point : points) {
    if (point.standing != standing) continue;
    if (found < named_max) names.append(found == 0 ? "" : ", ").append(day_key(point.first_day, by));
    ++found;
  }
  if (found == 0) return;
  remarks.push_back(
      {fmt::format("{} {}: {}{}", format_count(found), name_of(standing), names, found > named_max ? ", …" : ""),
       true});
}

template <class Points>
void add_remarks_on_points(const Points& points, By by, std::vector<Remark>& remarks) {
  add_remark_on_standing(points, by, Standing::partial, remarks);
  if (by == By::month) return;  // what is missing of months the coverage says
  add_remark_on_standing(points, by, Standing::missing, remarks);
}

// For people: of the second column, the state, what is not as it should be.
Listing without_complete(Listing listing) {
  for (std::vector<Cell>& row : listing.rows) {
    if (row[1] == standing_cell(Standing::complete)) row[1] = std::string();
  }
  return listing;
}

// The state of a line is only shown where some is not complete.
template <class Points>
bool all_complete(const Points& points) {
  return std::ranges::all_of(points, [](const auto& point) { return point.standing == Standing::complete; });
}

void add_ground(const TrendGround& ground, TimeReport& report) {
  if (ground.left_out > 0) {
    report.remarks.push_back({events_of(ground.left_out) + " left out, of days that no loaded dump is about", true});
  }
  report.coverage = ground.coverage;
}

std::string heading_of(std::string_view noun) {
  std::string heading(noun);
  if (!heading.empty() && heading.front() >= 'a' && heading.front() <= 'z') heading.front() -= 'a' - 'A';
  return heading;
}

constexpr const char* nothing_loaded = "Nothing to show: no loaded dump has such days.";

std::vector<ListingColumn> point_columns(std::string_view noun) {
  return {{std::string(noun), heading_of(noun), CellKind::count},
          {"previous", "Before", CellKind::count, false},
          {"change_percent", "Change", CellKind::change},
          {"year_ago", "Year ago", CellKind::count, false},
          {"year_change_percent", "Year on year", CellKind::change}};
}

void append_point(std::vector<Cell>& row, const TrendPoint& point) {
  row.insert(row.end(), {count_cell(point.count), count_cell(point.previous), change_cell(point.count, point.previous),
                         count_cell(point.year_ago), change_cell(point.count, point.year_ago)});
}

void append_columns(std::vector<ListingColumn>& columns, std::vector<ListingColumn> more) {
  columns.insert(columns.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// The last unit that can be compared; nullptr: there is none.
const TrendPoint* last_complete(const std::vector<TrendPoint>& points) {
  const auto found = std::find_if(points.rbegin(), points.rend(),
                                  [](const TrendPoint& point) { return point.standing == Standing::complete; });
  return found == points.rend() ? nullptr : &*found;
}

}  // namespace

TimeReport report_of(const Trend& trend) {
  TimeReport report;
  report.facts = facts_of(trend.name, {}, trend.ground);
  report.title = fmt::format("{} by {}", heading_of(trend.name), word_of(trend.ground.by));
  std::ranges::replace(report.title, '-', ' ');
  report.rows = {
      "rows",
      {{"period", heading_of(word_of(trend.ground.by))}, {"status", "", CellKind::text, !all_complete(trend.points)}},
      {},
      nothing_loaded};
  append_columns(report.rows.columns, point_columns(trend.noun));
  report.chart = Chart{Chart::Kind::bar, {}};
  for (const TrendPoint& point : trend.points) {
    std::vector<Cell> row{day_key(point.first_day, trend.ground.by), standing_cell(point.standing)};
    append_point(row, point);
    report.rows.rows.push_back(std::move(row));
    report.chart->values.push_back({point.count});
  }
  report.shown = without_complete(report.rows);
  add_remarks_on_points(trend.points, trend.ground.by, report.remarks);
  add_ground(trend.ground, report);
  return report;
}

TimeReport report_of(const QuestionTrend& trend) {
  const Question& question = *trend.question;
  TimeReport report;
  report.facts = facts_of(question.name, {}, trend.ground) +
                 fmt::format(R"(,"distinct":{},"events":{})", trend.distinct, trend.events);
  report.title = fmt::format("{} by {}", title_of(question), word_of(trend.ground.by));
  report.rows = {"rows", {{"key", std::string(question.heading)}, {"period", "Period"}, {"status", "Status"}}, {}, {}};
  append_columns(report.rows.columns, point_columns("events"));
  const TrendPoint* last = trend.rows.empty() ? nullptr : last_complete(trend.rows.front().points);
  report.shown = {"rows",
                  {{"key", std::string(question.heading)},
                   {"events", "Events", CellKind::count},
                   {"last", last != nullptr ? day_key(last->first_day, trend.ground.by) : "Last", CellKind::count},
                   {"change_percent", "Change", CellKind::change},
                   {"year_change_percent", "Year on year", CellKind::change}},
                  {},
                  nothing_loaded};
  report.chart = Chart{Chart::Kind::line, {}};
  for (const KeyTrend& key : trend.rows) {
    auto& values = report.chart->values.emplace_back();
    for (const TrendPoint& point : key.points) {
      std::vector<Cell> row{key.key, day_key(point.first_day, trend.ground.by), standing_cell(point.standing)};
      append_point(row, point);
      report.rows.rows.push_back(std::move(row));
      values.push_back(point.count);
    }
    const TrendPoint* newest = last_complete(key.points);
    const TrendPoint point = newest != nullptr ? *newest : TrendPoint{};
    report.shown.rows.push_back({key.key, key.events, count_cell(point.count), change_cell(point.count, point.previous),
                                 change_cell(point.count, point.year_ago)});
  }
  Answer answer{&question, trend.distinct, trend.events, {}};
  answer.rows.resize(trend.rows.size());
  report.remarks = {{events_of(trend.events)}, {keys_of(answer)}};
  if (!trend.rows.empty()) add_remarks_on_points(trend.rows.front().points, trend.ground.by, report.remarks);
  add_ground(trend.ground, report);
  return report;
}

TimeReport report_of(const Lifecycle& lifecycle) {
  TimeReport report;
  report.facts = facts_of("lifecycle", lifecycle.of->name, lifecycle.ground) + seen_since_fact(lifecycle.seen_since);
  report.title = fmt::format("Lifecycle of {} by {}", lifecycle.of->name, word_of(lifecycle.ground.by));
  report.rows = {"rows",
                 {{"period", heading_of(word_of(lifecycle.ground.by))},
                  {"status", "", CellKind::text, !all_complete(lifecycle.points)},
                  {"active", "Active", CellKind::count},
                  {"new", "New", CellKind::count},
                  {"returning", "Returning", CellKind::count},
                  {"lost", "Lost", CellKind::count}},
                 {},
                 nothing_loaded};
  report.chart = Chart{Chart::Kind::bar, {}};
  for (const LifecyclePoint& point : lifecycle.points) {
    report.rows.rows.push_back({day_key(point.first_day, lifecycle.ground.by), standing_cell(point.standing),
                                count_cell(point.active), count_cell(point.fresh), count_cell(point.returning),
                                count_cell(point.lost)});
    report.chart->values.push_back({point.active});
  }
  report.shown = without_complete(report.rows);
  if (lifecycle.seen_since != no_day) {
    report.remarks.push_back(remark_on_first_seen(lifecycle.of->name, lifecycle.seen_since));
  }
  add_remarks_on_points(lifecycle.points, lifecycle.ground.by, report.remarks);
  add_ground(lifecycle.ground, report);
  return report;
}

namespace {

// How many units after the first a line of cohorts has room for.
std::size_t units_shown(const Cohorts& cohorts, const TableStyle& style) {
  std::size_t most = 0;
  for (const Cohort& cohort : cohorts.rows) most = std::max(most, cohort.points.size());
  if (most == 0 || style.width_columns == 0) return most;
  constexpr std::size_t before = 24;  // the cohort and its size
  constexpr std::size_t of_unit = 9;  // "100.0 %", and the gap
  const std::size_t room = style.width_columns - std::min<std::size_t>(before, style.width_columns);
  return std::clamp<std::size_t>(room / of_unit, 1, most);
}

Listing cohort_rows(const Cohorts& cohorts) {
  Listing rows{"rows",
               {{"cohort", "Cohort"},
                {"size", "Size", CellKind::count},
                {"period", "Period"},
                {"after", "After", CellKind::count},
                {"status", "Status"},
                {"active", "Active", CellKind::count},
                {"percent", "Share", CellKind::percent}},
               {},
               {}};
  for (const Cohort& cohort : cohorts.rows) {
    for (std::size_t after = 0; after < cohort.points.size(); ++after) {
      const CohortPoint& point = cohort.points[after];
      rows.rows.push_back({day_key(cohort.first_day, cohorts.ground.by), cohort.size,
                           day_key(point.first_day, cohorts.ground.by), static_cast<std::uint64_t>(after),
                           standing_cell(point.standing), count_cell(point.active),
                           percent_cell(point.active, cohort.size)});
    }
  }
  return rows;
}

// One line a cohort, its shares beside each other.
Listing cohort_table(const Cohorts& cohorts, std::size_t units) {
  Listing shown{"rows",
                {{"cohort", "First seen"}, {"size", heading_of(cohorts.of->name), CellKind::count}},
                {},
                "Nobody was first seen in these days."};
  for (std::size_t after = 0; after < units; ++after) {
    shown.columns.push_back({fmt::format("after_{}", after), fmt::format("+{}", after), CellKind::percent});
  }
  for (const Cohort& cohort : cohorts.rows) {
    std::vector<Cell>& row = shown.rows.emplace_back();
    row.insert(row.end(), {day_key(cohort.first_day, cohorts.ground.by), cohort.size});
    for (std::size_t after = 0; after < units; ++after) {
      if (after >= cohort.points.size()) {
        row.emplace_back(std::string());  // has not come yet
      } else {
        row.push_back(percent_cell(cohort.points[after].active, cohort.size));
      }
    }
  }
  return shown;
}

}  // namespace

TimeReport report_of(const Cohorts& cohorts, const TableStyle& style) {
  TimeReport report;
  report.facts = facts_of("cohorts", cohorts.of->name, cohorts.ground) + seen_since_fact(cohorts.seen_since);
  report.title = fmt::format("{}: share of those first seen in a {} that came in it and in each after",
                             heading_of(cohorts.of->name), word_of(cohorts.ground.by));
  report.rows = cohort_rows(cohorts);
  const std::size_t units = units_shown(cohorts, style);
  report.shown = cohort_table(cohorts, units);
  if (cohorts.seen_since != no_day) {
    report.remarks.push_back(remark_on_first_seen(cohorts.of->name, cohorts.seen_since));
  }
  if (!cohorts.rows.empty()) {
    const std::vector<CohortPoint>& all = cohorts.rows.front().points;
    if (units < all.size()) {
      report.remarks.push_back(
          {fmt::format("{} of {} {}s shown, -f csv has them all", units, all.size(), word_of(cohorts.ground.by)),
           false});
    }
    add_remarks_on_points(all, cohorts.ground.by, report.remarks);
  }
  add_ground(cohorts.ground, report);
  return report;
}

}  // namespace weir::rendering

namespace weir {

std::string render(const Trend& trend, Format format, const TableStyle& style) {
  return rendering::render(rendering::report_of(trend), format, style);
}

std::string render(const QuestionTrend& trend, Format format, const TableStyle& style) {
  return rendering::render(rendering::report_of(trend), format, style);
}

std::string render(const Lifecycle& lifecycle, Format format, const TableStyle& style) {
  return rendering::render(rendering::report_of(lifecycle), format, style);
}

std::string render(const Cohorts& cohorts, Format format, const TableStyle& style) {
  return rendering::render(rendering::report_of(cohorts, style), format, style);
}

}  // namespace weir
