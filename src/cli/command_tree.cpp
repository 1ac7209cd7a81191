#include "cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace weir::cli {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "FORMAT:{table,json}" (CLI::IsMember) and "FORMAT:value in {table->0,json->1} OR {0,1}" (its transformers) -> table,
// json
std::vector<std::string> words_of_set(std::string_view type) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  std::vector<std::string> words = split(type.substr(open + 1, close - open - 1), ',');
  for (std::string& word : words) word.resize(std::min(word.size(), word.find("->")));
  return words;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// "table|json" -> table, json; "N|all" -> nothing, for N is none.
std::vector<std::string> words_of_type(std::string_view type) {
  std::vector<std::string> words = split(type, '|');
  if (words.size() < 2 || !std::all_of(words.begin(), words.end(), is_word)) return {};
  return words;
}

// "DIR|FILE|-" -> DIR, FILE
bool names_files(std::string_view type) {
  constexpr std::array<std::string_view, 6> kinds{"SRC", "DEST", "DST", "FILE", "DIR", "PATH"};
  const std::vector<std::string> words = split(type, '|');
  return std::any_of(words.begin(), words.end(), [&kinds](const std::string& word) {
    return std::find(kinds.begin(), kinds.end(), word) != kinds.end();
  });
}

// Without the validators' descriptions, which CLI11 appends as ":…".
std::string bare_type(const std::string& type) {
  return type.substr(0, type.find(':'));
}

ValueHint hint_for(const CLI::Option& option, const ValueWords& words) {
  const std::string type = option.get_type_name();
  ValueHint hint;
  hint.words = words_of_set(type);
  if (hint.words.empty()) hint.words = words_of_type(type);
  const std::string bare = bare_type(type);
  for (const std::string& name : {option.get_name(true), bare}) {
    const auto found = words.find(name);
    if (hint.words.empty() && found != words.end()) hint.words = found->second;
    if (hint.words.empty() && names_files(name)) hint.files = true;
  }
  return hint;
}

// What --help would show as the value: the choices rather than CLI11's TEXT.
std::string shown_type(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  std::string bare = bare_type(option.get_type_name());
  const std::vector<std::string> choices = words_of_set(option.get_type_name());
  if (choices.empty() || (bare != "TEXT" && !bare.empty())) return bare;
  return CLI::detail::join(choices, "|");
}

bool repeats(const CLI::Option& option) {
  return option.get_items_expected_max() > 1;
}

Flag flag_of(const CLI::Option& option, const ValueWords& words) {
  Flag flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  flag.description = option.get_description();
  flag.variable = option.get_envname();
  if (option.get_items_expected_max() == 0) return flag;
  flag.type_name = shown_type(option);
  if (flag.type_name.empty()) flag.type_name = "VALUE";
  flag.default_value = option.get_default_str();
  flag.value = hint_for(option, words);
  flag.repeats = repeats(option);
  return flag;
}

Argument argument_of(const CLI::Option& option, const ValueWords& words) {
  return {option.get_name(true), option.get_description(), hint_for(option, words), option.get_required(),
          repeats(option)};
}

// Options of option groups belong to the command that has the group.
void add_options(const CLI::App& app, const ValueWords& words, Command& command) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->get_positional()) command.arguments.push_back(argument_of(*option, words));
    if (option->nonpositional()) command.flags.push_back(flag_of(*option, words));
  }
  for (const CLI::App* group : app.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); })) {
    add_options(*group, words, command);
  }
}

bool has_flag(const std::vector<Flag>& flags, const std::string& name) {
  return std::any_of(flags.begin(), flags.end(), [&name](const Flag& flag) {
    return std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end();
  });
}

void inherit(const std::vector<Flag>& flags, Command& command) {
  for (const Flag& flag : flags) {
    const bool own = std::any_of(flag.names.begin(), flag.names.end(),
                                 [&command](const std::string& name) { return has_flag(command.flags, name); });
    if (!own) command.inherited.push_back(flag);
  }
}

Command command_of(const CLI::App& app, const Command* parent, const ValueWords& words) {
  Command command;
  command.name = app.get_name();
  command.path = parent == nullptr ? command.name : parent->path + " " + command.name;
  command.aliases = app.get_aliases();
  command.description = app.get_description();
  // CLI11 hands a footer down to commands that have none.
  if (parent == nullptr || app.get_footer() != app.get_parent()->get_footer()) command.footer = app.get_footer();
  add_options(app, words, command);
  if (parent != nullptr && app.get_fallthrough()) {
    inherit(parent->flags, command);
    inherit(parent->inherited, command);
  }
  const auto shown = [](const CLI::App* sub) { return !sub->get_name().empty() && !sub->get_group().empty(); };
  for (const CLI::App* sub : app.get_subcommands(shown)) command.commands.push_back(command_of(*sub, &command, words));
  return command;
}

}  // namespace

Command command_tree(const CLI::App& root, const ValueWords& words) {
  return command_of(root, nullptr, words);
}

}  // namespace weir::cli
