#include "cli/schedule/quoting.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace weir::cli::schedule {
namespace {

// Text of what the formats give a meaning to, with some that they do not.
rc::Gen<std::string> nasty_text() {
  static const std::vector<std::string> pieces{"%",      "%%",   "\\", "\"", "'", "$", "${", "}", "%{",
                                               "{YYYY}", "{MM}", " ",  "#",  ":", "*", "?",  "&", ";",
                                               "a",      "é",    "$$", "`",  "!", "|", "~"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& chosen) {
                        std::string text;
                        for (const std::string& piece : chosen) text += piece;
                        return text;
                      });
}

// The reference readers, one character at a time, as the formats' manuals have it.

// One word of sh, without expansions: a $ or ` outside of single quotes is a mistake.
std::optional<std::string> read_shell_word(std::string_view word) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (c == '\'') {
      quoted = !quoted;
    } else if (!quoted && c == '\\' && i + 1 < word.size()) {
      text += word[++i];
    } else if (!quoted && std::string_view(" \t\n\"$`&;|<>()#*?[~!").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      text += c;
    }
  }
  if (quoted) return std::nullopt;
  return text;
}

// What cron hands to sh: \% is %, and a bare % ends the command.
std::string read_crontab_command(std::string_view line) {
  std::string command;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '%') break;
    if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '%' || line[i + 1] == '\\')) ++i;
    command += line[i];
  }
  return command;
}

std::string read_crontab_value(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return std::string(value);
  return std::string(value.substr(1, value.find(value.front(), 1) - 1));
}

std::optional<std::string> read_systemd_word(std::string_view word, bool variables) {
  std::string unquoted;
  const bool quoted = word.size() > 1 && word.front() == '"';
  if (quoted) word = word.substr(1, word.size() - 2);
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\\' && ++i == word.size()) return std::nullopt;
    if (word[i] == '"' && word[i - 1] != '\\') return std::nullopt;
    if (!quoted && std::string_view(" '\"\\;").find(word[i]) != std::string_view::npos) return std::nullopt;
    unquoted += word[i];
  }
  std::string text;
  for (std::size_t i = 0; i < unquoted.size(); ++i) {
    const bool doubled = unquoted[i] == '%' || (variables && unquoted[i] == '$');
    if (doubled && (++i == unquoted.size() || unquoted[i] != unquoted[i - 1])) return std::nullopt;
    text += unquoted[i];
  }
  return text;
}

// A double-quoted scalar of YAML without \x and its like is a string of JSON.
std::string read_json_string(const std::string& text) {
  return nlohmann::json::parse(text).get<std::string>();
}

std::optional<std::string> read_hcl_string(const std::string& literal) {
  const std::string quoted = read_json_string(literal);
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    const std::string_view rest = std::string_view(quoted).substr(i);
    if (rest.starts_with("$${") || rest.starts_with("%%{")) {
      text += rest.substr(1, 2);
      i += 2;
    } else if (rest.starts_with("${") || rest.starts_with("%{")) {
      return std::nullopt;
    } else {
      text += rest.front();
    }
  }
  return text;
}

TEST(ScheduleQuoting, ShellGetsItBack) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *nasty_text();
    RC_ASSERT(read_shell_word(shell_words({text})) == text);
  }));
}

TEST(ScheduleQuoting, CronGetsACommandBackOrItIsRefused) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *nasty_text();
    const Result<std::string> line = crontab_command(text);
    if (line) {
      RC_ASSERT(read_crontab_command(*line) == text);
    } else {
      RC_ASSERT(text.find("\\\\") != std::string::npos || text.find("\\%") != std::string::npos);
    }
  }));
}

TEST(ScheduleQuoting, CronGetsAValueBackOrItIsRefused) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *nasty_text();
    const Result<std::string> value = crontab_value(text);
    if (value) {
      RC_ASSERT(read_crontab_value(*value) == text);
      RC_ASSERT(!value->empty() && value->front() != ' ' && value->back() != ' ');
    } else {
      RC_ASSERT(text.find('"') != std::string::npos && text.find('\'') != std::string::npos);
    }
  }));
}

TEST(ScheduleQuoting, SystemdGetsItBack) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *nasty_text();
    RC_ASSERT(read_systemd_word(systemd_word(text), false) == text);
    RC_ASSERT(read_systemd_word(systemd_argument(text), true) == text);
  }));
}

TEST(ScheduleQuoting, YamlAndHclGetItBack) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *nasty_text();
    RC_ASSERT(read_json_string(yaml_string(text)) == text);
    RC_ASSERT(read_hcl_string(hcl_string(text)) == text);
  }));
}

TEST(ScheduleQuoting, LeavesAloneWhatNeedsNothing) {
  EXPECT_EQ(shell_words({"weir", "--map", "email=a,b", "2%", "it's"}), "weir --map email=a,b 2% 'it'\\''s'");
  EXPECT_EQ(crontab_command("weir '2%'").value(), "weir '2\\%'");
  EXPECT_EQ(crontab_value("s3://b/{YYYY}/'x'.csv").value(), "s3://b/{YYYY}/'x'.csv");
  EXPECT_EQ(crontab_value("'x").value(), "\"'x\"");
  EXPECT_EQ(systemd_command({"/opt/$x/weir", "2%", "$x", ";"}), "\"/opt/$x/weir\" \"2%%\" \"$$x\" \";\"");
  EXPECT_EQ(systemd_word("A=b c"), "\"A=b c\"");
  EXPECT_EQ(yaml_list({"a", "\"b\""}), R"(["a", "\"b\""])");
}

TEST(ScheduleQuoting, RefusesWhatCronsDisagreeOn) {
  EXPECT_EQ(crontab_command("a\\\\b").error().kind, ErrorKind::usage);
  EXPECT_EQ(crontab_command("50\\%").error().kind, ErrorKind::usage);
  EXPECT_EQ(crontab_value("'\"").error().kind, ErrorKind::usage);
}

TEST(ScheduleQuoting, KeepsLiteralsOfAws) {
  EXPECT_EQ(iam_literal("a*b?c$d"), "a${*}b${?}c${$}d");
  EXPECT_EQ(sub_text("a${*}b"), "a${!*}b");
}

TEST(ScheduleQuoting, TellsWhatNoFormatHolds) {
  EXPECT_TRUE(is_plain("s3://bucket/é {YYYY}"));
  for (const char* const text : {"a\nb", "a\tb", "\x7f", "\xff", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbf\xbf"}) {
    EXPECT_FALSE(is_plain(text)) << text;
  }
}

}  // namespace
}  // namespace weir::cli::schedule
