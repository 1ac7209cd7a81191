#include <map>

#include "ask/ask.h"
#include "ask/coverage.h"

namespace weir {
Result<Insights> ask_store(Store& store, const Asked& asked) {
  WEIR_TRY_ASSIGN(Store::Answers answers, store.answer(asked.questions, asked.filter, asked.options));
  Insights insights;
  insights.events = answers.events;
  insights.answers = std::move(answers.answers);
  Coverage& coverage = insights.coverage;
  coverage.first_day = answers.first_day;
  coverage.last_day = answers.last_day;
  std::map<std::string, std::vector<Period>> loaded;  // a gap is a source's own: another source's dump does not fill it
  for (const Ingestion& ingestion : answers.loaded) {
    loaded[ingestion.slot.source].push_back(ingestion.slot.period);
    if (!asking::meets(ingestion.first_day, ingestion.last_day, ingestion.slot.period, asked.filter)) continue;
    coverage.periods.push_back(ingestion.slot.period);
    coverage.rejected += ingestion.rows_rejected;
  }
  for (const auto& [source, periods] : loaded) {
    const std::vector<Period> gaps = missing_periods(periods, asked.filter.since, asked.filter.until);
    coverage.missing.insert(coverage.missing.end(), gaps.begin(), gaps.end());
  }
  asking::sort_unique(coverage.periods);
  asking::sort_unique(coverage.missing);
  return insights;
}

}  // namespace weir
