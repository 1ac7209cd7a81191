// Keys and how often each was seen, where they are few: one thread's table of one question, which stays in the core's
// nearest caches. One thread at a time.
//
// A slot holds the key itself, packed (base/short_text.h), and its number of events: 48 bytes, found and compared with
// no pointer followed, and no branch that depends on the key's length. Keys of more than packed_text_max_bytes are in a
// KeyTable beside it. Growing moves all slots, so a table of many keys is better off as a KeyTable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "count/key_table.h"

namespace weir::counting {

class SmallTable {
 public:
  // One event for each key that is not NULL; returns how many are.
  [[nodiscard]] std::uint64_t count(std::span<const std::string_view> keys, const HashSecrets& secrets);
  // The key is not NULL.
  void add(std::string_view key, std::uint64_t events, const HashSecrets& secrets);
  [[nodiscard]] std::size_t size() const { return size_ + long_keys_.size(); }
  // What it takes.
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot) + long_keys_.bytes(); }

  // visit(key, events) for every key, in no order. The views live as long as the table is not changed.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.events != 0) visit(slot.key.text(), slot.events);
    }
    long_keys_.for_each(visit);
  }

 private:
  struct Slot {
    PackedText key;
    std::uint64_t events = 0;  // 0: free
  };

  // The slot of a key that is neither NULL nor long, its events counted up.
  void add_packed(std::string_view key, std::uint64_t events, const HashSecrets& secrets);
  void insert(const Slot& slot, std::size_t index, const HashSecrets& secrets);
  [[nodiscard]] bool full() const;
  [[nodiscard]] std::size_t free_slot(const PackedText& key, const HashSecrets& secrets) const;
  void grow(const HashSecrets& secrets);

  std::vector<Slot> slots_;  // a power of two of them
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  KeyTable long_keys_;
};

}  // namespace weir::counting
