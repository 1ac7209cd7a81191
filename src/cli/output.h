// Where a command's data goes: standard output, or the file of -o.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::cli {

// Writes `text` whole. To a file: under another name beside it first, then renamed, so that it appears whole or not at
// all; what stood there is replaced (a device or a pipe is written to as it is). To standard output (nullopt): a reader
// that has closed the pipe had enough, which is success. Fails when it cannot be written, with the reason.
[[nodiscard]] Status write_output(const std::optional<std::string>& file, std::string_view text);

}  // namespace weir::cli
