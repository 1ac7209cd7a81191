#include "render/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

#include "base/text.h"
#include "render/cell.h"

namespace weir::rendering {
namespace {

void append_unicode_escape(std::string& out, unsigned code) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
}

void append_control(std::string& out, char control) {
  switch (control) {
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: append_unicode_escape(out, static_cast<unsigned char>(control));
  }
}

// Length of the beginning of `text` that stands in a JSON string as it is.
std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || byte == '"' || byte == '\\' || c1) break;
  }
  return i;
}

// Appends well-formed UTF-8.
void append_escaped(std::string& out, std::string_view text) {
  while (true) {
    const std::size_t plain = plain_prefix(text);
    out += text.substr(0, plain);
    if (plain == text.size()) return;
    text.remove_prefix(plain);
    const char first = text.front();
    text.remove_prefix(1);
    if (first == '"' || first == '\\') {
      out += '\\';
      out += first;
    } else if (static_cast<unsigned char>(first) == 0xC2) {
      append_unicode_escape(out, static_cast<unsigned char>(text.front()));  // its code point
      text.remove_prefix(1);
    } else {
      append_control(out, first);
    }
  }
}

void append_periods(std::string& out, const std::vector<Period>& periods) {
  out += '[';
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, to_string(periods[i]));
  }
  out += ']';
}

// The members of one row, without braces.
void append_count(std::string& out, const Count& count) {
  out += R"("key":)";
  append_json_string(out, count.key);
  out += R"(,"events":)";
  append_number(out, count.events);
}

// The members of an answer, without braces and coverage.
void append_answer(std::string& out, const Answer& answer) {
  out += R"("question":)";
  append_json_string(out, answer.question->name);
  out += R"(,"distinct":)";
  append_number(out, answer.distinct);
  out += R"(,"events":)";
  append_number(out, answer.events);
  out += R"(,"rows":[)";
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    out += i > 0 ? ",{" : "{";
    append_count(out, answer.rows[i]);
    out += '}';
  }
  out += ']';
}

// A string as it stands in JSON: its escapes stay, what a terminal would obey becomes one.
void append_written_string(std::string& out, std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t valid = valid_utf8_prefix(rest);
    std::string_view fine = rest.substr(0, valid);
    while (!fine.empty()) {
      const std::size_t plain = std::min(plain_prefix(fine), fine.size());
      out += fine.substr(0, plain);
      fine.remove_prefix(plain);
      if (fine.empty()) break;
      const bool quoting = fine.front() == '"' || fine.front() == '\\';
      const std::size_t length = quoting || static_cast<unsigned char>(fine.front()) < 0xC2 ? 1 : 2;
      if (quoting) {
        out += fine.front();
      } else {
        append_escaped(out, fine.substr(0, length));
      }
      fine.remove_prefix(length);
    }
    if (valid == rest.size()) return;
    out += "\xEF\xBF\xBD";
    rest.remove_prefix(valid + 1);
  }
}

void append_cell(std::string& out, const Cell& cell, CellKind kind) {
  if (is_null(cell)) {
    out += "null";
  } else if (const auto* list = std::get_if<std::vector<std::string>>(&cell)) {
    append_json_list(out, *list);
  } else if (std::holds_alternative<std::string>(cell) || kind == CellKind::time) {
    append_json_string(out, plain_text(cell, kind));
  } else {
    out += plain_text(cell, kind);
  }
}

void append_row(std::string& out, std::span<const ListingColumn> columns, std::span<const Cell> row) {
  assert(row.size() == columns.size());
  out += '{';
  bool first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].omit_null && is_null(row[i])) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, columns[i].key);
    out += ':';
    append_cell(out, row[i], columns[i].kind);
  }
  out += '}';
}

}  // namespace

void append_number(std::string& out, std::uint64_t value) {
  const fmt::format_int digits(value);
  out.append(digits.data(), digits.size());
}

void append_day(std::string& out, DayNumber day) {
  if (day == no_day) {
    out += "null";
  } else {
    append_json_string(out, format_day(day));
  }
}

void append_coverage(std::string& out, const Coverage& coverage) {
  out += R"("coverage":{"first_day":)";
  append_day(out, coverage.first_day);
  out += R"(,"last_day":)";
  append_day(out, coverage.last_day);
  out += R"(,"periods":)";
  append_periods(out, coverage.periods);
  out += R"(,"missing":)";
  append_periods(out, coverage.missing);
  out += R"(,"rejected":)";
  append_number(out, coverage.rejected);
  out += '}';
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const std::size_t valid = valid_utf8_prefix(text);
    append_escaped(out, text.substr(0, valid));
    if (valid == text.size()) break;
    out += "\xEF\xBF\xBD";
    text.remove_prefix(valid + 1);
  }
  out += '"';
}

void append_json(std::string& out, std::string_view json) {
  while (!json.empty()) {
    if (json.front() != '"') {
      if (std::string_view(" \t\n\r").find(json.front()) == std::string_view::npos) out += json.front();
      json.remove_prefix(1);
      continue;
    }
    std::size_t end = 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
    end = std::min(end + 1, json.size());
    append_written_string(out, json.substr(0, end));
    json.remove_prefix(end);
  }
}

void append_json_list(std::string& out, const std::vector<std::string>& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, items[i]);
  }
  out += ']';
}

void append_rows(std::string& out, const Listing& listing) {
  out += '[';
  for (std::size_t i = 0; i < listing.rows.size(); ++i) {
    if (i > 0) out += ',';
    append_row(out, listing.columns, listing.rows[i]);
  }
  out += ']';
}

std::string json(const Insights& insights) {
  std::string out = R"({"events":)";
  append_number(out, insights.events);
  out += ',';
  append_coverage(out, insights.coverage);
  out += R"(,"questions":[)";
  for (std::size_t i = 0; i < insights.answers.size(); ++i) {
    out += i > 0 ? ",{" : "{";
    append_answer(out, insights.answers[i]);
    out += '}';
  }
  return out += "]}\n";
}

std::string json(const Answer& answer, const Coverage& coverage) {
  std::string out = "{";
  append_answer(out, answer);
  out += ',';
  append_coverage(out, coverage);
  return out += "}\n";
}

std::string json(const Listing& listing) {
  std::string out = "{";
  append_json_string(out, listing.name);
  out += ':';
  append_rows(out, listing);
  return out += "}\n";
}

std::string ndjson(const Insights& insights) {
  std::string out;
  for (const Answer& answer : insights.answers) {
    for (const Count& count : answer.rows) {
      out += R"({"question":)";
      append_json_string(out, answer.question->name);
      out += ',';
      append_count(out, count);
      out += "}\n";
    }
  }
  return out;
}

std::string ndjson(const Answer& answer) {
  std::string out;
  for (const Count& count : answer.rows) {
    out += '{';
    append_count(out, count);
    out += "}\n";
  }
  return out;
}

std::string ndjson(const Listing& listing) {
  std::string out;
  for (const std::vector<Cell>& row : listing.rows) {
    append_row(out, listing.columns, row);
    out += '\n';
  }
  return out;
}

}  // namespace weir::rendering
