// When each of many keys was seen first and last, for whatever comes in the order of time. Memory grows with distinct
// keys: some 45 bytes and the text of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/short_text.h"

namespace weir {

// Open addressing, linear probing, at most half full. Not thread-safe.
class KeyHistory {
 public:
  KeyHistory();

  // Places in time are numbers that ascend from 0, of which never is none.
  static constexpr std::uint32_t never = UINT32_MAX;
  struct Seen {
    std::uint32_t first = never;
    std::uint32_t last = never;
  };
  // What was known of the key until now; then it has been seen at `place`, which is not before any other so far.
  Seen see(std::string_view key, std::uint32_t place);

 private:
  struct Entry {
    const char* text = nullptr;
    std::uint32_t bytes = 0;
    Seen seen;
  };
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // 1 + its place in entries_; 0: free
  };
  [[nodiscard]] const char* keep(std::string_view key);
  void grow();

  const HashSecrets secrets_;
  std::vector<Slot> slots_;  // a power of two of them
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<char[]>> texts_;
  char* free_ = nullptr;
  std::size_t free_bytes_ = 0;
};

}  // namespace weir
