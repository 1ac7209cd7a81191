// What a load keeps of the rows that carry tags until their month's users and companies are known: one thread's end.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "count/text_ids.h"
#include "weir/batch.h"

namespace weir::counting {

// The bound on all lanes together: past it nothing more is kept, and nothing is made of what was. Thread-safe.
class TagBudget {
 public:
  explicit TagBudget(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  void changed(std::uint64_t before, std::uint64_t after) {
    if ((used_ += after - before) > bytes_max_) given_up_ = true;
  }
  [[nodiscard]] bool is_given_up() const { return given_up_.load(std::memory_order_relaxed); }

 private:
  std::uint64_t bytes_max_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<bool> given_up_{false};
};

// Stands for a key by its hash, until all keys of the month are known: null_mark is NULL, and no other key has it.
inline constexpr std::uint64_t null_mark = 0;
[[nodiscard]] std::uint64_t mark_of(std::string_view key, const HashSecrets& secrets);

// A row that has tags.
struct TagRow {
  std::uint64_t user;  // their marks
  std::uint64_t company;
  DayNumber day;
  std::uint32_t tag_count;
  const char* tags;  // so many numbers, LEB128, which TextIds knows
};

// The rows of one month and lane, some 25 bytes each: marks, then the day's difference from the row before it, its sign
// in the lowest bit, the number of tags and the tags themselves, all LEB128. They stay where they are.
class TagRows {
 public:
  void put(std::uint64_t user, std::uint64_t company, DayNumber day, std::span<const std::uint32_t> tags);
  [[nodiscard]] std::size_t size() const { return size_; }
  // What they take.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // visit(row) for each, in the order they were put.
  template <class Visit>
  void for_each(Visit visit) const {
    DayNumber day = 0;
    for (const Block& block : blocks_) {
      const char* const end = block.bytes.get() + block.used;
      for (const char* at = block.bytes.get(); at != end;) visit(read(at, day));
    }
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t used;
    std::size_t size;
  };
  // Moves `at` to the row's end. `day` is that of the row before it, then the row's.
  [[nodiscard]] static TagRow read(const char*& at, DayNumber& day);

  std::vector<Block> blocks_;
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
  DayNumber last_day_ = 0;
};

// A number that TagRows has written, from the front.
[[nodiscard]] inline std::uint64_t next_number(const char*& at) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
}

// Keeps these rows of a batch that has every field decoded. `tags` numbers the lane's tags, over all months.
void append_tag_rows(const EventBatch& batch, std::span<const std::uint32_t> rows, TextIds& tags, TagRows& month);

inline TagRow TagRows::read(const char*& at, DayNumber& day) {
  TagRow row;
  __builtin_memcpy(&row.user, at, sizeof row.user);
  at += sizeof row.user;
  __builtin_memcpy(&row.company, at, sizeof row.company);
  at += sizeof row.company;
  const std::uint64_t change = next_number(at);
  const auto distance = static_cast<std::int64_t>(change >> 1U);
  day = static_cast<DayNumber>(day + ((change & 1U) != 0 ? -distance : distance));
  row.day = day;
  row.tag_count = static_cast<std::uint32_t>(next_number(at));
  row.tags = at;
  for (std::uint32_t i = 0; i < row.tag_count; ++i) static_cast<void>(next_number(at));
  return row;
}

}  // namespace weir::counting
