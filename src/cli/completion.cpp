#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <vector>

namespace weir::cli {
namespace {

// One line, without the characters that would end it.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find('\n')));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

// For bash and zsh: 'it'\''s'.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words) all.push_back(shell_quoted(word));
  return fmt::format("{}", fmt::join(all, " "));
}

std::string identifier(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return out;
}

std::vector<std::string> names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

std::vector<std::string> words_for(const Command& command) {
  std::vector<std::string> words{command.name};
  words.insert(words.end(), command.aliases.begin(), command.aliases.end());
  return words;
}

std::vector<Flag> flags_of(const Command& command) {
  std::vector<Flag> flags = command.flags;
  flags.insert(flags.end(), command.inherited.begin(), command.inherited.end());
  return flags;
}

bool takes_value(const Flag& flag) {
  return !flag.type_name.empty();
}

// Calls visit(command) for the tree, parents first.
template <class Visit>
void walk(const Command& command, const Visit& visit) {
  visit(command);
  for (const Command& sub : command.commands) walk(sub, visit);
}

// Lists of words, each once, by number from 1 on.
class WordLists {
 public:
  std::size_t number(const std::vector<std::string>& words) {
    const auto found = std::find(lists_.begin(), lists_.end(), words);
    if (found == lists_.end()) lists_.push_back(words);
    return static_cast<std::size_t>(std::find(lists_.begin(), lists_.end(), words) - lists_.begin()) + 1;
  }
  [[nodiscard]] const std::vector<std::vector<std::string>>& all() const { return lists_; }

 private:
  std::vector<std::vector<std::string>> lists_;
};

// --- bash ---

// What `wants` is set to: how the word at the cursor is completed.
std::string bash_want(const ValueHint& hint, WordLists& lists) {
  if (!hint.words.empty()) return fmt::format("{}", lists.number(hint.words));
  return hint.files ? "files" : "nothing";
}

std::string bash_typed_words(const Command& root, WordLists& lists) {
  std::string out;
  walk(root, [&](const Command& command) {
    for (const Flag& flag : flags_of(command)) {
      if (!takes_value(flag)) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : flag.names) patterns.push_back(shell_quoted(command.path + " " + name));
      out += fmt::format("            {}) wants={} ;;\n", fmt::join(patterns, " | "), bash_want(flag.value, lists));
    }
    for (const Command& sub : command.commands) {
      std::vector<std::string> patterns;
      for (const std::string& word : words_for(sub)) patterns.push_back(shell_quoted(command.path + " " + word));
      out += fmt::format("            {}) path={} ;;\n", fmt::join(patterns, " | "), shell_quoted(sub.path));
    }
  });
  return out;
}

std::string bash_places(const Command& root, WordLists& lists) {
  std::string out;
  walk(root, [&](const Command& command) {
    if (!command.commands.empty()) {
      out += fmt::format("            {}) wants={} ;;\n", shell_quoted(command.path + ":0"),
                         lists.number(names_of(command.commands)));
    }
    for (std::size_t place = 0; place < command.arguments.size(); ++place) {
      const Argument& argument = command.arguments[place];
      const std::string pattern = argument.repeats ? shell_quoted(command.path + ":") + "*"
                                                   : shell_quoted(fmt::format("{}:{}", command.path, place));
      out += fmt::format("            {}) wants={} ;;\n", pattern, bash_want(argument.value, lists));
    }
  });
  return out;
}

std::string bash_flags(const Command& root, WordLists& lists) {
  std::string out;
  walk(root, [&](const Command& command) {
    std::vector<std::string> names;
    for (const Flag& flag : flags_of(command)) names.insert(names.end(), flag.names.begin(), flag.names.end());
    if (!names.empty()) {
      out += fmt::format("            {}) wants={} ;;\n", shell_quoted(command.path), lists.number(names));
    }
  });
  return out;
}

