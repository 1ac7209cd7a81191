// A filter as SQL that every engine takes. Pure: text and parameters out, nothing run. Values are always parameters.
#pragma once

#include <string>
#include <vector>

#include "store/sql.h"
#include "weir/question.h"

namespace weir::sql {

// A condition on the columns of events, "true" where there is none. Its parameters are $1 and on.
struct Condition {
  std::string text;
  std::vector<Value> parameters;
};
[[nodiscard]] Condition condition_of(const Filter& filter);

}  // namespace weir::sql
