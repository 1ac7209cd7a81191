// Rollups: what a dump's events come to, so small that questions about years need not read the rows again. They are
// kept beside the rows, committed with them, the same in every database.
//
// A rollup is made of key runs. One run holds, of one ingestion and one field, every key with its number of events
// within one calendar month of event days; a long one is cut into pieces. Field::day has runs too: its keys are days as
// weir writes them (2021-04-24). Runs of several ingestions may be added up into one, which then stands for all of
// them.
//
// A run's bytes: a version (1), then for each key, ascending bytewise: the length it shares with the key before it, the
// length of the rest, the rest, the number of events; NULL, when there is one, comes first as its events alone, its
// presence told by the second byte. Numbers are LEB128. The last eight bytes are the XXH3 of all before them, little
// endian: bytes that were damaged are an error, never another count.
//
// Considered and left: rows (key, day, events) in SQL, which are hardly fewer than the events where users are many and
// which every loader would have to merge; one shared table of totals, for which loaders would queue; general
// compression on top, which costs more than the keys' own likeness leaves to gain.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/answer.h"
#include "weir/batch.h"
#include "weir/event.h"
#include "weir/question.h"
#include "weir/result.h"

namespace weir {

// One piece of a run.
struct KeyRun {
  Field field = Field::day;
  DayNumber first_day = no_day;  // of the whole run: the days its events lie within; no_day: they have none
  DayNumber last_day = no_day;
  std::uint64_t keys = 0;    // in this piece, NULL among them
  std::uint64_t events = 0;  // the sum of its counts
  std::string bytes;
};

// Pieces are about this long: short enough to be streamed and to keep memory even.
inline constexpr std::size_t key_run_bytes = std::size_t{256} << 10;

// A dump that spreads over more months than this has the rest of them in one run, whose days then overlap others'.
inline constexpr std::size_t rollup_months_max = 64;

// Takes pieces, one after the other; those of one run are neighbours. What it returns ends the giving.
using TakeKeyRun = std::function<Status(const KeyRun&)>;

// Who has a tag. A tag run holds, of one ingestion and one calendar month of event days, for each tag: on which days it
// came, which users had it and which companies, each with its number of events. Users and companies are told by rank:
// the place, from 0, of their key in the key run of the same ingestion, field and days, where NULL comes first. A run
// is cut into pieces by tag, so that one piece tells all there is to tell of a tag; a month without tags has one piece.
//
// A piece's bytes: a version (1), then for each tag, ascending bytewise: its length, the tag, the length of what
// follows, and three lists: days (0: none; from 1 on those from the run's first), users, companies. A list is its
// length in bytes, then entries, ascending: twice the difference from the one before (from 0), plus one where it has
// several events, and then their number less two. Numbers are LEB128; the last eight bytes are a checksum as those of a
// key run.
//
// Considered and left: text in place of ranks (five times the bytes, which a load would have to write); rows (tag,
// user, events) in SQL (ten rows in place of four of the events themselves).
struct TagRun {
  DayNumber first_day = no_day;  // as those of the key runs that the ranks are of
  DayNumber last_day = no_day;
  std::string from_tag;                 // it tells of the tags from here …
  std::optional<std::string> to_tag{};  // … to before here; nullopt: all that follow
  std::string bytes;
};
inline constexpr std::size_t tag_run_bytes = std::size_t{64} << 10;
using TakeTagRun = std::function<Status(const TagRun&)>;

struct RankCount {
  std::uint32_t rank = 0;
  std::uint64_t events = 0;
  friend bool operator==(const RankCount&, const RankCount&) = default;
};

// What a piece says of one tag; nothing where no event carries it. Ascending.
struct TagCounts {
  std::vector<DayCount> days;
  std::vector<RankCount> users;
  std::vector<RankCount> companies;
};
// `fields` (day, email, company): which of them to read. Error: the bytes are no such piece. `where` is for its words.
[[nodiscard]] Result<TagCounts> read_tag_run(const TagRun& run, std::string_view tag, FieldSet fields,
                                             const std::string& where);

// Makes the rollup of one dump from its batches. Memory grows with distinct keys a month, and with rows that carry
// tags: up to tag_bytes_max, and half as much again while their runs are made.
inline constexpr std::size_t tag_rows_bytes_max = std::size_t{192} << 20;
class RollupCounter {
 public:
  explicit RollupCounter(std::uint64_t tag_bytes_max = tag_rows_bytes_max);
  ~RollupCounter();
  RollupCounter(const RollupCounter&) = delete;
  RollupCounter& operator=(const RollupCounter&) = delete;

