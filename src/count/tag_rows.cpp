#include "count/tag_rows.h"

#include <algorithm>
#include <cstring>

#include "count/hash.h"

namespace weir::counting {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10;
constexpr std::size_t day_bytes_max = 5;
constexpr std::size_t number_bytes_max = 5;  // of 32 bits

char* put_number(char* at, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) *at++ = static_cast<char>(number | 0x80U);
  *at++ = static_cast<char>(number);
  return at;
}

char* put_mark(char* at, std::uint64_t mark) {
  std::memcpy(at, &mark, sizeof mark);
  return at + sizeof mark;
}

}  // namespace

std::uint64_t mark_of(std::string_view key, const HashSecrets& secrets) {
  return key.data() == nullptr ? null_mark : std::max(wide_hash(key, secrets), null_mark + 1);
}

void TagRows::put(std::uint64_t user, std::uint64_t company, DayNumber day, std::span<const std::uint32_t> tags) {
  const std::size_t most = 2 * sizeof user + day_bytes_max + number_bytes_max * (1 + tags.size());
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < most) {
    const std::size_t size = std::max(block_bytes, most);
    blocks_.push_back({std::unique_ptr<char[]>(new char[size]), 0, size});
    bytes_ += size + sizeof(Block);
  }
  Block& block = blocks_.back();
  char* at = put_mark(put_mark(block.bytes.get() + block.used, user), company);
  const std::int64_t change = std::int64_t{day} - last_day_;
  at = put_number(
      at, change < 0 ? static_cast<std::uint64_t>(-change) << 1U | 1U : static_cast<std::uint64_t>(change) << 1U);
  at = put_number(at, tags.size());
  for (const std::uint32_t tag : tags) at = put_number(at, tag);
  block.used = static_cast<std::size_t>(at - block.bytes.get());
  last_day_ = day;
  ++size_;
}

void append_tag_rows(const EventBatch& batch, std::span<const std::uint32_t> rows, TextIds& tags, TagRows& month) {
  if (batch.tags.offsets.empty()) return;
  const HashSecrets& secrets = hash_secrets();
  std::vector<std::uint32_t> numbers;
  for (const std::uint32_t row : rows) {
    const std::uint32_t begin = batch.tags.offsets[row];
    const std::uint32_t end = batch.tags.offsets[row + 1];
    if (begin == end) continue;
    numbers.clear();
    for (std::uint32_t i = begin; i < end; ++i) numbers.push_back(tags.id_of(batch.tags.values[i], secrets));
    month.put(mark_of(batch.email.empty() ? std::string_view() : batch.email[row], secrets),
              mark_of(batch.company.empty() ? std::string_view() : batch.company[row], secrets),
              batch.day.empty() ? no_day : batch.day[row], numbers);
  }
}

}  // namespace weir::counting
