#include "cli/hints.h"

#include <algorithm>
#include <array>

namespace weir::cli {
namespace {

constexpr std::string_view quoted_weir = "`weir ";

bool uses_database(std::string_view command) {
  constexpr std::array<std::string_view, 7> names{"plan", "ingest", "status", "rejects", "drop", "query", "db"};
  const std::string_view name = command.substr(0, command.find(' '));
  const bool asks_how = command.find("--help") != std::string_view::npos;
  const bool has_one = command.find("--db") != std::string_view::npos;
  return !asks_how && !has_one && std::ranges::find(names, name) != names.end();
}

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:@%+=,").find(c) != std::string_view::npos;
}

}  // namespace

std::string with_flags(std::string_view text, std::string_view flags) {
  std::string out;
  while (!flags.empty()) {
    const std::size_t begin = text.find(quoted_weir);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('`', begin + 1);
    if (end == std::string_view::npos) break;
    const std::string_view command = text.substr(begin + quoted_weir.size(), end - begin - quoted_weir.size());
    out += text.substr(0, end);
    if (uses_database(command)) out.append(" ").append(flags);
    out += '`';
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

std::string shell_word(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace weir::cli
