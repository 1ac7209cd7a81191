#include "ask/ask.h"
#include "ask/coverage.h"

namespace weir {
Result<Insights> ask_store(Store& store, const Asked& asked) {
  WEIR_TRY_ASSIGN(Store::Answers answers, store.answer(asked.questions, asked.filter, asked.options));
  Insights insights;
  insights.events = answers.events;
  insights.answers = std::move(answers.answers);
  insights.coverage = asking::coverage_of(answers.loaded, answers.first_day, answers.last_day, asked.filter);
  return insights;
}

}  // namespace weir
