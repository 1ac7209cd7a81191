// Where sample dumps go: a file or standard output, plain or compressed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::sample {

enum class Compression { none, gzip, zstd };

// ".csv", ".csv.gz" or ".csv.zst".
[[nodiscard]] std::string_view csv_extension(Compression compression);

// Written to "<path>.part" and moved to its path by finish(), so that a broken run leaves no half dump under its name;
// an OutputFile that is destroyed unfinished removes its part. "-" is standard output. Not thread-safe.
class OutputFile {
 public:
  virtual ~OutputFile() = default;
  virtual Status write(std::string_view text) = 0;
  // Flushes and closes. Call once, as the last.
  virtual Status finish() = 0;
};

// Creates the folders of `path`. Errors name the file and the system's reason.
[[nodiscard]] Result<std::unique_ptr<OutputFile>> open_output(const std::string& path, Compression compression);

}  // namespace weir::sample