// Readline splits words at = and : too; what stands behind one belongs to the word before it.
constexpr std::string_view bash_script = R"bash(# bash completion for {name}; made by `{name} completion bash`.
{function}() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} path={root} place=0 wants= glued= only_places= word i
    local -a words=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        if [[ $word == [:=] || $word == [:=][:=] ]]; then glued=yes; continue; fi
        if [[ $glued || $wants ]]; then glued= wants=; continue; fi
        if [[ $only_places ]]; then ((++place)); continue; fi
        case "$path $word" in
{typed}            *' --') only_places=yes ;;
            *' -'?*) ;;
            *) ((++place)) ;;
        esac
    done
    if [[ $cur == [:=] ]]; then glued=yes cur=; fi
    cur=${{cur#[\"\']}}
    if [[ $wants ]]; then
        :
    elif [[ $glued ]]; then
        return
    elif [[ $cur == -* && ! $only_places ]]; then
        case $path in
{flags}        esac
    else
        case "$path:$place" in
{places}        esac
    fi
    case $wants in
{lists}        files)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
    esac
    for word in "${{words[@]}}"; do
        [[ $word == "$cur"* ]] || continue
        printf -v word %q "$word"
        COMPREPLY+=("$word")
    done
    if [[ ${{#COMPREPLY[@]}} == 1 && ${{COMPREPLY[0]}} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}}
complete -F {function} {name}
)bash";

std::string for_bash(const Command& root) {
  WordLists lists;
  const std::string typed = bash_typed_words(root, lists);
  const std::string flags = bash_flags(root, lists);
  const std::string places = bash_places(root, lists);
  std::string cases;
  for (std::size_t i = 0; i < lists.all().size(); ++i) {
    cases += fmt::format("        {}) words=({}) ;;\n", i + 1, quoted_list(lists.all()[i]));
  }
  return fmt::format(fmt::runtime(bash_script), fmt::arg("name", root.name),
                     fmt::arg("function", fmt::format("_{}", identifier(root.name))),
                     fmt::arg("root", shell_quoted(root.path)), fmt::arg("typed", typed), fmt::arg("flags", flags),
                     fmt::arg("places", places), fmt::arg("lists", cases));
}

// --- zsh ---

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

// --- fish ---

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// complete -a reads its text as words once more.
std::string fish_value(const ValueHint& hint) {
  if (hint.words.empty()) return hint.files ? " -F" : "";
  std::vector<std::string> all;
  for (const std::string& word : hint.words) all.push_back(fish_quoted(word));
  return fmt::format(" -a {}", fish_quoted(fmt::format("{}", fmt::join(all, " "))));
}

std::string fish_flag(const Flag& flag) {
  std::string out;
  for (const std::string& name : flag.names) {
    const bool is_long = name.starts_with("--");
    out += fmt::format(" {} {}", is_long ? "-l" : "-s", fish_quoted(std::string_view(name).substr(is_long ? 2 : 1)));
  }
  if (takes_value(flag)) out += flag.value.files ? " -r" : " -x";
  return out + fish_value(flag.value) + " -d " + fish_quoted(one_line(flag.description));
}

std::string fish_typed_words(const Command& root) {
  std::string out;
  walk(root, [&out](const Command& command) {
    for (const Flag& flag : flags_of(command)) {
      if (!takes_value(flag)) continue;
      out += "            case";
      for (const std::string& name : flag.names) out += fmt::format(" {}", fish_quoted(command.path + " " + name));
      out += "\n                set wants yes\n";
    }
    for (const Command& sub : command.commands) {
      out += "            case";
      for (const std::string& word : words_for(sub)) out += fmt::format(" {}", fish_quoted(command.path + " " + word));
      out += fmt::format("\n                set path {}\n", fish_quoted(sub.path));
    }
  });
  return out;
}

constexpr std::string_view fish_script = R"fish(# fish completion for {name}; made by `{name} completion fish`.

# True when the cursor is in the command PATH, and (when FIRST and LAST are given) at one of its places FIRST to LAST.
function {function} --argument-names wanted first last
    set -l path {root}
    set -l place 0
    set -l wants
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if test -n "$wants"
            set wants
            continue
        end
        switch "$path $word"
{typed}            case '* -*'
            case '*'
                set place (math $place + 1)
        end
    end
    test "$path" = "$wanted"; or return
    test -z "$first"; and return
    test $place -ge $first -a $place -le $last
end

complete -c {name} -f
)fish";

std::string for_fish(const Command& root) {
  const std::string function = fmt::format("__{}_at", identifier(root.name));
  std::string out = fmt::format(fmt::runtime(fish_script), fmt::arg("name", root.name), fmt::arg("function", function),
                                fmt::arg("root", fish_quoted(root.path)), fmt::arg("typed", fish_typed_words(root)));
  const auto line = [&](const std::string& condition, const std::string& rest) {
    out += fmt::format("complete -c {} -n {}{}\n", root.name, fish_quoted(function + " " + condition), rest);
  };
  constexpr int no_last_place = 9999;
  walk(root, [&](const Command& command) {
    const std::string at = fish_quoted(command.path);
    for (const Flag& flag : flags_of(command)) line(at, fish_flag(flag));
    for (const Command& sub : command.commands) {
      line(at + " 0 0", fmt::format(" -a {} -d {}", fish_quoted(sub.name), fish_quoted(one_line(sub.description))));
    }
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      const Argument& argument = command.arguments[i];
      const std::string value = fish_value(argument.value);
      const std::size_t last = argument.repeats ? no_last_place : i;
      if (!value.empty()) line(fmt::format("{} {} {}", at, i, last), value);
    }
  });
  return out;
}

}  // namespace

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
