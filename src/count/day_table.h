// Events a day. Days of one dump lie close together, so they are counted in pages of neighbours.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "weir/answer.h"
#include "weir/event.h"

namespace weir::counting {

// At most one page for each distinct day. One thread at a time.
class DayTable {
 public:
  // no_day counts as NULL.
  void count(std::span<const DayNumber> days);
  void count_nulls(std::uint64_t events) { nulls_ += events; }
  // Appends the days seen, in no order; NULL when there are any.
  void append_to(std::vector<DayCount>& counts) const;

 private:
  static constexpr unsigned page_bits = 12;  // some eleven years, 32 KiB
  static constexpr DayNumber page_days = 1 << page_bits;
  using Page = std::array<std::uint64_t, page_days>;

  [[nodiscard]] Page* page_of(DayNumber number);

  std::unordered_map<DayNumber, std::unique_ptr<Page>> pages_;  // by day >> page_bits
  std::uint64_t nulls_ = 0;
};

}  // namespace weir::counting
