// Flags that say which events count, and how an answer is cut.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "weir/question.h"

namespace CLI {
class App;
}

namespace weir::cli {

class AnswerFlags {
 public:
  // `default_limit`: of rows a question.
  explicit AnswerFlags(std::uint64_t default_limit) : default_limit_(default_limit) {}
  void add_to(CLI::App& app);
  // Both fail (usage) on a value that means nothing, naming it.
  [[nodiscard]] Result<Filter> filter() const;
  [[nodiscard]] Result<AnswerOptions> options(const Context& context) const;
  [[nodiscard]] bool groups_dates() const { return by_.has_value(); }

 private:
  std::uint64_t default_limit_;
  std::optional<std::string> limit_, since_, until_, by_, sort_, missing_;
  std::vector<std::string> where_, fill_;
};

}  // namespace weir::cli
