#include <algorithm>
#include <unordered_map>

#include "insight/tag_patterns.h"
#include "weir/tags.h"

namespace weir {

const Question& tag_pairs_question() {
  static constexpr Question question{
      .name = "tag pairs",
      .singular = "tag pair",
      .heading = "Tags",
      .summary = "Which tags come together",
      .field = Field::tag_pair,
  };
  return question;
}

namespace {

bool by_tags(const TagPair& a, const TagPair& b) {
  return a.first != b.first ? a.first < b.first : a.second < b.second;
}

bool by_events(const TagPair& a, const TagPair& b) {
  return a.events != b.events ? a.events > b.events : by_tags(a, b);
}

// Of one answer, so that the number of all events may be left out; whole numbers, so that equal lifts are equal.
bool by_lift(const TagPair& a, const TagPair& b) {
  __extension__ using Wide = unsigned __int128;
  const auto product = [](std::uint64_t x, std::uint64_t y, std::uint64_t z) { return Wide{x} * y * z; };
  const Wide left = product(a.events, b.first_events, b.second_events);
  const Wide right = product(b.events, a.first_events, a.second_events);
  return left != right ? left > right : by_events(a, b);
}

}  // namespace

TagPairs make_tag_pairs(const Answer& tags, const Answer& pairs, const TagPairOptions& options) {
  std::unordered_map<std::string_view, std::uint64_t> events_of;
  for (const Count& tag : tags.rows) events_of.emplace(tag.key, tag.events);
  const insights::TagPatterns like(options.like);
  TagPairs found{.distinct = 0, .events = pairs.events, .rows = {}};
  for (const Count& count : pairs.rows) {
    const auto both = tag_pair_of(count.key);
    if (!both || count.events < options.min_support) continue;
    if (!like.match(both->first) && !like.match(both->second)) continue;
    TagPair& pair = found.rows.emplace_back();
    pair.first = both->first;
    pair.second = both->second;
    pair.events = count.events;
    pair.first_events = events_of[both->first];
    pair.second_events = events_of[both->second];
    pair.lift = static_cast<double>(pair.events) * static_cast<double>(pairs.events) /
                (static_cast<double>(pair.first_events) * static_cast<double>(pair.second_events));
  }
  found.distinct = found.rows.size();
  const auto before = options.sort == PairSort::events ? by_events : options.sort == PairSort::lift ? by_lift : by_tags;
  const std::uint64_t rows = std::min<std::uint64_t>(options.limit.value_or(UINT64_MAX), found.rows.size());
  std::ranges::partial_sort(found.rows, found.rows.begin() + static_cast<std::ptrdiff_t>(rows), before);
  found.rows.resize(rows);
  return found;
}

}  // namespace weir
