// Memory for texts that a batch needs and no input buffer holds: unescaped tags, companies beyond the table's bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace weir {

// Views stay valid until clear() or destruction. Not thread-safe.
class TextArena {
 public:
  // A copy of `text` in the arena; not null, also when empty.
  [[nodiscard]] std::string_view store(std::string_view text) {
    char* const place = reserve(text.size());
    std::copy(text.begin(), text.end(), place);
    used_ += text.size();
    return {place, text.size()};
  }

  // Forgets every text and keeps the chunks of the usual size for the next ones.
  void clear() {
    std::erase_if(chunks_, [](const Chunk& chunk) { return chunk.size > chunk_bytes; });
    current_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::size_t chunk_bytes = std::size_t{64} << 10U;
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  // Room for `size` bytes at used_ in the current chunk, which is a new one when the old one is full.
  char* reserve(std::size_t size) {
    while (current_ < chunks_.size()) {
      if (chunks_[current_].size - used_ >= size) return chunks_[current_].bytes.get() + used_;
      ++current_;
      used_ = 0;
    }
    const std::size_t capacity = std::max(size, chunk_bytes);
    chunks_.push_back({std::make_unique<char[]>(capacity), capacity});
    used_ = 0;
    return chunks_.back().bytes.get();
  }

  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;  // of the current chunk
};

}  // namespace weir
