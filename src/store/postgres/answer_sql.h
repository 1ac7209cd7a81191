// Questions and filters in PostgreSQL's SQL. Pure: text and parameters out, nothing run. Values are always parameters.
#pragma once

#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "weir/question.h"

namespace weir::postgres {

struct Statement {
  std::string sql;
  std::vector<Value> parameters;
};

// One row: number of matching events, first and last day.
[[nodiscard]] Statement totals_statement(const Filter& filter);
// Rows (key, events, number of keys before the limit), ordered as asked. At least one row is asked for even where the
// limit is 0, since the number of keys comes with the rows.
[[nodiscard]] Statement answer_statement(const Question& question, const Filter& filter, const AnswerOptions& options);

}  // namespace weir::postgres
