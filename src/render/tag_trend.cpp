#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "render/answer_rows.h"
#include "render/csv.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/render.h"
#include "render/table.h"
#include "render/words.h"
#include "weir/period.h"

namespace weir {
namespace rendering {
namespace {

// One of the two lists.
struct Side {
  std::string_view name;
  std::string_view heading;
  const std::vector<TagChange>& rows;
  std::uint64_t tags;  // before the limit
};

std::array<Side, 2> sides_of(const TagTrend& trend) {
  return {{{"rising", "Rising", trend.rising_rows, trend.rising},
           {"falling", "Falling", trend.falling_rows, trend.falling}}};
}

std::string words_of(const DaySpan& span) {
  return format_day(span.first) + " to " + format_day(span.last);
}

std::uint64_t size_of(const TagChange& change) {
  return change.events > change.before ? change.events - change.before : change.before - change.events;
}

std::string signed_change(const TagChange& change) {
  return (change.change() < 0 ? "-" : "+") + format_count(size_of(change));
}

std::string percent_of(const TagChange& change) {
  if (change.before == 0) return "new";
  if (change.events == 0) return "gone";
  const double percent = 100.0 * static_cast<double>(change.change()) / static_cast<double>(change.before);
  return fmt::format("{:+.1f} %", percent);
}

std::vector<Remark> remarks_of(const TagTrend& trend, const Coverage& coverage) {
  std::vector<Remark> remarks{{events_of(trend.events)}, {events_of(trend.events_before) + " before"}};
  for (const Side& side : sides_of(trend)) {
    const std::string rows = side.rows.size() == side.tags ? "" : format_count(side.rows.size()) + " of ";
    remarks.push_back({rows + format_count(side.tags) + " " + std::string(side.name)});
  }
  remarks.push_back({format_count(trend.steady) + " steady"});
  std::ranges::copy(remarks_on_dumps(coverage), std::back_inserter(remarks));
  return remarks;
}

struct Columns {
  std::size_t tag = display_width("Falling");
  std::size_t events = display_width("Events");
  std::size_t before = display_width("Before");
  std::size_t change = display_width("Change");
  std::size_t percent = display_width("+100.0 %");
  std::size_t bar = 0;
};

Columns columns_of(const TagTrend& trend, std::size_t room) {
  Columns columns;
  for (const Side& side : sides_of(trend)) {
    for (const TagChange& change : side.rows) {
      columns.tag = std::max(columns.tag, display_width(printable(change.tag)));
      columns.events = std::max(columns.events, format_count(change.events).size());
      columns.before = std::max(columns.before, format_count(change.before).size());
      columns.change = std::max(columns.change, signed_change(change).size());
      columns.percent = std::max(columns.percent, percent_of(change).size());
    }
  }
  if (room == 0) {
    columns.tag = std::min(columns.tag, key_columns_free);
    return columns;
  }
  const std::size_t numbers = 4 * column_gap + columns.events + columns.before + columns.change + columns.percent;
  const std::size_t left = room - std::min(room, numbers);
  columns.tag = std::min(columns.tag, std::max(left, key_columns_min));
  const std::size_t unused = left - std::min(left, columns.tag + column_gap);
  if (unused >= bar_columns_min / 2) columns.bar = std::min(unused, bar_columns_max);
  return columns;
}

std::string line_of(const Columns& columns, std::string_view tag, const std::array<std::string, 4>& numbers) {
  const std::array widths{columns.events, columns.before, columns.change, columns.percent};
  std::string line;
  append_left(line, tag, columns.tag);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    line.append(column_gap, ' ');
    append_right(line, numbers[i], widths[i]);
  }
  return line;
}

void append_side(std::string& out, const Side& side, const Columns& columns, std::uint64_t largest, bool cuts,
                 const Paint& paint) {
  out += paint.dim(line_of(columns, side.heading, {"Events", "Before", "Change", ""})
                       .substr(0, columns.tag + 3 * column_gap + columns.events + columns.before + columns.change)) +
         "\n";
  if (side.rows.empty()) out += "None.\n";
  for (const TagChange& change : side.rows) {
    const std::string tag = printable(change.tag);
    out +=
        line_of(columns, cuts ? cut(tag, columns.tag) : tag,
                {format_count(change.events), format_count(change.before), signed_change(change), percent_of(change)});
    if (columns.bar > 0) out.append(column_gap, ' ').append(paint.bar(bar(size_of(change), largest, columns.bar)));
    out += '\n';
  }
  out += '\n';
}

std::string table_of(const TagTrend& trend, const Coverage& coverage, const TableStyle& style) {
  const Paint paint(style.colour);
  const std::size_t width = style.width_columns;
  std::string out =
      paint.title(cut_to_fit("Tags  " + words_of(trend.span) + " against " + words_of(trend.before), width)) + "\n\n";
  const Columns columns = columns_of(trend, width);
  std::uint64_t largest = 1;
  for (const Side& side : sides_of(trend)) {
    for (const TagChange& change : side.rows) largest = std::max(largest, size_of(change));
  }
  for (const Side& side : sides_of(trend)) append_side(out, side, columns, largest, width > 0, paint);
  return out += remark_lines(remarks_of(trend, coverage), width, paint);
}

std::string markdown_of(const TagTrend& trend, const Coverage& coverage) {
  std::string out = words_of(trend.span) + " against " + words_of(trend.before) + "\n";
  for (const Side& side : sides_of(trend)) {
    out += fmt::format("\n| {} | Events | Before | Change | |\n| --- | ---: | ---: | ---: | ---: |\n", side.heading);
    for (const TagChange& change : side.rows) {
      out += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_escaped(printable(change.tag)),
                         format_count(change.events), format_count(change.before), signed_change(change),
                         percent_of(change));
    }
  }
  return out.append("\n").append(remark_lines(remarks_of(trend, coverage), 0, Paint(false)));
}

// The members of a row, without braces.
void append_members(std::string& out, const TagChange& change) {
  out += R"("tag":)";
  append_json_string(out, change.tag);
  out += fmt::format(R"(,"events":{},"before":{},"change":{})", change.events, change.before, change.change());
}

void append_span(std::string& out, std::string_view name, const DaySpan& span, std::uint64_t events) {
  out += fmt::format(R"("{}":{{"first_day":"{}","last_day":"{}","events":{}}},)", name, format_day(span.first),
                     format_day(span.last), events);
}

std::string json_of(const TagTrend& trend, const Coverage& coverage) {
  std::string out = R"({"question":"tag trend",)";
  append_span(out, "span", trend.span, trend.events);
  append_span(out, "before", trend.before, trend.events_before);
  for (const Side& side : sides_of(trend)) {
    out += fmt::format(R"("{}":{{"distinct":{},"rows":[)", side.name, side.tags);
    for (std::size_t i = 0; i < side.rows.size(); ++i) {
      out += i > 0 ? ",{" : "{";
      append_members(out, side.rows[i]);
      out += '}';
    }
    out += "]},";
  }
  out += fmt::format(R"("steady":{},)", trend.steady);
  append_coverage(out, coverage);
  return out += "}\n";
}

std::string ndjson_of(const TagTrend& trend) {
  std::string out;
  for (const Side& side : sides_of(trend)) {
    for (const TagChange& change : side.rows) {
      out += fmt::format(R"({{"direction":"{}",)", side.name);
      append_members(out, change);
      out += "}\n";
    }
  }
  return out;
}

std::string csv_of(const TagTrend& trend, bool on_terminal) {
  std::string out = "direction,tag,events,before,change\n";
  for (const Side& side : sides_of(trend)) {
    for (const TagChange& change : side.rows) {
      out.append(side.name).append(",");
      append_csv_field(out, change.tag, on_terminal);
      out += fmt::format(",{},{},{}\n", change.events, change.before, change.change());
    }
  }
  return out;
}

}  // namespace
}  // namespace rendering

std::string render(const TagTrend& trend, const Coverage& coverage, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return rendering::json_of(trend, coverage);
    case Format::ndjson: return rendering::ndjson_of(trend);
    case Format::csv: return rendering::csv_of(trend, style.width_columns > 0);
    case Format::markdown: return rendering::markdown_of(trend, coverage);
  }
  return rendering::table_of(trend, coverage, style);
}

}  // namespace weir
