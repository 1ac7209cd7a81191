// From counted keys to an answer: what is missing or filled in, how days are grouped, order and limit. Pure; whoever
// counts in memory cuts with these, and databases do the same in their own language.
#pragma once

#include <cstdint>
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

// Cuts `counts` (each text at most once, NULL any number of times) as `options` say; `events` are the matching rows. A
// value that is missing goes to options.fill's key, else is left out (Missing::drop), else is answered as none_key; a
// key that exists already gets its events added. unknown_company is missing too wherever missing companies are filled
// in or dropped.
[[nodiscard]] Answer make_answer(const Question& question, std::uint64_t events, std::vector<KeyCount> counts,
                                 const AnswerOptions& options);

// The same of days, grouped by options.by. A day may come more than once.
[[nodiscard]] Answer make_day_answer(const Question& question, std::uint64_t events, std::span<const DayCount> counts,
                                     const AnswerOptions& options);

}  // namespace weir
