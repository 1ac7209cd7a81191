#include "insight/questions.h"

#include <algorithm>
#include <array>

namespace weir {

std::span<const Question* const> all_questions() {
  static constexpr std::array<const Question*, 7> all{
      &questions::countries, &questions::users, &questions::companies, &questions::dates,
      &questions::actions,   &questions::uris,  &questions::tags,
  };
  return all;
}

const Question* find_question(std::string_view word) {
  const auto all = all_questions();
  const auto found = std::ranges::find_if(
      all, [&](const Question* question) { return word == question->name || word == question->singular; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace weir
