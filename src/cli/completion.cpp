#include "cli/completion.h"

#include "cli/completion_scripts.h"

namespace weir::cli {

std::optional<Shell> shell_named(std::string_view word) {
  if (word == "bash") return Shell::bash;
  if (word == "zsh") return Shell::zsh;
  if (word == "fish") return Shell::fish;
  return std::nullopt;
}

std::string completion_script(const CLI::App& root, Shell shell, const ValueWords& words) {
  const Command tree = command_tree(root, words);
  switch (shell) {
    case Shell::bash: return for_bash(tree);
    case Shell::zsh: return for_zsh(tree);
    case Shell::fish: return for_fish(tree);
  }
  return {};
}

}  // namespace weir::cli
