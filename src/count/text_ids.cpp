#include "count/text_ids.h"

#include <utility>

namespace weir::counting {

std::uint32_t TextIds::id_of_long(std::string_view text, const HashSecrets& secrets) {
  const std::uint32_t hash = hash_key(text, secrets);
  for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
    const Slot& slot = slots_[i];
    if (slot.number == 0) return insert(text, PackedText(), hash, i);
    if (slot.hash == hash && texts_[slot.number - 1] == text) return slot.number - 1;
  }
}

std::uint32_t TextIds::insert(std::string_view text, const PackedText& packed, std::uint32_t hash, std::size_t index) {
  texts_.emplace_back(owned_.emplace_back(text));
  packed_.push_back(packed);
  bytes_ += text.size() + sizeof(std::string) + sizeof(std::string_view) + sizeof(PackedText);
  const auto number = static_cast<std::uint32_t>(texts_.size());
  slots_[index] = {hash, number};
  return number - 1;
}

void TextIds::grow() {
  constexpr std::size_t slots_least = 64;
  const std::vector<Slot> former = std::exchange(slots_, {});
  slots_.resize(former.empty() ? slots_least : 2 * former.size());
  mask_ = slots_.size() - 1;
  for (const Slot& slot : former) {
    if (slot.number == 0) continue;
    std::size_t i = slot.hash & mask_;
    while (slots_[i].number != 0) i = (i + 1) & mask_;
    slots_[i] = slot;
  }
}

}  // namespace weir::counting
