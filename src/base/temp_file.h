// A file without a name, for bytes that are needed once more.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "weir/result.h"

namespace weir {

// Lies in $TMPDIR (/tmp when unset) until it is destroyed. Reading is thread-safe, writing is for one thread. Errors
// name the folder.
class TempFile {
 public:
  // `what`: what cannot be done when it fails, up to the folder's name: "cannot keep a copy of the dump in".
  static Result<TempFile> create(std::string what);
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  TempFile(const TempFile&) = delete;
  ~TempFile();

  // Appends.
  Status write(std::span<const char> bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Some of the bytes from `offset` on; 0 behind the last one.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> buffer) const;
  // Opens it again, while it is there.
  [[nodiscard]] std::string path() const;

  // The folder that such files lie in.
  [[nodiscard]] static std::string folder();

 private:
  TempFile(int fd, std::string what) : fd_(fd), what_(std::move(what)) {}
  [[nodiscard]] tl::unexpected<Error> failure() const;

  int fd_;
  std::string what_;
  std::uint64_t size_ = 0;
};

}  // namespace weir
