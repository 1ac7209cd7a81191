#include "count/count.h"

#include <mutex>
#include <random>

#include "count/hash.h"
#include "count/lane.h"

namespace weir {

namespace counting {

std::uint64_t hash_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32U | device();
  }();
  return seed;
}

}  // namespace counting

struct Counter::State {
  State(std::vector<const Question*> asked, const Filter& filter)
      : questions(std::move(asked)), selection(filter), shared(questions.size()), fields(filter.fields()) {
    fields.insert(Field::day);  // the days an answer stands on
    for (const Question* question : questions) fields.insert(question->field);
  }

  std::vector<const Question*> questions;
  counting::Selection selection;
  std::vector<counting::PartitionedTable> shared;
  FieldSet fields;
  std::mutex lock;  // of lanes while they are added
  std::vector<std::unique_ptr<counting::CountingLane>> lanes;
};

Counter::Counter(std::vector<const Question*> questions, const Filter& filter)
    : state_(std::make_unique<State>(std::move(questions), filter)) {}

Counter::~Counter() = default;

FieldSet Counter::fields() const {
  return state_->fields;
}

Counter::Lane& Counter::lane() {
  const std::scoped_lock guard(state_->lock);
  // Lanes begin at partitions far apart, so that they do not queue one behind the other.
  constexpr std::size_t stride = 37;
  state_->lanes.push_back(std::make_unique<counting::CountingLane>(
      state_->questions, state_->selection, state_->shared, state_->lanes.size() * stride, counting::hash_seed()));
  return *state_->lanes.back();
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

std::vector<KeyCount> Counter::keys(std::size_t question_index) {
  std::uint64_t nulls = 0;
  for (const auto& lane : state_->lanes) {
    lane->share(question_index);
    nulls += lane->nulls(question_index);
  }
  const counting::PartitionedTable& table = state_->shared[question_index];
  std::vector<KeyCount> counts;
  counts.reserve(table.size() + 2);  // NULL, and the key it is answered as
  table.for_each([&](const counting::Probe& probe, std::uint64_t seen) { counts.push_back({probe.key, seen}); });
  if (nulls > 0) counts.push_back({{}, nulls});
  return counts;
}

std::vector<DayCount> Counter::days() const {
  std::vector<DayCount> days;
  for (const auto& lane : state_->lanes) lane->days().append_to(days);
  return days;
}

Answer Counter::answer(std::size_t question_index, const AnswerOptions& options) {
  const Question& question = *state_->questions[question_index];
  if (question.field == Field::day) return make_day_answer(question, events(), days(), options);
  return make_answer(question, events(), keys(question_index), options);
}

}  // namespace weir
