// A file, or an object of S3, that appears under its name when it is whole, or never.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/temp_file.h"
#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::converting {

// Not thread-safe.
class NewFile {
 public:
  // To become `target`: a file beside it, and the folders that it lies in where they are missing; or for an object a
  // file without a name in $TMPDIR. `sources` outlives it.
  static Result<std::unique_ptr<NewFile>> create(const std::string& target, Sources& sources);
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
  // Puts all bytes where the target is, so that what is left to do is little: synced to the disk, or sent. Once.
  Status settle(Progress* progress);
  // Gives them its name, in place of what has it.
  Status publish();

 private:
  NewFile(std::string target, Sources& sources) : target_(std::move(target)), sources_(sources) {}
  Status open_beside();
  Status make_folders();
  [[nodiscard]] tl::unexpected<Error> failure(int error_number) const;

  std::string target_;
  Sources& sources_;
  std::string path_;                // of a file: its name until then
  std::optional<TempFile> unsent_;  // of an object
  std::unique_ptr<Upload> upload_;
  std::vector<std::string> made_folders_;  // outermost first
  int descriptor_ = -1;
  bool published_ = false;
};

// Fails (usage) where something has that name already.
[[nodiscard]] Status check_vacant(const std::string& target, Sources& sources);

}  // namespace weir::converting
