// Numbers for texts, in the order in which they first come: one open-addressing table, one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "count/hash.h"

namespace weir::counting {

class TextIds {
 public:
  // `text` is not NULL. The secrets are always the same.
  [[nodiscard]] std::uint32_t id_of(std::string_view text, const HashSecrets& secrets) {
    if (slots_.size() < 2 * (texts_.size() + 1)) grow();
    if (text.size() - 1 >= packed_text_max_bytes) return id_of_long(text, secrets);  // or empty
    const PackedText packed = PackedText::of(text);
    const auto hash = static_cast<std::uint32_t>(packed.hash(secrets));
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.number == 0) return insert(text, packed, hash, i);
      if (slot.hash == hash && packed_[slot.number - 1] == packed) return slot.number - 1;
    }
  }
  // By number. The views live as long as this.
  [[nodiscard]] const std::vector<std::string_view>& texts() const { return texts_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_ + slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // from 1; 0: free
  };
  [[nodiscard]] std::uint32_t id_of_long(std::string_view text, const HashSecrets& secrets);
  std::uint32_t insert(std::string_view text, const PackedText& packed, std::uint32_t hash, std::size_t index);
  void grow();

  std::vector<Slot> slots_;  // a power of two of them
  std::size_t mask_ = 0;
  std::vector<PackedText> packed_;  // by number, none for those that are long or empty
  std::vector<std::string_view> texts_;
  std::deque<std::string> owned_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::counting
