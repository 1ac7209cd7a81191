// Questions over time, put to a database. Units of time that were not loaded are missing, never nothing; what is
// compared is complete (weir/trend.h). All functions: errors are those of the store.
#pragma once

#include "weir/question.h"
#include "weir/result.h"
#include "weir/store.h"
#include "weir/trend.h"

namespace weir {

// `filter.since` and `until` name the units to show, each whole; what these are compared with may lie before. Of the
// options, by is the unit; limit, missing, fill and personal mail are about keys.
struct TrendAsked {
  Filter filter;
  AnswerOptions options;
};

// The number of events.
[[nodiscard]] Result<Trend> ask_event_trend(Store& store, const TrendAsked& asked);

// How many users or companies (`of`) have events. Missing values are nobody, unknown_company among them.
[[nodiscard]] Result<Trend> ask_active_trend(Store& store, const Question& of, const TrendAsked& asked);

// The keys of a question that is not about dates. Reads the keys twice: memory grows with distinct ones.
[[nodiscard]] Result<QuestionTrend> ask_question_trend(Store& store, const Question& question, const TrendAsked& asked);

// Who is new, who returns, who is lost; and how many of those who were seen first in each unit came again. Both know
// all events up to the last unit shown, so that since makes nobody new; those of `filter.where` alone, where it has
// conditions.
[[nodiscard]] Result<Lifecycle> ask_lifecycle(Store& store, const Question& of, const TrendAsked& asked);
[[nodiscard]] Result<Cohorts> ask_cohorts(Store& store, const Question& of, const TrendAsked& asked);

}  // namespace weir
