#include "count/count.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

#include "count/hash.h"
#include "count/lane.h"
#include "count/user_companies.h"

namespace weir {

struct Counter::State {
  // What the tables of lanes, the reader and the program take is left out of the tables' part.
  State(std::vector<const Question*> asked, const Filter& filter, std::uint64_t memory_limit_bytes,
        MakeCompaniesOf make_companies_of)
      : questions(std::move(asked)),
        counted(questions),
        companies_of(std::move(make_companies_of)),
        selection(filter),
        budget(memory_limit_bytes / 8 * 5),
        fields(filter.fields()) {
    for (std::size_t i = 0; i < questions.size(); ++i) shared.emplace_back(budget);
    const auto users = std::ranges::find(questions, Field::email, &Question::field);
    if (companies_of && memory_limit_bytes == 0 && users != questions.end()) {
      users_question = static_cast<std::size_t>(users - questions.begin());
      std::ranges::replace_if(
          counted, [](const Question* question) { return question->field == Field::company; }, nullptr);
    }
    fields.insert(Field::day);  // the days an answer stands on
    for (const Question* question : counted) {
      if (question == nullptr) continue;
      fields.insert(question->field == Field::tag_pair ? Field::tags : question->field);
    }
  }

  // visit(key, events) for each key of the question, NULL among them, in no order. Merges the lanes.
  Status for_each_key(std::size_t question_index, const counting::PartitionedTable::Visit& visit) {
    if (counted[question_index] == nullptr) {
      for_each_company(visit);
      return {};
    }
    const std::uint64_t nulls = merge(question_index);
    WEIR_TRY(budget.status());
    WEIR_TRY(shared[question_index].for_each(hash_secrets(), visit));
    if (nulls > 0) visit(std::string_view(), nulls);
    return {};
  }

  // The lanes' own tables into the shared one; returns how many events have no key.
  std::uint64_t merge(std::size_t question_index) {
    std::uint64_t nulls = 0;
    for (const auto& lane : lanes) {
      lane->share(question_index);
      nulls += lane->nulls(question_index);
    }
    return nulls;
  }

  void for_each_company(const counting::PartitionedTable::Visit& visit) {
    const std::uint64_t without_user = merge(*users_question);
    counting::KeyTable companies = counting::companies_of_users(shared[*users_question], companies_of, lanes.size());
    if (without_user > without_email) {
      companies.add({counting::hash_key(unknown_company, hash_secrets()), unknown_company},
                    without_user - without_email);
    }
    companies.for_each(visit);
    if (without_email > 0) visit(std::string_view(), without_email);
  }

  std::vector<const Question*> questions;
  std::vector<const Question*> counted;  // by lanes; nullptr where companies come from users
  std::optional<std::size_t> users_question{};
  MakeCompaniesOf companies_of;
  std::uint64_t without_email = 0;  // events
  counting::Selection selection;
  counting::MemoryBudget budget;
  std::deque<counting::PartitionedTable> shared;  // one a question
  FieldSet fields;
  std::mutex lock;  // of lanes while they are added
  std::vector<std::unique_ptr<counting::CountingLane>> lanes;
};

Counter::Counter(std::vector<const Question*> questions, const Filter& filter, std::uint64_t memory_limit_bytes,
                 MakeCompaniesOf companies_of)
    : state_(std::make_unique<State>(std::move(questions), filter, memory_limit_bytes, std::move(companies_of))) {}

Counter::~Counter() = default;

FieldSet Counter::fields() const {
  return state_->fields;
}

Counter::Lane& Counter::lane() {
  const std::scoped_lock guard(state_->lock);
  // Lanes begin at partitions far apart, so that they do not queue one behind the other.
  constexpr std::size_t stride = 37;
  state_->lanes.push_back(std::make_unique<counting::CountingLane>(state_->counted, state_->selection, state_->shared,
                                                                   state_->lanes.size() * stride));
  return *state_->lanes.back();
}

Status Counter::status() const {
  return state_->budget.status();
}

void Counter::add_events_without_email(std::uint64_t events) {
  state_->without_email += events;
}

std::uint64_t Counter::events() const {
  std::uint64_t events = 0;
  for (const auto& lane : state_->lanes) events += lane->events();
  return events;
}

DayNumber Counter::first_day() const {
  DayNumber first = no_day;
  for (const auto& lane : state_->lanes) {
    const DayNumber day = lane->first_day();
    if (day != no_day && (first == no_day || day < first)) first = day;
  }
  return first;
}

DayNumber Counter::last_day() const {
  DayNumber last = no_day;
  for (const auto& lane : state_->lanes) last = std::max(last, lane->last_day());
  return last;
}

Result<std::vector<KeyCount>> Counter::keys(std::size_t question_index) {
  std::vector<KeyCount> counts;
  WEIR_TRY(state_->for_each_key(question_index, [&](std::string_view key, std::uint64_t seen) {
    counts.push_back({key, seen});
  }));
  return counts;
}

std::vector<DayCount> Counter::days() const {
  std::vector<DayCount> days;
  for (const auto& lane : state_->lanes) lane->days().append_to(days);
  return days;
}

Result<Answer> Counter::answer(std::size_t question_index, const AnswerOptions& options) {
  const Question& question = *state_->questions[question_index];
  if (question.field == Field::day) return make_day_answer(question, events(), days(), options);
  AnswerBuilder builder(question, options);
  WEIR_TRY(
      state_->for_each_key(question_index, [&](std::string_view key, std::uint64_t seen) { builder.add(key, seen); }));
  return builder.finish(events());
}

}  // namespace weir
