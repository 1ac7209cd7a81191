#include "count/tag_lists.h"

#include <algorithm>
#include <array>
#include <utility>

#include "count/run_bytes.h"

namespace weir::counting {
namespace {

class Entries {
 public:
  void put(std::uint32_t rank, std::uint64_t events) {
    put_number(bytes_, std::uint64_t{rank - last_rank_} << 1U | (events > 1 ? 1U : 0U));
    if (events > 1) put_number(bytes_, events - 2);
    last_rank_ = rank;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::uint32_t last_rank_ = 0;
};

// From the lowest digits to the highest, through `other`, which is as long.
void sort_by_digits(std::vector<std::uint32_t>& numbers, std::vector<std::uint32_t>& other, std::size_t end) {
  constexpr unsigned digit_bits = 11;
  constexpr std::uint32_t digit_mask = (1U << digit_bits) - 1;
  other.resize(numbers.size());
  for (unsigned shift = 0; (end - 1) >> shift != 0; shift += digit_bits) {
    std::array<std::uint32_t, digit_mask + 1> begins{};
    for (const std::uint32_t number : numbers) ++begins[number >> shift & digit_mask];
    std::uint32_t begin = 0;
    for (std::uint32_t& count : begins) begin += std::exchange(count, begin);
    for (const std::uint32_t number : numbers) other[begins[number >> shift & digit_mask]++] = number;
    numbers.swap(other);
  }
}

void sort_ranks(std::vector<std::uint32_t>& ranks, std::vector<std::uint32_t>& other, std::size_t end) {
  constexpr std::size_t few = 256;
  if (ranks.size() < few) {
    std::ranges::sort(ranks);
  } else {
    sort_by_digits(ranks, other, end);
  }
}

}  // namespace

std::string TagLists::counted(const RowRanks& ranks) {
  counters_.resize(std::max(counters_.size(), ranks.end));
  for (const std::uint32_t rank : taken_) ++counters_[rank];
  Entries entries;
  for (std::uint32_t rank = 0; rank < ranks.end; ++rank) {
    if (counters_[rank] > 0) entries.put(rank, std::exchange(counters_[rank], 0));
  }
  return entries.take();
}

std::string TagLists::sorted(std::size_t ranks_end) {
  sort_ranks(taken_, other_, ranks_end);
  Entries entries;
  for (std::size_t i = 0; i < taken_.size();) {
    std::size_t end = i + 1;
    while (end < taken_.size() && taken_[end] == taken_[i]) ++end;
    entries.put(taken_[i], end - i);
    i = end;
  }
  return entries.take();
}

std::string TagLists::list(std::span<const std::uint32_t> rows, const RowRanks& ranks) {
  constexpr std::size_t ranks_a_row = 4;  // where more are looked at in vain, sorting is faster
  taken_.clear();
  for (const std::uint32_t row : rows) taken_.push_back(ranks.of_row[row]);
  return ranks.end <= ranks_a_row * rows.size() ? counted(ranks) : sorted(ranks.end);
}

std::string RankSums::take() {
  sort_ranks(ranks_, other_, sums_.size());
  Entries entries;
  for (const std::uint32_t rank : ranks_) entries.put(rank, std::exchange(sums_[rank], 0));
  ranks_.clear();
  return entries.take();
}

}  // namespace weir::counting
