#include "count/partitioned_table.h"

#include <algorithm>

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
    Partition& partition = partitions_[p];
    const std::scoped_lock guard(partition.lock);
    const std::size_t before = partition.table.bytes();
    partition.table.count(keys, std::span(scratch.sorted).subspan(from, ends[p] - from));
    account(p, before);
  }
  return keys.size() - size;
}

void PartitionedTable::add(const SmallTable& table, const HashSecrets& secrets) {
  table.for_each([&](std::string_view key, std::uint64_t events) {
    const std::uint32_t hash = hash_key(key, secrets);
    Partition& partition = partitions_[partition_of(hash)];
    const std::scoped_lock guard(partition.lock);
    const std::size_t before = partition.table.bytes();
    partition.table.add({hash, key}, events);
    account(partition_of(hash), before);
  });
}

void PartitionedTable::account(std::size_t partition, std::size_t before) {
  KeyTable& table = partitions_[partition].table;
  const std::size_t now = table.bytes();
  if (now != before) budget_.changed(before, now);
  if (!budget_.asks_for_room(now, partition_count)) return;
  const Status spilled = spilled_.add(partition, table.entries());
  if (!spilled) return budget_.fail(spilled.error());  // what is in memory stays there
  table = KeyTable();
  budget_.changed(now, table.bytes());
}

Status PartitionedTable::for_each(const HashSecrets& secrets, const Visit& visit) const {
  for (std::size_t p = 0; p < partition_count; ++p) {
    if (spilled_.bytes(p) == 0) {
      partitions_[p].table.for_each(visit);
    } else {
      WEIR_TRY(add_up(p, secrets, visit));
    }
  }
  return {};
}

Status PartitionedTable::add_up(std::size_t partition, const HashSecrets& secrets, const Visit& visit) const {
  // Slots may take as much again as entries, and no key comes less than once.
  const std::uint64_t bytes = 2 * (spilled_.bytes(partition) + partitions_[partition].table.bytes());
  const std::uint64_t room = budget_.limit_bytes() / 5;  // beside what tables still hold
  const std::uint64_t parts = std::min<std::uint64_t>(bytes / std::max<std::uint64_t>(room, 1) + 1, UINT16_MAX);
  for (std::uint64_t part = 0; part < parts; ++part) {
    KeyTable sums;
    const Visit add = [&](std::string_view key, std::uint64_t events) {
      const std::uint32_t hash = hash_key(key, secrets);
      // Told by other bits than partitions and slots are, so that these keys spread over all slots.
      const std::uint32_t mixed = hash * 0x9E3779B1U >> 16U;
      if (mixed % parts == part) sums.add({hash, key}, events);
    };
    WEIR_TRY(spilled_.read(partition, add));
    partitions_[partition].table.for_each(add);
    sums.for_each(visit);
  }
  return {};
}

}  // namespace weir::counting
