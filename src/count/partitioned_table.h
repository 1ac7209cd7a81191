// The keys of one question with many of them, shared by all lanes: each key is held once, however many threads count.
//
// The hash says which partition a key belongs to; each partition has its table, its arena and its lock. A lane hands
// over a batch sorted by partition, so that a lock is taken once for some hundred keys and waited for next to never.
//
// Where memory is limited, a partition that holds too much goes to a file as it is, and begins anew; at the end each
// partition's runs are added up in memory again, as many parts of it at a time as there is room for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "count/key_table.h"
#include "count/small_table.h"
#include "count/spill.h"

namespace weir::counting {

// Room for sorting, kept from batch to batch. One a lane.
struct PartitionScratch {
  std::vector<HashedPlace> places;
  std::vector<HashedPlace> sorted;
};

class PartitionedTable {
 public:
  // `budget` outlives the table.
  explicit PartitionedTable(MemoryBudget& budget) : budget_(budget) {}

  // Thread-safe: one event for each key that is not NULL; returns how many are. At most 2^32 - 1 keys. `first` (any
  // number, another for each lane) is the partition to begin with. What cannot be spilled is told to the budget.
  [[nodiscard]] std::uint64_t count(std::span<const std::string_view> keys, const HashSecrets& secrets,
                                    std::size_t first, PartitionScratch& scratch);
  // Thread-safe.
  void add(const SmallTable& table, const HashSecrets& secrets);
  // visit(key, events) for every key once, in no order. Not while others count. The views are borrowed for the call;
  // without a memory limit they live as long as the table. Fails when spilled keys cannot be read again.
  using Visit = std::function<void(std::string_view, std::uint64_t)>;
  [[nodiscard]] Status for_each(const HashSecrets& secrets, const Visit& visit) const;
  // One partition's table, where memory is not limited. Its keys are in no other.
  [[nodiscard]] const KeyTable& partition(std::size_t number) const { return partitions_[number].table; }

 private:
  static constexpr unsigned partition_bits = 4;

 public:
  static constexpr std::size_t partition_count = std::size_t{1} << partition_bits;

 private:
  // The high bits: slots are told by the low ones.
  [[nodiscard]] static std::size_t partition_of(std::uint32_t hash) { return hash >> (32 - partition_bits); }

  struct alignas(64) Partition {
    std::mutex lock;
    KeyTable table;
  };
  // With the partition's lock held, and `before` the bytes it had when that was taken.
  void account(std::size_t partition, std::size_t before);
  // Of a partition with runs in the file.
  [[nodiscard]] Status add_up(std::size_t partition, const HashSecrets& secrets, const Visit& visit) const;

  MemoryBudget& budget_;
  std::array<Partition, partition_count> partitions_;
  SpillFile spilled_;
};

}  // namespace weir::counting
