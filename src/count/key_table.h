// Keys and how often each was seen: one open-addressing table, one thread at a time.
//
// A slot is 8 bytes: the key's hash and where its entry is. An entry lies in the table's arena: the number of events,
// the key's length, its bytes. So a key costs 12 bytes and its text, rounded up to 8, and 13 to 26 bytes of slots (load
// 5/16 to 5/8; small tables are emptier, because a probe that goes past a taken slot is a mispredicted branch). A probe
// costs one cache line of slots and one or two of the entry. Large tables are asked for both ahead of their turn,
// because they miss the cache. Growing moves slots only and compares no text, since the hash is kept.
//
// Keys of up to short_text_max_bytes are hashed and compared in registers (base/short_text.h).
//
// Considered and left: std::unordered_map (an allocation and two dependent misses a key); keys inside the slots of one
// cache line (2.5 times slower with 324,000 users: twice the memory, and growing copies it); huge pages (what clearing
// them costs is more than what they save).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/short_text.h"

namespace weir::counting {

// A key on its way into a table. The view is borrowed for the call; it is never NULL.
struct Probe {
  std::uint32_t hash = 0;
  std::string_view key;
};

// The hash of one of several keys, and which it is.
struct HashedPlace {
  std::uint32_t hash = 0;
  std::uint32_t index = 0;
};

// Entries, one after another, freed together. An entry is told by a 32-bit number, its place.
class EntryArena {
 public:
  using Place = std::uint32_t;  // never 0
  // A new entry with no events. Throws std::bad_alloc past some 32 GiB.
  [[nodiscard]] Place add(std::string_view key);

  [[nodiscard]] char* at(Place place) const { return blocks_[place >> unit_bits] + (place & unit_mask) * unit_bytes; }
  [[nodiscard]] static std::uint64_t& events(char* entry) { return *reinterpret_cast<std::uint64_t*>(entry); }
  [[nodiscard]] static std::string_view key(const char* entry);
  // visit(key, events) for every entry, in the order they were added.
  template <class Visit>
  void for_each(Visit visit) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // visit(bytes of whole entries), all of them in some order: what can be written and visited again.
  template <class Visit>
  void for_each_block(Visit visit) const {
    for (const Used& block : used_) visit(std::span<const char>(block.memory.get(), block.bytes));
  }
  // visit(key, events) for the entries that are whole in what for_each_block() gave; returns how many bytes they are.
  template <class Visit>
  static std::size_t visit_whole(std::span<const char> bytes, Visit visit);

 private:
  static constexpr unsigned unit_bits = 15;
  static constexpr std::size_t unit_bytes = 8;
  static constexpr std::size_t unit_mask = (std::size_t{1} << unit_bits) - 1;
  static constexpr std::size_t block_max_bytes = unit_bytes << unit_bits;  // but for one that holds a single key
  static constexpr std::size_t length_offset = sizeof(std::uint64_t);
  static constexpr std::size_t key_offset = length_offset + sizeof(std::uint32_t);
  [[nodiscard]] static std::size_t size_of_entry(std::size_t key_bytes) {
    return (key_offset + key_bytes + unit_bytes - 1) & ~(unit_bytes - 1);
  }
  void add_block(std::size_t bytes_wanted);

  struct Used {
    std::unique_ptr<char[]> memory;
    std::size_t bytes = 0;
  };
  // The first is none, so that no place is 0.
  std::vector<char*> blocks_{nullptr};  // of used_: what at() needs, close together
  std::vector<Used> used_{1};
  std::size_t left_ = 0;  // in the last block
  std::size_t bytes_ = 0;
};

class KeyTable {
 public:
  // One event for each keys[place.index], none of which is NULL. For tables that do not fit into a cache.
  void count(std::span<const std::string_view> keys, std::span<const HashedPlace> places);
  void add(const Probe& probe, std::uint64_t events);
  // events[i] for probes[i].
  void add(std::span<const Probe> probes, std::span<const std::uint64_t> events);
  [[nodiscard]] std::size_t size() const { return size_; }
  // What it takes.
  [[nodiscard]] std::size_t bytes() const { return entries_.bytes() + slots_.size() * sizeof(Slot); }
  [[nodiscard]] const EntryArena& entries() const { return entries_; }

  // visit(key, events) for every key, in the order they came. The views live as long as the table.
  template <class Visit>
  void for_each(Visit visit) const {
    entries_.for_each(visit);
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    EntryArena::Place entry = 0;  // 0: free
  };

  // The first slot that is free or has the hash, which most likely is the key's.
  [[nodiscard]] std::size_t locate(std::uint32_t hash) const;
  // `index`: where to begin: the hash's own slot, or what locate() said while the table has not grown since.
  template <class Same>
  [[nodiscard]] std::uint64_t& find_or_insert(const Probe& probe, std::size_t index, Same same);
  [[nodiscard]] std::uint64_t& find_or_insert(const Probe& probe, std::size_t index);
  [[nodiscard]] std::uint64_t& insert(const Probe& probe, std::size_t index);
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::size_t free_slot(std::uint32_t hash) const;
  void grow();
  // count_one(i, index) for i below `size`, whose hash is hash_of(i) and whose slot is index or one behind it, with
  // what they need asked for ahead of their turn.
  template <class HashOf, class CountOne>
  void ahead(std::size_t size, HashOf hash_of, CountOne count_one);

  std::vector<Slot> slots_;  // a power of two of them
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  EntryArena entries_;
};

template <class Visit>
void EntryArena::for_each(Visit visit) const {
  for_each_block([&](std::span<const char> block) { visit_whole(block, visit); });
}

template <class Visit>
std::size_t EntryArena::visit_whole(std::span<const char> bytes, Visit visit) {
  std::size_t done = 0;
  while (bytes.size() - done >= key_offset) {
    const char* const entry = bytes.data() + done;
    const std::string_view text = key(entry);
    const std::size_t size = size_of_entry(text.size());
    if (bytes.size() - done < size) break;
    std::uint64_t seen = 0;
    std::memcpy(&seen, entry, sizeof seen);
    visit(text, seen);
    done += size;
  }
  return done;
}

}  // namespace weir::counting
