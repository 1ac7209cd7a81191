#include "ingest/overlap.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace weir {
namespace {

// "2021-04-01..2021-04-30": what `weir drop` takes to drop all of them.
std::string as_argument(const std::vector<Period>& periods) {
  const auto [first, last] = std::ranges::minmax(periods);
  return first == last ? to_string(first) : fmt::format("{}..{}", to_string(first), to_string(last));
}

}  // namespace

std::string in_words(const Slot& slot) {
  return fmt::format("{} of {}", to_string(slot.period), slot.source);
}

std::optional<Error> overlap_error(std::span<const Period> loaded, const Slot& slot) {
  std::vector<Period> in_the_way;
  for (const Period& period : loaded) {
    if (period != slot.period && overlap(period, slot.period)) in_the_way.push_back(period);
  }
  if (in_the_way.empty()) return std::nullopt;
  const std::string periods = as_argument(in_the_way);
  const std::string source = slot.source == Slot().source ? "" : " --source-name " + slot.source;
  return Error{ErrorKind::failed, "cannot load", in_words(slot),
               fmt::format("{} of this source is loaded and covers the same days", periods),
               fmt::format("to load it instead, first take that out: `weir drop {}{}`", periods, source)};
}

}  // namespace weir
