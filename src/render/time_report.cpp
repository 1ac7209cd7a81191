#include "render/time_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "render/answer_rows.h"
#include "render/csv.h"
#include "render/display.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/table.h"

namespace weir::rendering {
namespace {

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    widest = std::max(widest, display_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return widest;
}

std::uint64_t most_of(std::span<const std::optional<std::uint64_t>> values) {
  std::uint64_t most = 0;
  for (const std::optional<std::uint64_t>& value : values) most = std::max(most, value.value_or(0));
  return most;
}

std::uint64_t most_of(const Chart& chart) {
  std::uint64_t most = 0;
  for (const auto& values : chart.values) most = std::max(most, most_of(values));
  return most;
}

// The lines with their chart as one more column, where the terminal has room for it.
Listing with_chart(const TimeReport& report, const TableStyle& style) {
  Listing listing = report.shown;
  if (!report.chart || style.width_columns == 0 || listing.rows.empty()) return listing;
  constexpr std::size_t columns_min = 8;
  const std::size_t taken = widest_line(table(listing, {false, 0})) + column_gap;
  const std::size_t room = style.width_columns - std::min<std::size_t>(taken, style.width_columns);
  if (room < columns_min) return listing;
  const Chart& chart = *report.chart;
  const std::uint64_t most = most_of(chart);
  listing.columns.push_back({"chart", chart.kind == Chart::Kind::line ? "Over time" : ""});
  for (std::size_t i = 0; i < listing.rows.size(); ++i) {
    const auto& values = chart.values[i];
    std::string drawn;
    if (chart.kind == Chart::Kind::line) {
      drawn = line_chart(values, room);
    } else if (values.front() && most > 0) {
      drawn = bar(*values.front(), most, std::min(room, bar_columns_max));
    }
    listing.rows[i].emplace_back(std::move(drawn));
  }
  return listing;
}

std::vector<Remark> remarks_of(const TimeReport& report) {
  std::vector<Remark> remarks = report.remarks;
  remarks.push_back({days_of(report.coverage)});
  const std::vector<Remark> more = remarks_on_dumps(report.coverage);
  remarks.insert(remarks.end(), more.begin(), more.end());
  return remarks;
}

std::string table_of(const TimeReport& report, const TableStyle& style) {
  const Paint paint(style.colour);
  std::string out = paint.title(style.width_columns == 0 ? report.title : cut(report.title, style.width_columns));
  out.append("\n\n").append(table(with_chart(report, style), style)).append("\n");
  return out += remark_lines(remarks_of(report), style.width_columns, paint);
}

std::string markdown_of(const TimeReport& report) {
  std::string out = markdown(report.shown) + "\n";
  std::string_view separator;
  for (const Remark& remark : remarks_of(report)) {
    out.append(separator).append(remark.text);
    separator = " · ";
  }
  return out += '\n';
}

std::string json_of(const TimeReport& report) {
  std::string out = "{" + report.facts + R"(,"rows":)";
  append_rows(out, report.rows);
  out += ',';
  append_coverage(out, report.coverage);
  return out += "}\n";
}

}  // namespace

std::string line_chart(std::span<const std::optional<std::uint64_t>> values, std::size_t columns) {
  constexpr std::array<std::string_view, 8> levels{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto most = static_cast<double>(most_of(values));
  std::string out;
  for (const std::optional<std::uint64_t>& value : values.last(std::min(columns, values.size()))) {
    if (!value) {
      out += "·";
    } else if (*value == 0) {
      out += levels.front();  // nothing, and only that
    } else {
      const double level = std::round(static_cast<double>(*value) / most * static_cast<double>(levels.size() - 1));
      out += levels[std::max<std::size_t>(static_cast<std::size_t>(level), 1)];
    }
  }
  return out;
}

std::string render(const TimeReport& report, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return json_of(report);
    case Format::ndjson: return ndjson(report.rows);
    case Format::csv: return csv(report.rows, style.width_columns > 0);
    case Format::markdown: return markdown_of(report);
  }
  return table_of(report, style);
}

}  // namespace weir::rendering
