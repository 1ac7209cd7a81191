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

// Makes the rollup of one dump from its batches. Memory grows with distinct keys a month.
class RollupCounter {
 public:
  RollupCounter();
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
  // byte by byte and in the same order, however they were dealt out to lanes.
  Status runs(const TakeKeyRun& take);

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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
