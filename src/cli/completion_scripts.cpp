#include "cli/completion_scripts.h"

#include <algorithm>
#include <cctype>

namespace weir::cli {

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
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(shell_quoted(word));
  return out;
}

std::string identifier(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return out;
}

std::vector<std::string> names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names(commands.size());
  std::transform(commands.begin(), commands.end(), names.begin(), [](const Command& command) { return command.name; });
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

std::size_t WordLists::number(const std::vector<std::string>& words) {
  const auto found = std::find(lists_.begin(), lists_.end(), words);
  const auto index = static_cast<std::size_t>(found - lists_.begin());
  if (found == lists_.end()) lists_.push_back(words);
  return index + 1;
}

}  // namespace weir::cli
