// Keys and how often each was seen: one open-addressing table, one thread at a time.
//
// A slot is 16 bytes: the key's whole hash and where its entry is. An entry lies in the table's arena: the number of
// events, the key's length, its bytes. So a key costs 12 bytes and its text, and 21 to 43 bytes of slots (load 3/8 to
// 3/4); a probe costs one cache line of slots and one of the entry, both asked for ahead of their turn, because they
// miss the cache once there are more keys than it holds. Growing moves slots only and compares no text, since the hash
// is kept.
//
// Considered and left: std::unordered_map (an allocation and two dependent misses a key); keys inside the slots
// (uneven, and growing copies text); 8-byte slots with part of the hash (growing must visit every key).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace weir::counting {

// A key on its way into a table. The view is borrowed for the call.
struct Probe {
  std::uint64_t hash = 0;
  std::string_view key;
};

// One block after another, freed together.
class Arena {
 public:
  // Bytes aligned to 8, uninitialised, that live as long as the arena.
  [[nodiscard]] char* allocate(std::size_t bytes);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
  std::size_t next_block_ = 1024;
};

class KeyTable {
 public:
  // One event for each probe.
  void count(std::span<const Probe> probes);
  void add(const Probe& probe, std::uint64_t events);
  // events[i] for probes[i].
  void add(std::span<const Probe> probes, std::span<const std::uint64_t> events);
  [[nodiscard]] std::size_t size() const { return size_; }

  // visit(Probe, events) for every key, in no order. The views live as long as the table.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.entry != nullptr) visit(Probe{slot.hash, key_of(slot.entry)}, *events_of(slot.entry));
    }
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    char* entry = nullptr;  // null: free
  };
  static constexpr std::size_t length_offset = sizeof(std::uint64_t);
  static constexpr std::size_t key_offset = length_offset + sizeof(std::uint32_t);

  [[nodiscard]] static std::uint64_t* events_of(char* entry);
  [[nodiscard]] static std::string_view key_of(const char* entry);
  [[nodiscard]] std::uint64_t* find_or_insert(const Probe& probe);
  [[nodiscard]] std::uint64_t* insert(const Probe& probe, std::size_t index);
  [[nodiscard]] char* make_entry(std::string_view key);
  void grow();
  // add_to(events of probe i, i) for each, with what they need asked for ahead of their turn.
  template <class AddTo>
  void probe_all(std::span<const Probe> probes, AddTo add_to);

  std::vector<Slot> slots_;  // a power of two of them
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  Arena arena_;
};

}  // namespace weir::counting
