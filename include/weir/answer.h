// From counted keys to an answer: what is missing or filled in, how days are grouped, order and limit. Pure; whoever
// counts in memory cuts with these, and databases do the same in their own language.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/event.h"
#include "weir/question.h"

namespace weir {

// One key and its events. A key whose data() is nullptr stands for NULL. Views are borrowed for the call only.
struct KeyCount {
  std::string_view key;
  std::uint64_t events = 0;
};

// One day and its events; no_day stands for NULL.
struct DayCount {
  DayNumber day = no_day;
  std::uint64_t events = 0;
};

// The key of a day in an answer about dates: 2021-04-24, 2021-W16, 2021-04 or 2021. Weeks are those of ISO 8601: they
// begin on Monday and belong to the year that has their Thursday. `day` is not no_day.
[[nodiscard]] std::string day_key(DayNumber day, By by);

// Cuts counts as options say, one after another: it keeps no more of them than the answer will have rows, some times
// over. A value that is missing goes to options.fill's key, else is left out (Missing::drop), else is answered as
// none_key; a key that exists already gets its events added. unknown_company is missing too wherever missing companies
// are filled in or dropped. One thread at a time.
class AnswerBuilder {
 public:
  // `question` and `options` are borrowed until finish().
  AnswerBuilder(const Question& question, const AnswerOptions& options);
  // Each text at most once, NULL any number of times. The view is borrowed for the call.
  void add(std::string_view key, std::uint64_t events);
  // `events`: the matching rows. Nothing may be added afterwards.
  [[nodiscard]] Answer finish(std::uint64_t events);

 private:
  [[nodiscard]] bool missing(std::string_view key) const;
  [[nodiscard]] bool before(const KeyCount& a, const KeyCount& b) const;
  [[nodiscard]] bool before(const Count& a, const Count& b) const;
  void keep(const KeyCount& count);
  // Leaves the first rows_max_ of what is kept.
  void cut();

  const Question& question_;
  const AnswerOptions& options_;
  std::string_view stand_in_;  // the key that missing values go to
  bool drops_;                 // they go to none
  bool treats_;                // unknown_company is missing too
  std::uint64_t rows_max_;
  std::uint64_t missing_ = 0;      // events without a key
  std::uint64_t of_stand_in_ = 0;  // events with that key
  std::uint64_t distinct_ = 0;
  std::vector<Count> kept_;
  std::optional<Count> last_;  // the last of the first rows_max_, once there are so many
};

// The same at once.
[[nodiscard]] Answer make_answer(const Question& question, std::uint64_t events, std::span<const KeyCount> counts,
                                 const AnswerOptions& options);

// The same of days, grouped by options.by. A day may come more than once.
[[nodiscard]] Answer make_day_answer(const Question& question, std::uint64_t events, std::span<const DayCount> counts,
                                     const AnswerOptions& options);

}  // namespace weir
