// The beginning of a CSV dump: byte order mark, delimiter, column names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decode/decode.h"

namespace weir::csv {

struct Opening {
  std::vector<std::string> columns;  // trimmed, in the file's order
  char delimiter = ',';
  std::string rest;             // bytes read from the stream that follow the header
  bool at_end = false;          // `rest` is all there is: the stream has said that it ended
  std::uint64_t next_line = 1;  // physical line of the first byte of `rest`
};

// Reads as far as needed. Blank lines before the header are passed over. See CsvDump::open for the failures.
[[nodiscard]] Result<Opening> read_header(ByteStream& stream, const CsvOptions& options);

}  // namespace weir::csv
