#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/answer_rows.h"
#include "render/csv.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/render.h"
#include "render/table.h"
#include "render/words.h"

namespace weir {
namespace rendering {
namespace {

std::string title_of(const TagPair& pair) {
  return printable(pair.first) + " + " + printable(pair.second);
}

// Two decimals; far more than chance needs none.
std::string lift_of(const TagPair& pair) {
  return pair.lift < 1000 ? fmt::format("{:.2f}", pair.lift)
                          : format_count(static_cast<std::uint64_t>(std::llround(pair.lift)));
}

std::vector<Remark> remarks_of(const TagPairs& pairs, const Coverage& coverage) {
  const std::string rows = pairs.rows.size() == pairs.distinct ? "" : format_count(pairs.rows.size()) + " of ";
  std::vector<Remark> remarks{{events_of(pairs.events)},
                              {rows + format_count(pairs.distinct) + (pairs.distinct == 1 ? " pair" : " pairs")},
                              {days_of(coverage)}};
  std::ranges::copy(remarks_on_dumps(coverage), std::back_inserter(remarks));
  return remarks;
}

struct Columns {
  std::size_t tags = display_width("Tags");
  std::size_t events = display_width("Events");
  std::size_t lift = display_width("Lift");
  std::size_t bar = 0;
};

Columns columns_of(const TagPairs& pairs, std::size_t room) {
  Columns columns;
  for (const TagPair& pair : pairs.rows) {
    columns.tags = std::max(columns.tags, display_width(title_of(pair)));
    columns.events = std::max(columns.events, format_count(pair.events).size());
    columns.lift = std::max(columns.lift, lift_of(pair).size());
  }
  if (room == 0) {
    columns.tags = std::min(columns.tags, key_columns_free);
    return columns;
  }
  const std::size_t numbers = 2 * column_gap + columns.events + columns.lift;
  const std::size_t left = room - std::min(room, numbers);
  columns.tags = std::min(columns.tags, std::max(left, key_columns_min));
  const std::size_t unused = left - std::min(left, columns.tags + column_gap);
  if (unused >= bar_columns_min) columns.bar = std::min(unused, bar_columns_max);
  return columns;
}

std::string line_of(const Columns& columns, std::string_view tags, std::string_view events, std::string_view lift) {
  std::string line;
  append_left(line, tags, columns.tags);
  line.append(column_gap, ' ');
  append_right(line, events, columns.events);
  line.append(column_gap, ' ');
  append_right(line, lift, columns.lift);
  return line;
}

std::string table_of(const TagPairs& pairs, const Coverage& coverage, const TableStyle& style) {
  const Paint paint(style.colour);
  const std::size_t width = style.width_columns;
  constexpr std::string_view title = "Tag pairs";
  constexpr std::string_view summary = "Which come together; lift 1 is what chance would make of it";
  std::string out = paint.title(title);
  if (width == 0 || width > title.size() + column_gap) {
    const std::size_t room = width == 0 ? 0 : width - title.size() - column_gap;
    out.append(column_gap, ' ').append(paint.dim(cut_to_fit(summary, room)));
  }
  out += "\n\n";
  if (pairs.rows.empty()) {
    out += pairs.distinct == 0 ? "No two tags come together.\n" : "";
  } else {
    const Columns columns = columns_of(pairs, width);
    out += paint.dim(line_of(columns, "Tags", "Events", "Lift")) + "\n";
    const std::uint64_t largest = std::ranges::max_element(pairs.rows, {}, &TagPair::events)->events;
    for (const TagPair& pair : pairs.rows) {
      const std::string tags = title_of(pair);
      out += line_of(columns, width == 0 ? tags : cut(tags, columns.tags), format_count(pair.events), lift_of(pair));
      if (columns.bar > 0) out.append(column_gap, ' ').append(paint.bar(bar(pair.events, largest, columns.bar)));
      out += '\n';
    }
  }
  return out.append("\n").append(remark_lines(remarks_of(pairs, coverage), width, paint));
}

std::string markdown_of(const TagPairs& pairs, const Coverage& coverage) {
  std::string out = "| Tag | Tag | Events | Lift |\n| --- | --- | ---: | ---: |\n";
  for (const TagPair& pair : pairs.rows) {
    out += fmt::format("| {} | {} | {} | {} |\n", markdown_escaped(printable(pair.first)),
                       markdown_escaped(printable(pair.second)), format_count(pair.events), lift_of(pair));
  }
  return out.append("\n").append(remark_lines(remarks_of(pairs, coverage), 0, Paint(false)));
}

// The members of a row, without braces.
void append_members(std::string& out, const TagPair& pair) {
  out += R"("first":)";
  append_json_string(out, pair.first);
  out += R"(,"second":)";
  append_json_string(out, pair.second);
  out += fmt::format(R"(,"events":{},"first_events":{},"second_events":{},"lift":{})", pair.events, pair.first_events,
                     pair.second_events, pair.lift);
}

std::string json_of(const TagPairs& pairs, const Coverage& coverage) {
  std::string out =
      fmt::format(R"({{"question":"tag pairs","distinct":{},"events":{},"rows":[)", pairs.distinct, pairs.events);
  for (std::size_t i = 0; i < pairs.rows.size(); ++i) {
    out += i > 0 ? ",{" : "{";
    append_members(out, pairs.rows[i]);
    out += '}';
  }
  out += "],";
  append_coverage(out, coverage);
  return out += "}\n";
}

std::string ndjson_of(const TagPairs& pairs) {
  std::string out;
  for (const TagPair& pair : pairs.rows) {
    out += '{';
    append_members(out, pair);
    out += "}\n";
  }
  return out;
}

std::string csv_of(const TagPairs& pairs, bool on_terminal) {
  std::string out = "first,second,events,first_events,second_events,lift\n";
  for (const TagPair& pair : pairs.rows) {
    append_csv_field(out, pair.first, on_terminal);
    out += ',';
    append_csv_field(out, pair.second, on_terminal);
    out += fmt::format(",{},{},{},{}\n", pair.events, pair.first_events, pair.second_events, pair.lift);
  }
  return out;
}

}  // namespace
}  // namespace rendering

std::string render(const TagPairs& pairs, const Coverage& coverage, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return rendering::json_of(pairs, coverage);
    case Format::ndjson: return rendering::ndjson_of(pairs);
    case Format::csv: return rendering::csv_of(pairs, style.width_columns > 0);
    case Format::markdown: return rendering::markdown_of(pairs, coverage);
  }
  return rendering::table_of(pairs, coverage, style);
}

}  // namespace weir
