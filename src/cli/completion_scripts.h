// The parts of completion.h: one script a shell, and what they share. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_tree.h"

namespace weir::cli {

[[nodiscard]] std::string for_bash(const Command& root);
[[nodiscard]] std::string for_zsh(const Command& root);
[[nodiscard]] std::string for_fish(const Command& root);

// The first line, other control characters made blanks.
[[nodiscard]] std::string one_line(std::string_view text);
// For bash and zsh: 'it'\''s'. The list is separated by blanks.
[[nodiscard]] std::string shell_quoted(std::string_view text);
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& words);
// Everything that no shell admits in a function's name made _.
[[nodiscard]] std::string identifier(std::string_view text);

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Command>& commands);
// The name and the aliases of one command.
[[nodiscard]] std::vector<std::string> words_for(const Command& command);
// Its own and the inherited ones.
[[nodiscard]] std::vector<Flag> flags_of(const Command& command);
[[nodiscard]] bool takes_value(const Flag& flag);

// Calls visit(command) for the tree, parents first.
template <class Visit>
void walk(const Command& command, const Visit& visit) {
  visit(command);
  for (const Command& sub : command.commands) walk(sub, visit);
}

// Lists of words, each kept once.
class WordLists {
 public:
  // From 1 on, in the order of all().
  std::size_t number(const std::vector<std::string>& words);
  [[nodiscard]] const std::vector<std::vector<std::string>>& all() const { return lists_; }

 private:
  std::vector<std::vector<std::string>> lists_;
};

}  // namespace weir::cli
