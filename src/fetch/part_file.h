// The file of a download that is not whole yet.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "weir/result.h"

namespace weir::fetching {

// Locked while it is open, so that two downloads never write one file. Not thread-safe.
class PartFile {
 public:
  // Opens `path`, or creates it. Errors name `target`, what it is to become.
  static Result<PartFile> open(const std::string& path, const std::string& target);
  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  PartFile(const PartFile&) = delete;
  ~PartFile();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  Status start_over();
  // Appends.
  Status write(std::span<const char> bytes);
  // Some of the bytes from `offset` on; 0 behind the last one.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> buffer) const;
  // Synced to the disk and renamed to the target.
  Status publish();
  // Away with it.
  void remove();

 private:
  PartFile(int fd, std::string path, std::string target)
      : fd_(fd), path_(std::move(path)), target_(std::move(target)) {}
  [[nodiscard]] tl::unexpected<Error> failure() const;

  int fd_;
  std::string path_;
  std::string target_;
  std::uint64_t size_ = 0;
};

// Removes the files named `prefix` and 16 hexadecimal digits, but for `kept` and those that are locked: what downloads
// to one place have left of other versions. What cannot be removed stays.
void remove_other_parts(const std::string& prefix, const std::string& kept);

}  // namespace weir::fetching
