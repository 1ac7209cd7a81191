#include "source/aws_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::source {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

bool is_comment(std::string_view text) {
  return text.front() == '#' || text.front() == ';';
}

// A comment begins at the line's end only after a blank: keys may hold '#'.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    const bool after_blank = value[i - 1] == ' ' || value[i - 1] == '\t';
    if (after_blank && (value[i] == '#' || value[i] == ';')) return trimmed(value.substr(0, i));
  }
  return trimmed(value);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// " profile  "my own" " → "profile my own".
std::string section_name(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    const bool blank = c == ' ' || c == '\t';
    if (c == '"' || c == '\'' || (blank && out.ends_with(' '))) continue;
    out += blank ? ' ' : c;
  }
  return out;
}

class Parser {
 public:
  // What is wrong with the line; empty: nothing.
  std::string_view line(std::string_view raw) {
    const std::string_view text = trimmed(raw);
    if (text.empty() || is_comment(text)) return {};
    const std::size_t indent = raw.find_first_not_of(blanks);
    if (!key_.empty() && indent > indent_) return is_group_ ? member(text) : continuation(text);
    if (text.front() == '[') return section(text);
    if (section_ == nullptr) return "it stands before every [section]";
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return "it is neither a [section], nor key = value, nor a comment";
    key_ = lower(trimmed(text.substr(0, equals)));
    if (key_.empty()) return "there is no key before its =";
    std::string& value = (*section_)[key_];
    value = without_comment(text.substr(equals + 1));
    is_group_ = value.empty();
    indent_ = indent;
    return {};
  }
  AwsFile take() && { return std::move(file_); }

 private:
  std::string_view section(std::string_view text) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "the ] of its [section] is missing";
    const std::string_view rest = trimmed(text.substr(end + 1));
    if (!rest.empty() && !is_comment(rest)) return "there is text after its [section]";
    section_ = &file_[section_name(text.substr(1, end - 1))];
    key_.clear();
    return {};
  }

  std::string_view member(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string name = lower(trimmed(text.substr(0, std::min(equals, text.size()))));
    if (equals == std::string_view::npos || name.empty()) return "below a key without a value, key = value is wanted";
    (*section_)[key_ + '.' + name] = without_comment(text.substr(equals + 1));
    return {};
  }

  std::string_view continuation(std::string_view text) {
    (*section_)[key_].append("\n").append(text);
    return {};
  }

  AwsFile file_;
  AwsSection* section_ = nullptr;
  std::string key_;         // the last one, which indented lines belong to; empty: none in this section yet
  std::size_t indent_ = 0;  // of its line
  bool is_group_ = false;
};

}  // namespace

Result<AwsFile> parse_aws_file(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Parser parser;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view wrong = parser.line(text.substr(0, end));
    if (!wrong.empty()) {
      return fail("cannot read the AWS settings in", fmt::format("{}:{}", path, number),
                  fmt::format("the line makes no sense: {}", wrong), "correct the line, or take it out");
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(parser).take();
}

}  // namespace weir::source
