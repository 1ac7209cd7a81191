#include "count/key_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "count/hash.h"

namespace weir::counting {
namespace {

constexpr std::size_t first_slots = 256;
constexpr std::size_t small_slots = 4096;
constexpr std::size_t first_block_bytes = 1024;

// How many probes ahead slots and entries are asked for: far enough to hide a miss, near enough to stay in the cache.
constexpr std::size_t slot_ahead = 48;
constexpr std::size_t entry_ahead = 24;
constexpr std::size_t located_ring = 32;
// Most entries end within so many bytes: where they lie in two cache lines, the second is asked for too.
constexpr std::size_t usual_entry_bytes = 40;
static_assert(located_ring > entry_ahead && slot_ahead > entry_ahead);

}  // namespace

std::string_view EntryArena::key(const char* entry) {
  std::uint32_t length = 0;
  std::memcpy(&length, entry + length_offset, sizeof length);
  return {entry + key_offset, length};
}

void EntryArena::add_block(std::size_t bytes_wanted) {
  // Grows with what is held, so that little is left over in small tables and few blocks are made in big ones.
  const std::size_t size = std::max(bytes_wanted, std::clamp(bytes_ / 2, first_block_bytes, block_max_bytes));
  if (blocks_.size() == std::size_t{1} << (32 - unit_bits)) throw std::bad_alloc();
  auto memory = std::make_unique_for_overwrite<char[]>(size + short_text_max_bytes);  // see ShortText::of_padded()
  blocks_.push_back(memory.get());
  used_.push_back({std::move(memory), 0});
  left_ = size;
  bytes_ += size;
}

EntryArena::Place EntryArena::add(std::string_view key) {
  const std::size_t size = size_of_entry(key.size());
  if (size > left_) add_block(size);
  Used& block = used_.back();
  char* const entry = block.memory.get() + block.bytes;
  const auto place = static_cast<Place>((blocks_.size() - 1) << unit_bits | block.bytes / unit_bytes);
  new (entry) std::uint64_t{0};
  const auto length = static_cast<std::uint32_t>(key.size());
  std::memcpy(entry + length_offset, &length, sizeof length);
  if (!key.empty()) std::memcpy(entry + key_offset, key.data(), key.size());
  block.bytes += size;
  left_ -= size;
  return place;
}

bool KeyTable::full() const {
  const std::size_t slots = slots_.size();
  return slots <= small_slots ? size_ * 4 >= slots : size_ * 8 >= slots * 5;
}

std::size_t KeyTable::free_slot(std::uint32_t hash) const {
  std::size_t index = hash & mask_;
  while (slots_[index].entry != 0) index = (index + 1) & mask_;
  return index;
}

void KeyTable::grow() {
  std::vector<Slot> old(slots_.empty() ? first_slots : slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry != 0) slots_[free_slot(slot.hash)] = slot;
  }
}

std::uint64_t& KeyTable::insert(const Probe& probe, std::size_t index) {
  if (full()) {
    grow();
    index = free_slot(probe.hash);
  }
  const EntryArena::Place entry = entries_.add(probe.key);
  slots_[index] = {probe.hash, entry};
  ++size_;
  return EntryArena::events(entries_.at(entry));
}

inline std::size_t KeyTable::locate(std::uint32_t hash) const {
  std::size_t index = hash & mask_;
  while (slots_[index].entry != 0 && slots_[index].hash != hash) index = (index + 1) & mask_;
  return index;
}

template <class Same>
inline std::uint64_t& KeyTable::find_or_insert(const Probe& probe, std::size_t index, Same same) {
  while (slots_[index].entry != 0) {
    const Slot slot = slots_[index];
    if (slot.hash == probe.hash) {
      char* const entry = entries_.at(slot.entry);
      if (same(EntryArena::key(entry))) return EntryArena::events(entry);
    }
    index = (index + 1) & mask_;
  }
  return insert(probe, index);
}

inline std::uint64_t& KeyTable::find_or_insert(const Probe& probe, std::size_t index) {
  const std::string_view key = probe.key;
  if (key.size() <= short_text_max_bytes) [[likely]] {
    const ShortText text = ShortText::of(key);
    return find_or_insert(probe, index, [&](std::string_view held) {
      return held.size() == key.size() && ShortText::of_padded(held.data(), key.size()) == text;
    });
  }
  return find_or_insert(probe, index, [key](std::string_view held) { return held == key; });
}

void KeyTable::add(const Probe& probe, std::uint64_t events) {
  if (slots_.empty()) grow();
  find_or_insert(probe, probe.hash & mask_) += events;
}

template <class HashOf, class CountOne>
void KeyTable::ahead(std::size_t size, HashOf hash_of, CountOne count_one) {
  if (slots_.empty()) grow();
  const auto ask_for_slot = [&](std::size_t i) { __builtin_prefetch(&slots_[hash_of(i) & mask_]); };
  std::array<std::size_t, located_ring> located{};
  const auto ask_for_entry = [&](std::size_t i) {
    const std::size_t index = locate(hash_of(i));
    located[i % located_ring] = index;
    const char* const entry = entries_.at(slots_[index].entry);  // of a free slot: nullptr, which may be asked for
    __builtin_prefetch(entry, 1);
    __builtin_prefetch(entry + usual_entry_bytes);
  };
  const auto ask_for_entries = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, size); ++i) ask_for_entry(i);
  };
  for (std::size_t i = 0; i < std::min(slot_ahead, size); ++i) ask_for_slot(i);
  ask_for_entries(0, entry_ahead);
  for (std::size_t i = 0; i < size; ++i) {
    if (i + slot_ahead < size) ask_for_slot(i + slot_ahead);
    if (i + entry_ahead < size) ask_for_entry(i + entry_ahead);
    const std::size_t mask = mask_;
    count_one(i, located[i % located_ring]);
    if (mask_ != mask) ask_for_entries(i + 1, i + 1 + entry_ahead);  // it grew, and all are somewhere else
  }
}

void KeyTable::count(std::span<const std::string_view> keys, std::span<const HashedPlace> places) {
  ahead(
      places.size(), [places](std::size_t i) { return places[i].hash; },
      [&](std::size_t i, std::size_t index) {
        ++find_or_insert({places[i].hash, keys[places[i].index]}, index);
      });
}

void KeyTable::add(std::span<const Probe> probes, std::span<const std::uint64_t> events) {
  ahead(
      probes.size(), [probes](std::size_t i) { return probes[i].hash; },
      [&](std::size_t i, std::size_t index) { find_or_insert(probes[i], index) += events[i]; });
}

}  // namespace weir::counting
