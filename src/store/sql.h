// What the adapters of SQL databases share: values of parameters, and templates of statements. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "weir/event.h"

namespace weir::sql {

// Parameters of a statement. A Time is Unix microseconds.
struct Day {
  DayNumber days;
};
struct Time {
  std::int64_t us;
};
struct Bytes {
  std::string bytes;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Day, Time, Bytes, std::vector<std::string>>;
// NULL where there is nothing.
[[nodiscard]] Value text_or_null(const std::string& text);
[[nodiscard]] Value day_or_null(DayNumber day);

// Replaces each {name} of a template by its text. Only for texts of our own: values are parameters.
[[nodiscard]] std::string fill_template(std::string_view text,
                                        std::initializer_list<std::pair<std::string_view, std::string_view>> names);

// Appends `text` as a JSON string; what a terminal might obey is for whoever prints it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace weir::sql
