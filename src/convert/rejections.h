// The rows that could not be read, while they come from several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "convert/new_file.h"
#include "weir/batch.h"
#include "weir/result.h"

namespace weir::converting {

// Thread-safe.
class Rejections {
 public:
  static constexpr std::size_t kept_max = 10;

  // `path`: gets them as CSV, line,reason,raw, as they come; empty: nobody wants them.
  static Result<std::unique_ptr<Rejections>> open(const std::string& path, bool replace, Sources& sources);
  Status add(const std::vector<Reject>& rejects);
  [[nodiscard]] std::uint64_t rows() const;
  // Those of the lowest lines, ascending.
  [[nodiscard]] std::vector<Reject> first() const;
  // Puts the file in its place, as NewFile does.
  Status settle();
  Status publish();

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<NewFile> file_;
  std::uint64_t rows_ = 0;
  std::vector<Reject> first_;
};

}  // namespace weir::converting
