// One text, as each kind of deployment file writes it, so that its reader gets the same text back. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::cli::schedule {

// What all the formats can hold: UTF-8 without control characters, line separators, bidirectional controls and
// noncharacters. The functions below expect it, and change nothing else.
[[nodiscard]] bool is_plain(std::string_view text);

// A command for sh.
[[nodiscard]] std::string shell_words(const std::vector<std::string>& words);

// The value of a crontab's NAME=VALUE line, which knows quotes, and no escapes. Fails (usage) on a value that begins or
// ends as only quotes could say, and holds both kinds of them.
[[nodiscard]] Result<std::string> crontab_value(std::string_view text);

// A command for sh as a crontab's line: % would end it. Fails (usage) on a backslash before a backslash or a %, which
// crons read in two ways.
[[nodiscard]] Result<std::string> crontab_command(std::string_view command);

// A word of systemd's Environment= or ReadWritePaths=, an argument of ExecStart=, where $ would be a variable, and all
// of its words, the program first, where it would not.
[[nodiscard]] std::string systemd_word(std::string_view text);
[[nodiscard]] std::string systemd_argument(std::string_view text);
[[nodiscard]] std::string systemd_command(const std::vector<std::string>& words);
// The same for a path that stands alone: only % is special.
[[nodiscard]] std::string systemd_path(std::string_view text);

// In double quotes: a scalar of YAML, and a flow sequence of such; a string of HCL, and a list of such.
[[nodiscard]] std::string yaml_string(std::string_view text);
[[nodiscard]] std::string yaml_list(const std::vector<std::string>& words);
[[nodiscard]] std::string hcl_string(std::string_view text);

// Inside CloudFormation's !Sub: ${ stands for itself.
[[nodiscard]] std::string sub_text(std::string_view text);

// A literal in a resource or a pattern of IAM: *, ? and $ stand for themselves.
[[nodiscard]] std::string iam_literal(std::string_view text);

}  // namespace weir::cli::schedule
