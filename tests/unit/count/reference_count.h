// The slow, obvious way to count: what Counter must agree with.
#pragma once

#include <vector>

#include "batches.h"
#include "weir/question.h"

namespace weir::counting_tests {

[[nodiscard]] bool passes(const Event& event, const Filter& filter);
[[nodiscard]] Answer reference_answer(const std::vector<Event>& events, const Question& question, const Filter& filter,
                                      const AnswerOptions& options);

}  // namespace weir::counting_tests
