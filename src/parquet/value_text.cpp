#include "parquet/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <limits>

namespace weir::parquet {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;
constexpr int digits_max = 6;

void append_padded(int value, int width, std::string& out) {
  std::array<char, 8> digits{};
  for (int i = width - 1; i >= 0; --i) {
    digits.at(static_cast<std::size_t>(i)) = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

void append_fraction(int us, std::string& out) {
  if (us == 0) return;
  int digits = digits_max;
  for (; us % 10 == 0; us /= 10) --digits;
  out += '.';
  append_padded(us, digits, out);
}

bool needs_quotes(std::string_view text, std::string_view marks) {
  return text.find_first_of(marks) != std::string_view::npos;
}

void append_element(std::string_view text, std::string& out) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  out += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  out += quote;
}

}  // namespace

void append_day(DayNumber day, std::string& out) {
  // DuckDB's infinite days are the greatest numbers.
  if (day == std::numeric_limits<DayNumber>::max() || day == -std::numeric_limits<DayNumber>::max()) {
    out += day < 0 ? "-infinity" : "infinity";
    return;
  }
  // std::chrono's years end at 32767.
  constexpr DayNumber days_of_400_years = 146'097;
  const DayNumber cycles = (day >= 0 ? day : day - days_of_400_years + 1) / days_of_400_years;
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day - cycles * days_of_400_years}}};
  const int year = static_cast<int>(date.year()) + cycles * 400;
  if (year < 0) out += '-';
  const int shown = year < 0 ? -year : year;
  if (shown > 9999) {
    out += std::to_string(shown);
  } else {
    append_padded(shown, 4, out);
  }
  out += '-';
  append_padded(static_cast<int>(static_cast<unsigned>(date.month())), 2, out);
  out += '-';
  append_padded(static_cast<int>(static_cast<unsigned>(date.day())), 2, out);
}

void append_time(std::int64_t time_us, bool utc, std::string& out) {
  constexpr std::int64_t infinite = std::numeric_limits<std::int64_t>::max();
  if (time_us == infinite || time_us == -infinite) {
    out += time_us < 0 ? "-infinity" : "infinity";
    return;
  }
  const std::int64_t day = time_us / day_us - (time_us % day_us < 0 ? 1 : 0);
  const std::int64_t of_day = time_us - day * day_us;
  append_day(static_cast<DayNumber>(day), out);
  const auto seconds = static_cast<int>(of_day / second_us);
  out += utc ? 'T' : ' ';
  append_padded(seconds / 3600, 2, out);
  out += ':';
  append_padded(seconds / 60 % 60, 2, out);
  out += ':';
  append_padded(seconds % 60, 2, out);
  append_fraction(static_cast<int>(of_day % second_us), out);
  if (utc) out += 'Z';
}

void append_list(std::span<const std::string_view> elements, std::string& out) {
  out += '[';
  bool first = true;
  for (const std::string_view element : elements) {
    if (!first) out += ", ";
    first = false;
    if (element.data() == nullptr) {
      out += "None";
    } else {
      append_element(element, out);
    }
  }
  out += ']';
}

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += c;
    out += c;
  }
  out += '"';
}

void append_csv_field(std::string_view text, std::string& out) {
  if (needs_quotes(text, ",\"\r\n")) {
    append_quoted(text, out);
  } else {
    out += text;
  }
}

}  // namespace weir::parquet
