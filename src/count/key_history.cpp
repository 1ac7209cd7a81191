#include "count/key_history.h"

#include <algorithm>
#include <cstring>

#include "count/hash.h"

namespace weir {
namespace {

constexpr std::size_t slots_least = 1024;
constexpr std::size_t text_block_bytes = std::size_t{256} << 10;

}  // namespace

KeyHistory::KeyHistory() : secrets_(hash_secrets()), slots_(slots_least) {}

KeyHistory::Seen KeyHistory::see(std::string_view key, std::uint32_t place) {
  const std::uint32_t hash = counting::hash_key(key, secrets_);
  const std::size_t mask = slots_.size() - 1;
  std::size_t index = hash & mask;
  for (; slots_[index].entry != 0; index = (index + 1) & mask) {
    if (slots_[index].hash != hash) continue;
    Entry& entry = entries_[slots_[index].entry - 1];
    if (std::string_view(entry.text, entry.bytes) != key) continue;
    const Seen before = entry.seen;
    entry.seen.last = place;
    return before;
  }
  entries_.push_back({keep(key), static_cast<std::uint32_t>(key.size()), {place, place}});
  slots_[index] = {hash, static_cast<std::uint32_t>(entries_.size())};
  if (entries_.size() > slots_.size() / 2) grow();
  return {};
}

const char* KeyHistory::keep(std::string_view key) {
  if (key.size() > free_bytes_) {
    free_bytes_ = std::max(text_block_bytes, key.size());
    free_ = texts_.emplace_back(new char[free_bytes_]).get();
  }
  char* const text = free_;
  if (!key.empty()) std::memcpy(text, key.data(), key.size());
  free_ += key.size();
  free_bytes_ -= key.size();
  return text;
}

void KeyHistory::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.entry == 0) continue;
    std::size_t index = slot.hash & mask;
    while (larger[index].entry != 0) index = (index + 1) & mask;
    larger[index] = slot;
  }
  slots_ = std::move(larger);
}

}  // namespace weir
