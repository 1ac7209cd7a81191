#include "count/partitioned_table.h"

namespace weir::counting {

void PartitionedTable::count(std::span<const Probe> probes, std::size_t first, PartitionScratch& scratch) {
  // A counting sort: ends[p] moves from the begin of partition p's run to its end.
  std::array<std::size_t, partition_count> ends{};
  for (const Probe& probe : probes) ++ends[partition_of(probe.hash)];
  std::size_t begin = 0;
  for (std::size_t& end : ends) {
    const std::size_t size = end;
    end = begin;
    begin += size;
  }
  scratch.sorted.resize(probes.size());
  for (const Probe& probe : probes) scratch.sorted[ends[partition_of(probe.hash)]++] = probe;

  for (std::size_t i = 0; i < partition_count; ++i) {
    const std::size_t p = (first + i) % partition_count;
    const std::size_t from = p == 0 ? 0 : ends[p - 1];
    if (from == ends[p]) continue;
    const std::scoped_lock guard(partitions_[p].lock);
    partitions_[p].table.count(std::span(scratch.sorted).subspan(from, ends[p] - from));
  }
}

void PartitionedTable::add(const KeyTable& table) {
  table.for_each([&](const Probe& probe, std::uint64_t events) {
    Partition& partition = partitions_[partition_of(probe.hash)];
    const std::scoped_lock guard(partition.lock);
    partition.table.add(probe, events);
  });
}

std::size_t PartitionedTable::size() const {
  std::size_t size = 0;
  for (const Partition& partition : partitions_) size += partition.table.size();
  return size;
}

}  // namespace weir::counting
