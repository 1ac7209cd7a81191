#include "cli/completion_scripts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <string_view>

namespace weir::cli {
namespace {

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

}  // namespace

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

}  // namespace weir::cli
