// What is told of tags beside their counts: patterns that find them, pairs of them, and how they rise and fall. Pure
// data and pure functions; the same for files and for every database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/event.h"
#include "weir/question.h"

namespace weir {

// A pattern of a Condition, made ready to be asked of many texts: `*` is any text, also none, `?` one character;
// letters match either case, one by one as Unicode's simple case folding has it. Immutable.
class Pattern {
 public:
  explicit Pattern(std::string_view text);
  // `text` is UTF-8; NULL (nullptr) never matches.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  std::u32string letters_;  // folded; any_text and any_letter stand for * and ?
};

// Pairs are made of an event's distinct tags. An event with more tags than this makes none: one malformed row would
// make millions.
inline constexpr std::size_t pair_tags_max = 1000;

// The key a pair is counted under, the same whichever is named first; different pairs have different keys.
[[nodiscard]] std::string tag_pair_key(std::string_view a, std::string_view b);
void append_tag_pair_key(std::string& out, std::string_view a, std::string_view b);
// Both tags, the bytewise lower one first; nullopt when it is no such key. The views are of `key`.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>> tag_pair_of(std::string_view key);

enum class PairSort { events, lift, key };

struct TagPairOptions {
  std::optional<std::uint64_t> limit = 10;  // nullopt: all
  PairSort sort = PairSort::events;
  std::uint64_t min_support = 1;  // pairs of fewer events are left out
  std::vector<std::string> like;  // patterns, one of which one of the two tags must match; empty: any
};

// Two tags, the bytewise lower one first. lift: events / all events, over what chance alone would have it come to
// (share of the first times share of the second); above 1 they come together more often than that.
struct TagPair {
  std::string first;
  std::string second;
  std::uint64_t events = 0;  // that carry both
  std::uint64_t first_events = 0;
  std::uint64_t second_events = 0;
  double lift = 0;
};

// rows: by events descending, or lift descending then events descending; then first and second ascending, bytewise. At
// most `limit`. distinct: pairs before the limit. events: all matching events, with or without tags.
struct TagPairs {
  std::uint64_t distinct = 0;
  std::uint64_t events = 0;
  std::vector<TagPair> rows;
};

// From two answers about the same events, without limit and with Missing::drop: about tags and about tag pairs.
[[nodiscard]] TagPairs make_tag_pairs(const Answer& tags, const Answer& pairs, const TagPairOptions& options);

// Days from the first to the last, both inclusive.
struct DaySpan {
  DayNumber first = no_day;
  DayNumber last = no_day;
  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};
// As long as `span` and just before it: as many months where it is whole months, else as many days.
[[nodiscard]] DaySpan span_before(const DaySpan& span);

struct TagTrendOptions {
  std::optional<std::uint64_t> limit = 10;  // of rising and of falling tags; nullopt: all
  std::uint64_t min_support = 10;           // tags with fewer events in both spans are left out
  std::vector<std::string> like;            // patterns, one of which a tag must match; empty: any
};

struct TagChange {
  std::string tag;
  std::uint64_t events = 0;
  std::uint64_t before = 0;
  [[nodiscard]] std::int64_t change() const { return static_cast<std::int64_t>(events - before); }
};

// Tags whose events changed from one span to the next. rising: by change descending; falling: ascending, so that the
// greatest loss comes first; then tag ascending, bytewise. At most `limit` each.
struct TagTrend {
  DaySpan span;
  DaySpan before;
  std::uint64_t events = 0;  // with or without tags
  std::uint64_t events_before = 0;
  std::uint64_t rising = 0;  // tags, before the limit
  std::uint64_t falling = 0;
  std::uint64_t steady = 0;
  std::vector<TagChange> rising_rows;
  std::vector<TagChange> falling_rows;
};

// From two answers about tags, without limit and with Missing::drop: of the span, and of both spans together.
[[nodiscard]] TagTrend make_tag_trend(const DaySpan& span, const Answer& of_span, const Answer& of_both,
                                      const TagTrendOptions& options);

}  // namespace weir
