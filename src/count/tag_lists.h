// Lists of a tag run: the ranks of the rows that carry a tag, each with its number of rows. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weir::counting {

// One field's ranks, by row.
struct RowRanks {
  std::vector<std::uint32_t> of_row;
  std::size_t end = 0;  // all ranks are less
};

// Makes lists, one after the other. Keeps its room from list to list.
class TagLists {
 public:
  // In the form of weir/rollup.h. The rows are in any order, each at most once.
  [[nodiscard]] std::string list(std::span<const std::uint32_t> rows, const RowRanks& ranks);

 private:
  [[nodiscard]] std::string counted(const RowRanks& ranks);
  [[nodiscard]] std::string sorted(std::size_t ranks_end);

  std::vector<std::uint32_t> taken_;  // ranks of the rows
  std::vector<std::uint32_t> other_;
  std::vector<std::uint32_t> counters_;  // by rank; all 0 between lists
};

// Adds up lists, one after the other. Keeps its room from list to list.
class RankSums {
 public:
  // All ranks are less than `end`.
  explicit RankSums(std::size_t end) : sums_(end) {}
  void add(std::uint32_t rank, std::uint64_t events) {
    if (sums_[rank] == 0) ranks_.push_back(rank);
    sums_[rank] += events;
  }
  [[nodiscard]] std::size_t end() const { return sums_.size(); }
  // What was added since the last list.
  [[nodiscard]] std::string take();

 private:
  std::vector<std::uint64_t> sums_;   // by rank
  std::vector<std::uint32_t> ranks_;  // that have a sum
  std::vector<std::uint32_t> other_;
};

}  // namespace weir::counting
