// The command line as plain data, taken from the CLI11 program that also parses it and prints --help: completion and
// the man page are made from this, so that the three cannot disagree.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir::cli {

// Words that values of a type may be: "QUESTION" -> countries, users, …; "FIELD=VALUE" -> "country=", … (a word that
// ends in = is completed without a space). By the type name or the positional's name.
using ValueWords = std::map<std::string, std::vector<std::string>, std::less<>>;

// What may be typed as a value: one of `words`, or a file, or something nobody can list.
struct ValueHint {
  std::vector<std::string> words;
  bool files = false;
  friend bool operator==(const ValueHint&, const ValueHint&) = default;
};

struct Flag {
  std::vector<std::string> names;  // "-f", "--format"
  std::string description;
  std::string type_name;      // as --help shows it, "table|json|csv"; empty: it takes no value
  std::string default_value;  // empty: none is shown
  std::string variable;       // of the environment; empty: none
  ValueHint value;
  bool repeats = false;
  friend bool operator==(const Flag&, const Flag&) = default;
};

struct Argument {
  std::string name;  // "SRC"
  std::string description;
  ValueHint value;
  bool required = false;
  bool repeats = false;
};

struct Command {
  std::string path;  // "weir db init"
  std::string name;  // "init"
  std::vector<std::string> aliases;
  std::string description;
  std::string footer;  // the examples
  std::vector<Flag> flags;
  std::vector<Flag> inherited;  // the parents' that this command takes too (CLI11's fallthrough)
  std::vector<Argument> arguments;
  std::vector<Command> commands;
};

// What an option's values may be is read from, in this order: a validator that lists them (CLI::IsMember: {a,b,c}); a
// type name that does (a|b|c, in lower case); `words`; the type or positional name: SRC, DEST, DST, FILE, DIR and PATH
// are files. Hidden options and commands (of the empty group) are left out. Throws what CLI11 throws.
[[nodiscard]] Command command_tree(const CLI::App& root, const ValueWords& words);

}  // namespace weir::cli
