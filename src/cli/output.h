// Where a command's data goes: standard output, or the file of -o.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::cli {

// Writes `text` whole. To a file: under another name beside it first, then renamed, so that it appears whole or not at
// all; what stood there is replaced (a device or a pipe is written to as it is). To standard output (nullopt): a reader
// that has closed the pipe had enough, which is success. Fails when it cannot be written, with the reason.
[[nodiscard]] Status write_output(const std::optional<std::string>& file, std::string_view text);

// The same, piece by piece. Not thread-safe.
class OutputStream {
 public:
  [[nodiscard]] static Result<std::unique_ptr<OutputStream>> open(const std::optional<std::string>& file);
  // Without finish() a file is as it was before.
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  // False: the reader has closed the pipe, and what follows is for nobody. Fails (kind interrupted) on an interrupt
  // while the reader keeps it waiting.
  Result<bool> write(std::string_view text);
  // Puts a file in its place. Once, after the last write.
  Status finish();

 private:
  OutputStream(int descriptor, std::string shown) : descriptor_(descriptor), shown_(std::move(shown)) {}
  static Result<std::unique_ptr<OutputStream>> replace(const std::string& path);

  int descriptor_;
  std::string shown_;       // how messages name it
  std::string target_;      // the file to replace; empty: written to in place
  std::string unfinished_;  // what is written in its stead until then
};

}  // namespace weir::cli
