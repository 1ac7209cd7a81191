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

// What each key of a question is answered as. A value that is missing goes to options.fill's key, else is left out
// (Missing::drop), else is answered as none_key. unknown_company is missing too wherever missing companies are filled
// in or dropped. A company that is a provider of mail for anybody is answered as options.personal_mail says. Immutable.
class AnswerKeys {
 public:
  // `options` is borrowed.
  AnswerKeys(const Question& question, const AnswerOptions& options);
  // nullopt: left out. Pure; the view is the key's own, or the options'.
  [[nodiscard]] std::optional<std::string_view> answered_as(std::string_view key) const;
  // The key that missing values are answered as.
  [[nodiscard]] std::string_view stand_in() const { return stand_in_; }

 private:
  [[nodiscard]] bool is_missing(std::string_view key) const;
  [[nodiscard]] bool is_personal(std::string_view key) const;

  std::span<const std::string_view> personal_;  // companies, sorted; none where they are kept
  std::string_view stand_in_;
  bool drops_missing_;
  bool drops_personal_;
  bool treats_unknown_;  // unknown_company is missing too
};

// Cuts counts as options say, one after another: it keeps no more of them than the answer will have rows, some times
// over. Keys are answered as AnswerKeys has them; one that exists already gets its events added. One thread at a time.
class AnswerBuilder {
 public:
  // `question` and `options` are borrowed until finish().
  AnswerBuilder(const Question& question, const AnswerOptions& options);
  // Each text at most once, NULL any number of times. The view is borrowed for the call.
  void add(std::string_view key, std::uint64_t events);
  // `events`: the matching rows. Nothing may be added afterwards.
  [[nodiscard]] Answer finish(std::uint64_t events);

 private:
  [[nodiscard]] bool before(const KeyCount& a, const KeyCount& b) const;
  [[nodiscard]] bool before(const Count& a, const Count& b) const;
  void keep(const KeyCount& count);
  // Leaves the first rows_max_ of what is kept.
  void cut();

  const Question& question_;
  const AnswerOptions& options_;
  AnswerKeys keys_;
  std::uint64_t rows_max_;
  std::uint64_t of_stand_in_ = 0;  // events of keys.stand_in()
  std::uint64_t of_personal_ = 0;  // events of personal_mail_key
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
