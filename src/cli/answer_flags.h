// Flags that say which events count, and how an answer is cut.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
  explicit AnswerFlags(std::uint64_t default_limit, By default_by = By::day)
      : default_limit_(default_limit), default_by_(default_by) {}
  // All of them, or only some.
  void add_to(CLI::App& app);
  void add_limit_to(CLI::App& app, const std::string& description);
  void add_filter_to(CLI::App& app);
  void add_order_to(CLI::App& app);
  void add_missing_to(CLI::App& app);
  // Both fail (usage) on a value that means nothing, naming it.
  [[nodiscard]] Result<Filter> filter() const;
  [[nodiscard]] Result<AnswerOptions> options(const Context& context) const;
  [[nodiscard]] bool groups_dates() const { return by_.has_value(); }
  // One that was given and is about the keys of a question; nullopt: none was.
  [[nodiscard]] std::optional<std::string_view> flag_about_keys() const;

 private:
  std::uint64_t default_limit_;
  By default_by_;
  std::optional<std::string> limit_, since_, until_, by_, sort_, missing_, personal_mail_;
  std::vector<std::string> where_, fill_;
};

}  // namespace weir::cli
