#include "count/key_table.h"

#include <algorithm>
#include <cstring>

namespace weir::counting {
namespace {

constexpr std::size_t first_slots = 64;
constexpr std::size_t largest_block_bytes = std::size_t{256} * 1024;

// How many probes ahead slots and entries are asked for: far enough to hide a miss, near enough to stay in the cache.
constexpr std::size_t slot_ahead = 16;
constexpr std::size_t entry_ahead = 8;

template <class Word>
bool same_word(const char* a, const char* b) {
  Word x;
  Word y;
  std::memcpy(&x, a, sizeof x);
  std::memcpy(&y, b, sizeof y);
  return x == y;
}

// memcmp for short texts: words that may overlap, no call.
bool same_text(const char* a, const char* b, std::size_t size) {
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (!same_word<std::uint64_t>(a + i, b + i)) return false;
    }
    return same_word<std::uint64_t>(a + size - 8, b + size - 8);
  }
  if (size >= 4) return same_word<std::uint32_t>(a, b) && same_word<std::uint32_t>(a + size - 4, b + size - 4);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace

char* Arena::allocate(std::size_t bytes) {
  bytes = (bytes + 7) & ~std::size_t{7};
  if (bytes > left_) {
    const std::size_t block = std::max(bytes, next_block_);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    free_ = blocks_.back().get();
    left_ = block;
    // Grows with what is held, so that little is left over in small tables and few blocks are made in big ones.
    next_block_ = std::min(largest_block_bytes, next_block_ + next_block_ / 2);
  }
  char* out = free_;
  free_ += bytes;
  left_ -= bytes;
  return out;
}

std::uint64_t* KeyTable::events_of(char* entry) {
  return reinterpret_cast<std::uint64_t*>(entry);
}

std::string_view KeyTable::key_of(const char* entry) {
  std::uint32_t length = 0;
  std::memcpy(&length, entry + length_offset, sizeof length);
  return {entry + key_offset, length};
}

char* KeyTable::make_entry(std::string_view key) {
  char* entry = arena_.allocate(key_offset + key.size());
  const auto length = static_cast<std::uint32_t>(key.size());
  new (entry) std::uint64_t{0};
  std::memcpy(entry + length_offset, &length, sizeof length);
  std::memcpy(entry + key_offset, key.data(), key.size());
  return entry;
}

void KeyTable::grow() {
  std::vector<Slot> old(slots_.empty() ? first_slots : slots_.size() * 2);
  old.swap(slots_);
  mask_ = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry == nullptr) continue;
    std::size_t index = slot.hash & mask_;
    while (slots_[index].entry != nullptr) index = (index + 1) & mask_;
    slots_[index] = slot;
  }
}

std::uint64_t* KeyTable::insert(const Probe& probe, std::size_t index) {
  if ((size_ + 1) * 4 > slots_.size() * 3) {
    grow();
    index = probe.hash & mask_;
    while (slots_[index].entry != nullptr) index = (index + 1) & mask_;
  }
  char* entry = make_entry(probe.key);
  slots_[index] = {probe.hash, entry};
  ++size_;
  return events_of(entry);
}

inline std::uint64_t* KeyTable::find_or_insert(const Probe& probe) {
  if (slots_.empty()) grow();
  std::size_t index = probe.hash & mask_;
  while (slots_[index].entry != nullptr) {
    const Slot& slot = slots_[index];
    if (slot.hash == probe.hash) {
      const std::string_view key = key_of(slot.entry);
      if (key.size() == probe.key.size() && same_text(key.data(), probe.key.data(), key.size())) {
        return events_of(slot.entry);
      }
    }
    index = (index + 1) & mask_;
  }
  return insert(probe, index);
}

void KeyTable::add(const Probe& probe, std::uint64_t events) {
  *find_or_insert(probe) += events;
}

template <class AddTo>
void KeyTable::probe_all(std::span<const Probe> probes, AddTo add_to) {
  if (slots_.empty()) grow();
  const std::size_t size = probes.size();
  for (std::size_t i = 0; i < std::min(slot_ahead, size); ++i) __builtin_prefetch(&slots_[probes[i].hash & mask_]);
  for (std::size_t i = 0; i < size; ++i) {
    if (i + slot_ahead < size) __builtin_prefetch(&slots_[probes[i + slot_ahead].hash & mask_]);
    if (i + entry_ahead < size) __builtin_prefetch(slots_[probes[i + entry_ahead].hash & mask_].entry, 1);
    add_to(*find_or_insert(probes[i]), i);
  }
}

void KeyTable::count(std::span<const Probe> probes) {
  probe_all(probes, [](std::uint64_t& seen, std::size_t) { ++seen; });
}

void KeyTable::add(std::span<const Probe> probes, std::span<const std::uint64_t> events) {
  probe_all(probes, [events](std::uint64_t& seen, std::size_t i) { seen += events[i]; });
}

}  // namespace weir::counting
