#include "render/csv.h"

#include <fmt/format.h>

#include <cassert>
#include <string_view>

#include "base/text.h"
#include "render/cell.h"

namespace weir::rendering {
namespace {

void append_quoted(std::string& out, std::string_view field) {
  out += '"';
  for (const char byte : field) {
    if (byte == '"') out += '"';
    out += byte;
  }
  out += '"';
}

void append_count(std::string& out, const Count& count, bool on_terminal) {
  append_csv_field(out, count.key, on_terminal);
  const fmt::format_int events(count.events);
  out += ',';
  out.append(events.data(), events.size());
  out += '\n';
}

}  // namespace

void append_csv_field(std::string& out, std::string_view field, bool on_terminal) {
  const std::string shown = on_terminal ? printable(field) : std::string();
  if (on_terminal) field = shown;
  if (field.empty() || field.find_first_of(",\"\r\n") != std::string_view::npos) {
    append_quoted(out, field);
  } else {
    out += field;
  }
}

std::string csv(const Insights& insights, bool on_terminal) {
  std::string out = "question,key,events\n";
  for (const Answer& answer : insights.answers) {
    for (const Count& count : answer.rows) {
      append_csv_field(out, answer.question->name, on_terminal);
      out += ',';
      append_count(out, count, on_terminal);
    }
  }
  return out;
}

std::string csv(const Answer& answer, bool on_terminal) {
  std::string out = "key,events\n";
  for (const Count& count : answer.rows) append_count(out, count, on_terminal);
  return out;
}

std::string csv(const Listing& listing, bool on_terminal) {
  std::string out;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_field(out, listing.columns[i].key, on_terminal);
  }
  out += '\n';
  for (const std::vector<Cell>& row : listing.rows) {
    assert(row.size() == listing.columns.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      if (!is_null(row[i])) append_csv_field(out, plain_text(row[i], listing.columns[i].kind), on_terminal);
    }
    out += '\n';
  }
  return out;
}

}  // namespace weir::rendering
