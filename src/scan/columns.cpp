#include "scan/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace weir::scanning {
namespace {

std::vector<std::string> alternatives_of(Field field, const ColumnMap& map) {
  const std::vector<std::string>& given = map.alternatives[static_cast<std::size_t>(field)];
  return given.empty() ? std::vector<std::string>{std::string(name_of(field))} : given;
}

// -1: there is none.
Result<int> find_column(const std::vector<std::string>& columns, const std::string& name, Field field,
                        const std::string& uri) {
  const auto first = std::find(columns.begin(), columns.end(), name);
  if (first == columns.end()) return -1;
  const auto second = std::find(first + 1, columns.end(), name);
  if (second == columns.end()) return static_cast<int>(first - columns.begin());
  return fail(
      "cannot read", uri,
      fmt::format("columns {} and {} are both named \"{}\": which of them is the {}?", first - columns.begin() + 1,
                  second - columns.begin() + 1, name, name_of(field)),
      fmt::format("rename one of them in the header line, or name another column: --map {}=COLUMN", name_of(field)));
}

// "id, ts, email"; of very many the first ones.
std::string listed(const std::vector<std::string>& columns) {
  constexpr std::size_t shown_max = 40;
  constexpr std::size_t name_max_bytes = 60;
  std::string text;
  for (std::size_t i = 0; i < std::min(columns.size(), shown_max); ++i) {
    std::string_view name = columns[i];
    std::size_t cut = std::min(name.size(), name_max_bytes);
    while (cut < name.size() && (static_cast<unsigned char>(name[cut]) & 0xC0U) == 0x80)
      --cut;  // not inside a character
    text += fmt::format("{}{}{}", i == 0 ? "" : ", ", name.empty() ? "(unnamed)" : name.substr(0, cut),
                        cut < name.size() ? "…" : "");
  }
  if (columns.size() > shown_max) text += fmt::format(" and {} more", columns.size() - shown_max);
  return text;
}

// The column that most likely holds the time of an event, by its name.
std::optional<std::string> likely_timestamp(const std::vector<std::string>& columns) {
  constexpr std::array<std::string_view, 6> words{"timestamp", "datetime", "time", "date", "day", "_at"};
  std::vector<std::string> lower(columns);
  for (std::string& name : lower) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  }
  for (const std::string_view word : words) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (lower[i].find(word) != std::string::npos) return columns[i];
    }
  }
  const auto ts = std::find(lower.begin(), lower.end(), "ts");
  if (ts == lower.end()) return std::nullopt;
  return columns[static_cast<std::size_t>(ts - lower.begin())];
}

// As a shell takes it.
std::string map_flag(Field field, const std::string& column) {
  const std::string value = fmt::format("{}={}", name_of(field), column);
  const bool plain = std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '=' || c == '_' || c == '-' || c == '.' || c >= 0x80;
  });
  if (plain) return "--map " + value;
  std::string quoted;
  for (const char c : value) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return fmt::format("--map '{}'", quoted);
}

}  // namespace

Result<ColumnBinding> bind_columns(const std::vector<std::string>& columns, const ColumnMap& map,
                                   const std::string& uri) {
  ColumnBinding binding;
  for (std::size_t i = 0; i < stored_field_count; ++i) {
    const auto field = static_cast<Field>(i);
    for (const std::string& name : alternatives_of(field, map)) {
      WEIR_TRY_ASSIGN(binding.index[i], find_column(columns, name, field, uri));
      if (binding.carries(field)) break;
    }
  }
  return binding;
}

Error no_field_error(const std::vector<std::string>& columns, const std::string& uri) {
  return {ErrorKind::failed, "cannot read", uri,
          fmt::format("none of its columns is a field of an event; it has: {}", listed(columns)),
          "name them, e.g. --map email=COLUMN --map country=COLUMN, or check --delimiter; if the first line is an "
          "event already, add "
          "--no-header --columns id,timestamp,email,country,ip,uri,action,tags"};
}

Error no_timestamp_error(const std::vector<std::string>& columns, const ColumnMap& map, const std::string& uri) {
  const std::vector<std::string> names = alternatives_of(Field::timestamp, map);
  const std::string column = likely_timestamp(columns).value_or("COLUMN");
  return {ErrorKind::failed, "cannot load", uri,
          fmt::format("no column is named \"{}\", so its events have no time; it has: {}", fmt::join(names, "\" or \""),
                      listed(columns)),
          fmt::format("say which column holds the time: {}", map_flag(Field::timestamp, column))};
}

std::vector<std::string> unused_columns(const std::vector<std::string>& columns, const ColumnBinding& binding) {
  std::vector<std::string> unused;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::find(binding.index.begin(), binding.index.end(), static_cast<int>(i)) != binding.index.end()) continue;
    std::string name = columns[i].empty() ? fmt::format("column {} (unnamed)", i + 1) : columns[i];
    if (seen.insert(name).second) unused.push_back(std::move(name));
  }
  return unused;
}

std::vector<Field> absent_fields(const ColumnBinding& binding) {
  std::vector<Field> absent;
  for (std::size_t i = 0; i < stored_field_count; ++i) {
    if (!binding.carries(static_cast<Field>(i))) absent.push_back(static_cast<Field>(i));
  }
  return absent;
}

}  // namespace weir::scanning
