// The rejects of one load, until its outcome is known: in memory up to a bound, then in a nameless temporary file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "weir/batch.h"
#include "weir/result.h"

namespace weir {

class RejectSpool {
 public:
  // `directory` is made when it is first needed.
  explicit RejectSpool(std::string directory, std::size_t memory_bytes = std::size_t{8} << 20);

  // Thread-safe. Takes the rejects, leaves the vector empty. Fails when the temporary file cannot be written.
  Status add(std::vector<Reject>& rejects);
  [[nodiscard]] std::uint64_t count() const { return count_; }

  // Not beside add(). Every reject in no promised order, until `visit` fails; after a failed add() those in memory
  // only.
  Status each(const std::function<Status(const Reject&)>& visit);
  // The `limit` rejects of the lowest lines, ascending.
  Result<std::vector<Reject>> first(std::size_t limit);
  // Forgets them all, and gives back the room they took.
  void close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Status spill();
  Status open_file();
  [[nodiscard]] tl::unexpected<Error> failed(int error_number) const;

  std::string directory_;
  std::size_t memory_bytes_;
  std::mutex mutex_;
  std::vector<Reject> held_;
  std::size_t held_bytes_ = 0;
  std::uint64_t count_ = 0;
  int broken_errno_ = 0;  // why the file could not be written; it ends within a record then
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace weir