  // One thread's end. A batch has every field decoded.
  class Lane {
   public:
    virtual ~Lane() = default;
    virtual void append(const EventBatch& batch) = 0;
  };
  // Thread-safe. The lane belongs to the counter.
  [[nodiscard]] Lane& lane();

  // After the last append; not thread-safe. The same events of at most rollup_months_max months give the same runs,
  // byte by byte and in the same order, however they were dealt out to lanes. Tag runs come last, and are of all months
  // or of none: of none where their rows took too much memory.
  Status runs(const TakeKeyRun& take, const TakeTagRun& take_tags);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Gives the keys of one piece to `take`, some at a time; views are borrowed for the call. Error: the bytes are not such
// a run, or do not hold what the piece says (keys may have been given by then); `where` is for its words.
Status read_keys(const KeyRun& run, const std::string& where,
                 const std::function<void(std::span<const KeyCount> keys)>& take);

// The keys of one field, added up from runs and from rows. Not thread-safe. Memory grows with distinct keys.
class KeyTotals {
 public:
  explicit KeyTotals(Field field);
  ~KeyTotals();
  KeyTotals(KeyTotals&&) noexcept;
  KeyTotals& operator=(KeyTotals&&) noexcept;

  // Error: the bytes are not such a run, or do not hold what the piece says; the totals are then of no use. `where` is
  // for its words.
  Status add(const KeyRun& run, const std::string& where);
  // The same of the keys at these ranks alone, with these numbers of events. Ranks are ascending, at least first_rank,
  // which is that of the piece's first key, and less than that of the next piece's.
  Status add(const KeyRun& run, std::uint64_t first_rank, std::span<const RankCount> ranks, const std::string& where);
  // A key whose data() is nullptr stands for NULL.
  void add(std::string_view key, std::uint64_t events);
  // Several of them.
  void add(std::span<const KeyCount> keys);

  // Events of all keys.
  [[nodiscard]] std::uint64_t events() const;
  // Of Field::day: the days, in no order. Keys that are no days are left out.
  [[nodiscard]] std::vector<DayCount> days() const;
  // Of any other field; `events` are the matching rows.
  [[nodiscard]] Answer answer(const Question& question, std::uint64_t events, const AnswerOptions& options) const;
  // All of it as one run over these days.
  Status run(DayNumber first_day, DayNumber last_day, const TakeKeyRun& take) const;
  // The keys of such a run: NULL, then the others ascending. The views live as long as nothing is added.
  [[nodiscard]] std::vector<KeyCount> in_order() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Tag runs added up into one, which stands on the key runs that their key runs were added up into. Not thread-safe.
// Memory: the parts' tag runs, and their ranks. Errors: runs that are damaged or do not belong together; `where` is for
// their words.
class TagTotals {
 public:
  // Of the users and companies of all parts; both outlive it.
  TagTotals(const KeyTotals& users, const KeyTotals& companies);
  ~TagTotals();
  TagTotals(const TagTotals&) = delete;
  TagTotals& operator=(const TagTotals&) = delete;

  // Of each part every piece, in any order: of its key runs with the rank of the piece's first key, and of its tag run.
  Status add_users(std::size_t part, const KeyRun& run, std::uint64_t first_rank, const std::string& where);
  Status add_companies(std::size_t part, const KeyRun& run, std::uint64_t first_rank, const std::string& where);
  void add(std::size_t part, TagRun run);
  // All of it as one run over these days, which hold those of the parts.
  Status run(DayNumber first_day, DayNumber last_day, const TakeTagRun& take, const std::string& where) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
