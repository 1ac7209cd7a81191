#include "cli/completion_scripts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace weir::cli {
namespace {

// Inside a spec of _arguments, the characters in `special` end a part of it.
std::string zsh_escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '\\' || special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_function(const Command& command) {
  return fmt::format("_{}", identifier(command.path));
}

std::string zsh_action(const ValueHint& hint, const std::string& root, WordLists& lists) {
  if (!hint.words.empty()) return fmt::format("_{}__words_{}", root, lists.number(hint.words));
  return hint.files ? "_files" : " ";
}

std::string zsh_flag(const Flag& flag, const std::string& root, WordLists& lists) {
  std::string out;
  for (const std::string& name : flag.names) {
    const std::string exclusive = flag.repeats ? "*" : fmt::format("({})", fmt::join(flag.names, " "));
    std::string spec = exclusive + name;
    if (takes_value(flag)) spec += name.starts_with("--") ? "=" : "+";
    spec += fmt::format("[{}]", zsh_escaped(flag.description, "[]:"));
    if (takes_value(flag)) {
      spec += fmt::format(":{}:{}", zsh_escaped(flag.type_name, ":"), zsh_action(flag.value, root, lists));
    }
    out += fmt::format(" \\\n    {}", shell_quoted(spec));
  }
  return out;
}

std::string zsh_argument(const Argument& argument, std::size_t place, const std::string& root, WordLists& lists) {
  const std::string position = argument.repeats ? "*" : fmt::format("{}{}", place, argument.required ? "" : ":");
  return fmt::format(" \\\n    {}", shell_quoted(fmt::format("{}:{}:{}", position, zsh_escaped(argument.name, ":"),
                                                             zsh_action(argument.value, root, lists))));
}

std::string zsh_subcommands(const Command& command) {
  std::string described;
  std::string calls;
  for (const Command& sub : command.commands) {
    described += fmt::format("      {}\n", shell_quoted(sub.name + ":" + one_line(sub.description)));
    calls += fmt::format("      {}) {} ;;\n", fmt::join(words_for(sub), "|"), zsh_function(sub));
  }
  return fmt::format(R"zsh(  case $state in
  command)
    commands=(
{}    )
    _describe -t commands command commands ;;
  argument)
    case $words[1] in
{}    esac ;;
  esac
)zsh",
                     described, calls);
}

}  // namespace

std::string for_zsh(const Command& root) {
  WordLists lists;
  const std::string name = identifier(root.name);
  std::string out = fmt::format("#compdef {0}\n# zsh completion for {0}; made by `{0} completion zsh`.\n", root.name);
  walk(root, [&](const Command& command) {
    out += fmt::format("\n{}() {{\n", zsh_function(command));
    out += "  local curcontext=\"$curcontext\" context state state_descr line\n  local -a commands\n";
    out += "  typeset -A opt_args\n  _arguments -s -S -C :";
    for (const Flag& flag : flags_of(command)) out += zsh_flag(flag, name, lists);
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      out += zsh_argument(command.arguments[i], i + 1, name, lists);
    }
    if (!command.commands.empty()) out += " \\\n    '1:command:->command' \\\n    '*::argument:->argument'";
    out += " && return\n";
    if (!command.commands.empty()) out += zsh_subcommands(command);
    out += "}\n";
  });
  for (std::size_t i = 0; i < lists.all().size(); ++i) {
    const std::vector<std::string>& words = lists.all()[i];
    const bool open = std::any_of(words.begin(), words.end(), [](const std::string& w) { return w.ends_with('='); });
    out += fmt::format("\n_{}__words_{}() {{\n  compadd \"$@\" {}-- {}\n}}\n", name, i + 1, open ? "-S '' " : "",
                       quoted_list(words));
  }
  // As a file of $fpath its text is the function's first call; sourced, it only registers.
  return out + fmt::format("\nif [[ $funcstack[1] == {0} ]]; then\n  {0} \"$@\"\nelse\n  compdef {0} {1}\nfi\n",
                           zsh_function(root), root.name);
}

}  // namespace weir::cli
