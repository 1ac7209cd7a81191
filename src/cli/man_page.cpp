#include "cli/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <utility>
#include <vector>

#include "cli/command_tree.h"

namespace weir::cli {
namespace {

// The code point of the well-formed character at the beginning of `text`, and its bytes.
std::pair<unsigned, std::size_t> decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  unsigned code = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size && i < text.size(); ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {code, size};
}

// Text of one line, as roff prints it: no escape, no hyphen where a minus was typed, nothing but ASCII in the file.
std::string escaped_line(std::string_view text) {
  std::string out;
  if (!text.empty() && (text[0] == '.' || text[0] == '\'')) out += "\\&";  // else a request
  for (std::size_t i = 0; i < text.size();) {
    const auto [code, size] = decode(text.substr(i));
    switch (code) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '"': out += "\\(dq"; break;
      default:
        if (code < 0x20 || code == 0x7F) {
          out += ' ';
        } else if (code < 0x80) {
          out += static_cast<char>(code);
        } else {
          out += fmt::format("\\[u{:04X}]", code);
        }
    }
    i += size;
  }
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// Running text: an empty line is a new paragraph.
std::string paragraphs(std::string_view text, std::string_view break_request) {
  std::string out;
  bool after_break = true;
  for (std::string_view line : lines_of(text)) {
    while (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) {
      if (!after_break) out += fmt::format("{}\n", break_request);
    } else {
      out += escaped_line(line) + "\n";
    }
    after_break = line.empty();
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped_line(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped_line(text) + "\\fR";
}

// A term and what it is.
std::string item(const std::string& term, std::string_view description) {
  return fmt::format(".TP\n{}\n{}", term, paragraphs(description, ".IP"));
}

// Verbatim, without the heading a footer may have of its own.
std::string examples(std::string_view footer) {
  std::vector<std::string_view> lines = lines_of(footer);
  const auto blank = [](std::string_view line) { return line.find_first_not_of(' ') == std::string_view::npos; };
  while (!lines.empty() && (blank(lines.front()) || lines.front() == "Examples:" || lines.front() == "Example:")) {
    lines.erase(lines.begin());
  }
  while (!lines.empty() && blank(lines.back())) lines.pop_back();
  if (lines.empty()) return {};
  std::string out = ".nf\n";
  for (const std::string_view line : lines) out += escaped_line(line) + "\n";
  return out + ".fi\n";
}

// The choices, unless the text or the type names them all already.
std::string choices_of(const Flag& flag) {
  const auto named = [&flag](const std::string& word) {
    return flag.description.find(word) != std::string::npos || flag.type_name.find(word) != std::string::npos;
  };
  if (std::all_of(flag.value.words.begin(), flag.value.words.end(), named)) return {};
  return fmt::format(". One of {}.", fmt::join(flag.value.words, ", "));
}

std::string described(const Flag& flag) {
  std::string text = flag.description + choices_of(flag);
  if (!flag.default_value.empty()) text += fmt::format(" (default: {})", flag.default_value);
  if (!flag.variable.empty()) text += fmt::format(" (environment: {})", flag.variable);
  return text;
}

std::string options(const std::vector<Flag>& flags) {
  std::string out;
  for (const Flag& flag : flags) {
    std::string term;
    for (const std::string& name : flag.names) term += (term.empty() ? "" : ", ") + bold(name);
    if (!flag.type_name.empty()) term += " " + italic(flag.type_name);
    out += item(term, described(flag));
  }
  return out;
}

std::string arguments(const std::vector<Argument>& all) {
  std::string out;
  for (const Argument& argument : all) {
    if (!argument.description.empty()) out += item(italic(argument.name), argument.description);
  }
  return out;
}

std::string synopsis(const Command& command) {
  std::string line = bold(command.path);
  if (!command.flags.empty()) line += " [" + italic("option") + " ...]";
  for (const Argument& argument : command.arguments) {
    const std::string name = italic(argument.name) + (argument.repeats ? " ..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  if (!command.commands.empty()) line += " " + italic("command") + " ...";
  return line;
}

bool takes(const Command& command, const Flag& flag) {
  return std::find(command.flags.begin(), command.flags.end(), flag) != command.flags.end();
}

// First what the program alone takes, as --version.
std::string root_options(const Command& root) {
  std::vector<Flag> shared = root.flags;
  const auto own = std::stable_partition(shared.begin(), shared.end(), [&root](const Flag& flag) {
    return std::none_of(root.commands.begin(), root.commands.end(),
                        [&flag](const Command& command) { return takes(command, flag); });
  });
  const std::vector<Flag> alone(shared.begin(), own);
  shared.erase(shared.begin(), own);
  std::string out = ".SH OPTIONS\n" + options(alone);
  if (!shared.empty()) out += ".PP\nCommands take these too, beside their own:\n" + options(shared);
  return out;
}

// A command and those below it, each under its own heading. What every command takes is said once, of the root.
std::string section(const Command& command, const Command& root) {
  std::string out = fmt::format(".SS {}\n", escaped_line(command.path));
  out += fmt::format("{}\n.PP\n{}", synopsis(command), paragraphs(command.description, ".PP"));
  std::vector<Flag> own;
  std::copy_if(command.flags.begin(), command.flags.end(), std::back_inserter(own),
               [&root](const Flag& flag) { return !takes(root, flag); });
  out += arguments(command.arguments) + options(own);
  const std::string shown = examples(command.footer);
  if (!shown.empty()) out += ".PP\nExamples:\n.PP\n" + shown;
  for (const Command& sub : command.commands) out += section(sub, root);
  return out;
}

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array<Row, 7> exit_status{{
    {"0", "Done, or nothing to do. A closed pipe is no error."},
    {"1", "Failed."},
    {"2", "The command line or weir.toml asks for no such thing."},
    {"3", "Too many rejected rows, or some of several dumps failed."},
    {"4", "An expected period is missing."},
    {"5", "Access was refused, or credentials are absent or not enough."},
    {"130", "Interrupted; the database is as it was."},
}};

constexpr std::array<Row, 7> environment{{
    {"WEIR_SOURCE", "The template of the dumps' URIs, like --source, which goes before it."},
    {"WEIR_DB", "The database's URL, like --db, which goes before it."},
    {"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN", "Credentials for S3."},
    {"AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_ENDPOINT_URL",
     "What --region, --profile and --endpoint-url say when they are given."},
    {"PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE, PGSERVICE, PGSSLMODE and others",
     "What a postgresql:// URL leaves out, as PostgreSQL's own tools read them."},
    {"NO_COLOR", "When set and not empty, nothing is coloured."},
    {"XDG_CONFIG_HOME", "Where the user's weir/weir.toml is, instead of ~/.config."},
}};

constexpr std::array<Row, 4> files{{
    {"./weir.toml", "Settings of this folder. Flags and the environment go before them."},
    {"~/.config/weir/weir.toml", "Settings of this user. Those of ./weir.toml go before them."},
    {"~/.aws/config, ~/.aws/credentials", "Profiles, as the AWS tools read them."},
    {"weir.duckdb", "The database, unless another is named."},
}};

template <std::size_t N>
std::string table(const std::array<Row, N>& rows) {
  std::string out;
  for (const auto& [term, description] : rows) out += item(bold(term), description);
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string lead_sentence(std::string_view description) {
  std::string line(description.substr(0, description.find('\n')));
  while (line.ends_with('.')) line.pop_back();
  return line;
}

}  // namespace

std::string man_page(const CLI::App& root, std::string_view version, std::string_view date) {
  const Command tree = command_tree(root, {});
  std::string out =
      fmt::format(".TH {} 1 {} \"{} {}\" \"User Commands\"\n", upper(tree.name), date, tree.name, version);
  out += fmt::format(".SH NAME\n{} \\- {}\n", escaped_line(tree.name), escaped_line(lead_sentence(tree.description)));
  out += fmt::format(".SH SYNOPSIS\n{}\n", synopsis(tree));
  out += ".SH DESCRIPTION\n" + paragraphs(tree.description, ".PP");
  out += root_options(tree);
  out += ".SH COMMANDS\n";
  for (const Command& command : tree.commands) out += section(command, tree);
  out += ".SH EXIT STATUS\n" + table(exit_status);
  out += ".SH ENVIRONMENT\n" + table(environment);
  out += ".SH FILES\n" + table(files);
  const std::string shown = examples(tree.footer);
  if (!shown.empty()) out += ".SH EXAMPLES\n" + shown;
  return out;
}

}  // namespace weir::cli
