// A slow and obvious CSV reader to hold the fast one against: it looks at one character at a time, of the whole text at
// once, and shares no code with src/decode.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::reference {

struct Row {
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  friend auto operator<=>(const Row&, const Row&) = default;
};
struct Refused {
  std::uint64_t line = 0;
  std::string reason;
  std::string raw;  // whole, not shortened
  friend auto operator<=>(const Refused&, const Refused&) = default;
};
struct Table {
  std::vector<Row> rows;
  std::vector<Refused> rejects;
};

// Reads `text`, which begins on physical line `line`, as records of `columns` fields.
Table read(std::string_view text, char delimiter, std::size_t columns, std::uint64_t line);

}  // namespace weir::reference
