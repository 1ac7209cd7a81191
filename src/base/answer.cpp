#include "weir/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "weir/period.h"

namespace weir {
namespace {

// ISO 8601: the week belongs to the year of its Thursday.
std::string week_key(DayNumber day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
  const DayNumber thursday = day - weekday + 3;
  const int year = to_civil(thursday).year;
  return fmt::format("{:04}-W{:02}", year, (thursday - to_day_number({year, 1, 1})) / 7 + 1);
}

}  // namespace

std::string day_key(DayNumber day, By by) {
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::day: break;
    case By::week: return week_key(day);
    case By::month: return fmt::format("{:04}-{:02}", date.year, date.month);
    case By::year: return fmt::format("{:04}", date.year);
  }
  return format_day(day);
}

AnswerKeys::AnswerKeys(const Question& question, const AnswerOptions& options) {
  static const std::optional<std::string> none;  // pairs of tags are no field that could be filled in
  const auto field = static_cast<std::size_t>(question.field);
  const std::optional<std::string>& fill = field < field_count ? options.fill[field] : none;
  const bool of_companies = question.field == Field::company;
  stand_in_ = fill ? std::string_view(*fill) : none_key;
  drops_missing_ = options.missing == Missing::drop && !fill;
  treats_unknown_ = of_companies && (drops_missing_ || fill);
  drops_personal_ = options.personal_mail == PersonalMail::drop;
  if (of_companies && options.personal_mail != PersonalMail::keep) personal_ = options.personal_companies;
}

bool AnswerKeys::is_missing(std::string_view key) const {
  return key.data() == nullptr || (treats_unknown_ && key == unknown_company);
}

bool AnswerKeys::is_personal(std::string_view key) const {
  return std::ranges::binary_search(personal_, key);
}

std::optional<std::string_view> AnswerKeys::answered_as(std::string_view key) const {
  if (is_missing(key)) return drops_missing_ ? std::nullopt : std::optional(stand_in_);
  if (!is_personal(key)) return key;
  return drops_personal_ ? std::nullopt : std::optional(personal_mail_key);
}

AnswerBuilder::AnswerBuilder(const Question& question, const AnswerOptions& options)
    : question_(question), options_(options), keys_(question, options), rows_max_(options.limit.value_or(UINT64_MAX)) {}

bool AnswerBuilder::before(const KeyCount& a, const KeyCount& b) const {
  if (options_.sort == Sort::events && a.events != b.events) return a.events > b.events;
  return a.key < b.key;
}

bool AnswerBuilder::before(const Count& a, const Count& b) const {
  return before(KeyCount{a.key, a.events}, KeyCount{b.key, b.events});
}

// What several keys may be answered as waits until they all have come.
void AnswerBuilder::add(std::string_view key, std::uint64_t events) {
  const std::optional<std::string_view> shown = keys_.answered_as(key);
  if (!shown) return;
  if (*shown == keys_.stand_in()) {
    of_stand_in_ += events;
  } else if (*shown == personal_mail_key) {
    of_personal_ += events;
  } else {
    ++distinct_;
    keep({*shown, events});
  }
}

void AnswerBuilder::keep(const KeyCount& count) {
  if (last_ && !before(count, KeyCount{last_->key, last_->events})) return;
  kept_.push_back({std::string(count.key), count.events});
  // A cut takes the time of what is kept, so it waits until that much again has come.
  constexpr std::size_t cut_least = 1024;
  if (kept_.size() >= cut_least && kept_.size() / 2 >= rows_max_) cut();
}

void AnswerBuilder::cut() {
  const auto first = [this](const Count& a, const Count& b) { return before(a, b); };
  if (rows_max_ > 0 && rows_max_ < kept_.size()) {
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(rows_max_ - 1);
    std::nth_element(kept_.begin(), last, kept_.end(), first);
    last_ = *last;
  }
  kept_.resize(std::min<std::uint64_t>(rows_max_, kept_.size()));
}

Answer AnswerBuilder::finish(std::uint64_t events) {
  for (const KeyCount& count : {KeyCount{keys_.stand_in(), of_stand_in_}, KeyCount{personal_mail_key, of_personal_}}) {
    if (count.events == 0) continue;
    ++distinct_;
    keep(count);
  }
  cut();
  std::ranges::sort(kept_, [this](const Count& a, const Count& b) { return before(a, b); });
  Answer answer;
  answer.question = &question_;
  answer.events = events;
  answer.distinct = distinct_;
  answer.rows = std::move(kept_);
  return answer;
}

Answer make_answer(const Question& question, std::uint64_t events, std::span<const KeyCount> counts,
                   const AnswerOptions& options) {
  AnswerBuilder builder(question, options);
  for (const KeyCount& count : counts) builder.add(count.key, count.events);
  return builder.finish(events);
}

Answer make_day_answer(const Question& question, std::uint64_t events, std::span<const DayCount> counts,
                       const AnswerOptions& options) {
  std::map<std::string, std::uint64_t> keys;
  std::vector<KeyCount> key_counts;
  for (const DayCount& count : counts) {
    if (count.day == no_day) {
      key_counts.push_back({{}, count.events});
    } else {
      keys[day_key(count.day, options.by)] += count.events;
    }
  }
  for (const auto& [key, sum] : keys) key_counts.push_back({key, sum});
  return make_answer(question, events, key_counts, options);
}

}  // namespace weir
