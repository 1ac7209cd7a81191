#include "count/day_table.h"

namespace weir::counting {

DayTable::Page* DayTable::page_of(DayNumber number) {
  std::unique_ptr<Page>& page = pages_[number];
  if (!page) page = std::make_unique<Page>();
  return page.get();
}

void DayTable::count(std::span<const DayNumber> days) {
  Page* page = nullptr;
  DayNumber number = 0;
  for (const DayNumber day : days) {
    if (day == no_day) {
      ++nulls_;
      continue;
    }
    if (page == nullptr || day >> page_bits != number) {
      number = day >> page_bits;
      page = page_of(number);
    }
    ++(*page)[static_cast<std::size_t>(day & (page_days - 1))];
  }
}

void DayTable::append_to(std::vector<DayCount>& counts) const {
  for (const auto& [number, page] : pages_) {
    const DayNumber first = number * page_days;
    for (DayNumber i = 0; i < page_days; ++i) {
      const std::uint64_t events = (*page)[static_cast<std::size_t>(i)];
      if (events > 0) counts.push_back({first + i, events});
    }
  }
  if (nulls_ > 0) counts.push_back({no_day, nulls_});
}

}  // namespace weir::counting
