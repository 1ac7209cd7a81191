#include "cli/completion_scripts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>

namespace weir::cli {
namespace {

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

}  // namespace

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

}  // namespace weir::cli
