#include "cli/schedule/quoting.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/hints.h"

namespace weir::cli::schedule {
namespace {

// Each character of `special` by its replacement, which has the same place in `replacements`.
std::string escaped(std::string_view text, std::string_view special,
                    const std::vector<std::string_view>& replacements) {
  std::string out;
  for (const char c : text) {
    const std::size_t at = special.find(c);
    if (at == std::string_view::npos) {
      out += c;
    } else {
      out += replacements[at];
    }
  }
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Letters, digits and what systemd gives no meaning to.
bool needs_no_quotes(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:=@+,-").find(c) != std::string_view::npos;
  });
}

template <class Quote>
std::string joined(const std::vector<std::string>& words, std::string_view between, Quote quote) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += quote(word);
  }
  return out;
}

std::string double_quoted(std::string_view text) {
  return '"' + escaped(text, "\\\"", {"\\\\", "\\\""}) + '"';
}

tl::unexpected<Error> not_for_cron(std::string_view text, std::string why) {
  return fail(ErrorKind::usage, "cannot write into a crontab:", std::string(text), std::move(why),
              "rename it, or use `weir schedule systemd`");
}

}  // namespace

bool is_plain(std::string_view text) {
  return valid_utf8_prefix(text) == text.size() && printable(text) == text &&
         text.find("\xEF\xBF\xBE") == std::string_view::npos && text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

std::string shell_words(const std::vector<std::string>& words) {
  return joined(words, " ", [](const std::string& word) { return shell_word(word); });
}

Result<std::string> crontab_value(std::string_view text) {
  constexpr std::string_view quotes = "\"'";
  const bool needs_quotes =
      text.empty() || text.front() == ' ' || text.back() == ' ' || quotes.find(text.front()) != std::string_view::npos;
  if (!needs_quotes) return std::string(text);
  for (const char quote : quotes) {
    if (text.find(quote) == std::string_view::npos) return quote + std::string(text) + quote;
  }
  return not_for_cron(text, "it begins or ends with a space or a quote, and holds both kinds of quotes");
}

Result<std::string> crontab_command(std::string_view command) {
  if (command.find("\\\\") != std::string_view::npos || command.find("\\%") != std::string_view::npos) {
    return not_for_cron(command, "crons do not agree on what a backslash before a backslash or a % is");
  }
  return replaced(std::string(command), "%", "\\%");
}

std::string systemd_word(std::string_view text) {
  const std::string specifiers = replaced(std::string(text), "%", "%%");
  return needs_no_quotes(text) ? specifiers : double_quoted(specifiers);
}

std::string systemd_argument(std::string_view text) {
  return systemd_word(replaced(std::string(text), "$", "$$"));
}

std::string systemd_command(const std::vector<std::string>& words) {
  std::string command;
  for (const std::string& word : words) command += command.empty() ? systemd_word(word) : " " + systemd_argument(word);
  return command;
}

std::string systemd_path(std::string_view text) {
  return replaced(std::string(text), "%", "%%");
}

std::string yaml_string(std::string_view text) {
  return double_quoted(text);
}

std::string yaml_list(const std::vector<std::string>& words) {
  return "[" + joined(words, ", ", [](const std::string& word) { return yaml_string(word); }) + "]";
}

std::string hcl_string(std::string_view text) {
  return replaced(replaced(double_quoted(text), "${", "$${"), "%{", "%%{");
}

std::string sub_text(std::string_view text) {
  return replaced(std::string(text), "${", "${!");
}

std::string iam_literal(std::string_view text) {
  return escaped(text, "*?$", {"${*}", "${?}", "${$}"});
}

}  // namespace weir::cli::schedule
