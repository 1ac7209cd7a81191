#include "count/partitioned_table.h"

#include "count/hash.h"

namespace weir::counting {

std::uint64_t PartitionedTable::count(std::span<const std::string_view> keys, const HashSecrets& secrets,
                                      std::size_t first, PartitionScratch& scratch) {
  // A counting sort: ends[p] moves from the begin of partition p's run to its end.
  std::array<std::size_t, partition_count> ends{};
  scratch.places.resize(keys.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].data() == nullptr) continue;
    const std::uint32_t hash = hash_key(keys[i], secrets);
    ++ends[partition_of(hash)];
    scratch.places[size++] = {hash, static_cast<std::uint32_t>(i)};
  }
  std::size_t begin = 0;
  for (std::size_t& end : ends) {
    const std::size_t length = end;
    end = begin;
    begin += length;
  }
  scratch.sorted.resize(size);
  for (const HashedPlace place : std::span(scratch.places).first(size)) {
    scratch.sorted[ends[partition_of(place.hash)]++] = place;
  }

  for (std::size_t i = 0; i < partition_count; ++i) {
    const std::size_t p = (first + i) % partition_count;
    const std::size_t from = p == 0 ? 0 : ends[p - 1];
    if (from == ends[p]) continue;
    const std::scoped_lock guard(partitions_[p].lock);
    partitions_[p].table.count(keys, std::span(scratch.sorted).subspan(from, ends[p] - from));
  }
  return keys.size() - size;
}

void PartitionedTable::add(const KeyTable& table, const HashSecrets& secrets) {
  table.for_each([&](std::string_view key, std::uint64_t events) {
    const std::uint32_t hash = hash_key(key, secrets);
    Partition& partition = partitions_[partition_of(hash)];
    const std::scoped_lock guard(partition.lock);
    partition.table.add({hash, key}, events);
  });
}

std::size_t PartitionedTable::size() const {
  std::size_t size = 0;
  for (const Partition& partition : partitions_) size += partition.table.size();
  return size;
}

}  // namespace weir::counting
