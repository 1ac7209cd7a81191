// The keys of one question with many of them, shared by all lanes: each key is held once, however many threads count.
//
// The hash says which partition a key belongs to; each partition has its table, its arena and its lock. A lane hands
// over a batch sorted by partition, so that a lock is taken once for some fifty keys and waited for next to never.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "count/key_table.h"

namespace weir::counting {

// Room for sorting, kept from batch to batch. One a lane.
struct PartitionScratch {
  std::vector<HashedPlace> places;
  std::vector<HashedPlace> sorted;
};

class PartitionedTable {
 public:
  // Thread-safe: one event for each key that is not NULL; returns how many are. At most 2^32 - 1 keys. `first` (any
  // number, another for each lane) is the partition to begin with.
  [[nodiscard]] std::uint64_t count(std::span<const std::string_view> keys, const HashSecrets& secrets,
                                    std::size_t first, PartitionScratch& scratch);
  // Thread-safe.
  void add(const KeyTable& table, const HashSecrets& secrets);
  // Not while others count.
  [[nodiscard]] std::size_t size() const;
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Partition& partition : partitions_) partition.table.for_each(visit);
  }

 private:
  static constexpr unsigned partition_bits = 4;
  static constexpr std::size_t partition_count = std::size_t{1} << partition_bits;
  // The high bits: slots are told by the low ones.
  [[nodiscard]] static std::size_t partition_of(std::uint32_t hash) { return hash >> (32 - partition_bits); }

  struct alignas(64) Partition {
    std::mutex lock;
    KeyTable table;
  };
  std::array<Partition, partition_count> partitions_;
};

}  // namespace weir::counting
