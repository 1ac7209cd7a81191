// A file that appears under its name when it is whole, or never.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::converting {

// Not thread-safe.
class NewFile {
 public:
  // To become `target`: a file beside it, and the folders that it lies in where they are missing.
  static Result<std::unique_ptr<NewFile>> create(const std::string& target);
  // Unless it was published, nothing is left of it.
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] const std::string& target() const { return target_; }
  // A path that opens its bytes, for others to write them: they need not know its name, whatever that looks like.
  [[nodiscard]] std::string open_path() const;
  // Appends.
  Status write(std::string_view bytes);
  // How many bytes it has by now, whoever wrote them.
  [[nodiscard]] Result<std::uint64_t> size() const;
  // Synced to the disk, and renamed. What stands at the target is replaced, or where it may not be, an error.
  Status publish(bool replace);

 private:
  explicit NewFile(std::string target) : target_(std::move(target)) {}
  Status make_folders();
  [[nodiscard]] tl::unexpected<Error> failure(int error_number) const;

  std::string target_;
  std::string path_;                       // its name until then
  std::vector<std::string> made_folders_;  // outermost first
  int descriptor_ = -1;
  bool published_ = false;
};

// The error of a file that is there already.
[[nodiscard]] Error there_already(const std::string& target);
[[nodiscard]] bool is_there(const std::string& path);

}  // namespace weir::converting
