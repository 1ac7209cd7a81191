// Where keys go that memory has no room for: a file without a name, which ends with the process however that ends.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::counting {

class EntryArena;

// What the tables of one Counter may hold together, and the first failure to keep within it. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}  // 0: none
  void changed(std::size_t from_bytes, std::size_t to_bytes) {
    if (limit_bytes_ != 0) used_bytes_.fetch_add(to_bytes - from_bytes, std::memory_order_relaxed);
  }
  // Whether a table of `table_bytes`, one of `tables`, is to make room: it holds a good part of what is too much.
  [[nodiscard]] bool asks_for_room(std::size_t table_bytes, std::size_t tables) const;
  [[nodiscard]] std::uint64_t limit_bytes() const { return limit_bytes_; }
  void fail(Error error);
  [[nodiscard]] Status status() const;

 private:
  const std::uint64_t limit_bytes_;
  std::atomic<std::uint64_t> used_bytes_{0};
  mutable std::mutex lock_;
  std::optional<Error> failure_;
};

// Entries of partitions, written in runs and read again partition by partition.
class SpillFile {
 public:
  SpillFile() = default;
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // Adds the entries as a run of the partition. Thread-safe. Fails when the file cannot be made or the disk is full.
  Status add(std::size_t partition, const EntryArena& entries);
  // Of all its runs. Not while others add.
  [[nodiscard]] std::uint64_t bytes(std::size_t partition) const;
  // visit(key, events) for each entry of the partition's runs; a key may come once a run. The views are borrowed for
  // the call. Not while others add. Fails when the file cannot be read.
  using Visit = std::function<void(std::string_view, std::uint64_t)>;
  [[nodiscard]] Status read(std::size_t partition, const Visit& visit) const;

 private:
  struct Run {
    std::size_t partition;
    std::uint64_t offset;
    std::uint64_t bytes;
  };
  Status open();
  Status read_run(const Run& run, const Visit& visit) const;
  Status write(std::uint64_t offset, std::span<const char> bytes);

  mutable std::mutex lock_;
  int file_ = -1;
  std::uint64_t end_ = 0;
  std::vector<Run> runs_;
};

}  // namespace weir::counting
