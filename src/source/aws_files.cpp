#include "source/aws_files.h"

#include <algorithm>

namespace weir::source {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

// A comment begins the value's line end only after a blank: keys may hold '#'.
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

// "[ profile  "my own" ]" → "profile my own".
std::string section_name(std::string_view line) {
  line.remove_prefix(1);
  line = line.substr(0, line.find(']'));
  std::string out;
  for (const char c : trimmed(line)) {
    const bool blank = c == ' ' || c == '\t';
    if (c == '"' || c == '\'' || (blank && out.ends_with(' '))) continue;
    out += blank ? ' ' : c;
  }
  return out;
}

class Parser {
 public:
  void line(std::string_view raw) {
    const std::string_view text = trimmed(raw);
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    if (text.front() == '[') {
      section_ = &file_[section_name(text)];
      group_.clear();
      return;
    }
    const std::size_t equals = text.find('=');
    if (section_ == nullptr || equals == std::string_view::npos) return;
    const std::string key = lower(trimmed(text.substr(0, equals)));
    const std::string value(without_comment(text.substr(equals + 1)));
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (indented && !group_.empty()) {
      (*section_)[group_ + '.' + key] = value;
      return;
    }
    (*section_)[key] = value;
    group_ = value.empty() ? key : std::string();
  }
  AwsFile take() && { return std::move(file_); }

 private:
  AwsFile file_;
  AwsSection* section_ = nullptr;
  std::string group_;
};

}  // namespace

AwsFile parse_aws_file(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Parser parser;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    parser.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(parser).take();
}

}  // namespace weir::source
