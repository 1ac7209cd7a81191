#include "store/postgres/called_functions.h"

#include <algorithm>
#include <set>

namespace weir::postgres {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '$';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// PostgreSQL's lexical rules (standard_conforming_strings on) as far as they tell names from everything else.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  std::vector<std::string> calls() {
    while (at_ < sql_.size()) step();
    return {calls_.begin(), calls_.end()};
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
  [[nodiscard]] bool starts(std::string_view text) const { return sql_.substr(at_).starts_with(text); }

  void step() {
    if (starts("--")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (starts("/*")) {
      skip_comment();
    } else if (peek() == '\'') {
      skip_string(false);
    } else if (peek() == '"') {
      name_ = quoted_name();
    } else if (peek() == '$') {
      skip_dollar_string();
    } else if (is_letter(peek())) {
      take_word();
    } else {
      if (peek() == '(' && !name_.empty()) calls_.insert(name_);
      const bool space = std::string_view(" \t\n\r\f\v").find(peek()) != std::string_view::npos;
      if (!space) name_.clear();
      at_ += 1;
    }
  }

  void take_word() {
    const std::size_t begin = at_;
    while (is_word(peek())) ++at_;
    std::string word(sql_.substr(begin, at_ - begin));
    std::ranges::transform(word, word.begin(), lower);
    name_ = word;
    if (peek() == '\'') {
      skip_string(word == "e");
    } else if (word == "u" && peek() == '&' && (peek(1) == '"' || peek(1) == '\'')) {
      ++at_;
      if (peek() == '\'') return skip_string(false);
      static_cast<void>(quoted_name());
      name_ = "U&";
    }
  }

  // Nested, as nowhere else in SQL.
  void skip_comment() {
    std::size_t depth = 0;
    do {
      if (starts("/*")) {
        ++depth;
        at_ += 2;
      } else if (starts("*/")) {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < sql_.size());
  }

  void skip_string(bool backslashes) {
    name_.clear();
    for (++at_; at_ < sql_.size(); ++at_) {
      if (backslashes && peek() == '\\') {
        ++at_;
      } else if (peek() == '\'') {
        if (peek(1) != '\'') break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
  }

  std::string quoted_name() {
    std::string name;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (peek() == '"') {
        if (peek(1) != '"') break;
        ++at_;
      }
      name += peek();
    }
    at_ = std::min(at_ + 1, sql_.size());
    return name;
  }

  // $tag$ … $tag$, or a parameter ($1).
  void skip_dollar_string() {
    name_.clear();
    std::size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end]) && sql_[end] != '$') ++end;
    const bool opens = end < sql_.size() && sql_[end] == '$' && (end == at_ + 1 || is_letter(sql_[at_ + 1]));
    if (!opens) {
      at_ = end;
      return;
    }
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::string name_;  // what an opening parenthesis next would call
  std::set<std::string> calls_;
};

}  // namespace

std::vector<std::string> called_functions(std::string_view sql) {
  return Lexer(sql).calls();
}

}  // namespace weir::postgres
