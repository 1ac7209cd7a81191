#include "count/small_table.h"

#include "count/hash.h"

namespace weir::counting {
namespace {

constexpr std::size_t first_slots = 256;
constexpr std::size_t sparse_slots = 1024;

}  // namespace

// Small tables are emptier: a probe that goes past a taken slot is a mispredicted branch.
bool SmallTable::full() const {
  const std::size_t slots = slots_.size();
  return slots <= sparse_slots ? size_ * 4 >= slots : size_ * 8 >= slots * 5;
}

std::size_t SmallTable::free_slot(const PackedText& key, const HashSecrets& secrets) const {
  std::size_t index = key.hash(secrets) & mask_;
  while (slots_[index].events != 0) index = (index + 1) & mask_;
  return index;
}

void SmallTable::grow(const HashSecrets& secrets) {
  std::vector<Slot> old(slots_.empty() ? first_slots : slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.events != 0) slots_[free_slot(slot.key, secrets)] = slot;
  }
}

void SmallTable::insert(const Slot& slot, std::size_t index, const HashSecrets& secrets) {
  if (full()) {
    grow(secrets);
    index = free_slot(slot.key, secrets);
  }
  slots_[index] = slot;
  ++size_;
}

inline void SmallTable::add_packed(std::string_view key, std::uint64_t events, const HashSecrets& secrets) {
  const PackedText packed = PackedText::of(key);
  std::size_t index = packed.hash(secrets) & mask_;
  while (!(slots_[index].key == packed)) {
    if (slots_[index].events == 0) return insert({packed, events}, index, secrets);
    index = (index + 1) & mask_;
  }
  slots_[index].events += events;
}

void SmallTable::add(std::string_view key, std::uint64_t events, const HashSecrets& secrets) {
  if (key.empty() || key.size() > packed_text_max_bytes) {
    long_keys_.add({hash_key(key, secrets), key}, events);
    return;
  }
  if (slots_.empty()) grow(secrets);
  add_packed(key, events, secrets);
}

std::uint64_t SmallTable::count(std::span<const std::string_view> keys, const HashSecrets& secrets) {
  if (slots_.empty()) grow(secrets);
  std::uint64_t nulls = 0;
  for (const std::string_view key : keys) {
    if (key.size() - 1 < packed_text_max_bytes) [[likely]] {
      add_packed(key, 1, secrets);
    } else if (key.data() == nullptr) {
      ++nulls;
    } else {
      add(key, 1, secrets);
    }
  }
  return nulls;
}

}  // namespace weir::counting
