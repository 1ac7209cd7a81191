// What an answer must be, worked out event by event in the most obvious way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fake_scan.h"
#include "weir/question.h"
#include "weir/store.h"

namespace weir::contract {

// The questions, as the contract names them.
[[nodiscard]] const std::vector<const Question*>& questions();
[[nodiscard]] const Question& question(std::string_view name);

[[nodiscard]] Store::Answers reference_answers(const std::vector<Event>& events,
                                               const std::vector<const Question*>& asked, const Filter& filter,
                                               const AnswerOptions& options);

// "2021-04-24 13:05:59" of whole seconds.
[[nodiscard]] std::string timestamp_text(std::int64_t timestamp_us);

}  // namespace weir::contract
