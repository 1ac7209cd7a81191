#include "store/sql.h"

#include <fmt/format.h>

#include <iterator>

namespace weir::sql {

Value text_or_null(const std::string& text) {
  return text.empty() ? Value{} : Value{text};
}

Value day_or_null(DayNumber day) {
  return day == no_day ? Value{} : Value{Day{day}};
}

std::string fill_template(std::string_view text,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  std::string filled(text);
  for (const auto& [name, replacement] : names) {
    const std::string placeholder = fmt::format("{{{}}}", name);
    for (std::size_t at = filled.find(placeholder); at != std::string::npos;
         at = filled.find(placeholder, at + replacement.size())) {
      filled.replace(at, placeholder.size(), replacement);
    }
  }
  return filled;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (static_cast<unsigned char>(byte) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += byte;
    }
  }
  out += '"';
}

}  // namespace weir::sql
