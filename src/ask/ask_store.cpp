#include "ask/ask.h"
#include "ask/coverage.h"

namespace weir {
namespace {

constexpr int attempts_max = 5;

Insights insights_of(Store::Answers answers, const Asked& asked) {
  Insights insights;
  insights.events = answers.events;
  insights.answers = std::move(answers.answers);
  insights.coverage = asking::coverage_of(answers.loaded, answers.first_day, answers.last_day, asked.filter);
  return insights;
}

std::vector<std::int64_t> ids_of(const std::vector<Ingestion>& loaded) {
  std::vector<std::int64_t> ids;
  ids.reserve(loaded.size());
  for (const Ingestion& ingestion : loaded) ids.push_back(ingestion.id);
  return ids;
}

// Nothing where what is loaded has changed between two of the answers.
Result<std::vector<Insights>> ask_once(Store& store, std::span<const Asked> asked) {
  std::vector<Insights> insights;
  std::optional<std::vector<std::int64_t>> state;
  for (const Asked& one : asked) {
    WEIR_TRY_ASSIGN(Store::Answers answers, store.answer(one.questions, one.filter, one.options));
    std::vector<std::int64_t> ids = ids_of(answers.loaded);
    if (state && *state != ids) return std::vector<Insights>();
    state = std::move(ids);
    insights.push_back(insights_of(std::move(answers), one));
  }
  return insights;
}

}  // namespace

Result<Insights> ask_store(Store& store, const Asked& asked) {
  WEIR_TRY_ASSIGN(Store::Answers answers, store.answer(asked.questions, asked.filter, asked.options));
  return insights_of(std::move(answers), asked);
}

Result<std::vector<Insights>> ask_store(Store& store, std::span<const Asked> asked) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    WEIR_TRY_ASSIGN(std::vector<Insights> insights, ask_once(store, asked));
    if (insights.size() == asked.size()) return insights;
  }
  return fail("cannot answer from", store.display_url(), "what is loaded changes faster than it can be asked about",
              "ask again when the loads are done");
}

}  // namespace weir
