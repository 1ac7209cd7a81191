#include "clean/list_literal.h"

namespace weir {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A number as JSON writes it, all of `text`.
bool is_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > begin;
  };
  const auto take_any_of = [&](std::string_view set) {
    const bool found = i < text.size() && set.find(text[i]) != std::string_view::npos;
    if (found) ++i;
    return found;
  };
  take_any_of("-");
  if (!digits()) return false;
  if (take_any_of(".") && !digits()) return false;
  if (take_any_of("eE")) {
    take_any_of("+-");
    if (!digits()) return false;
  }
  return i == text.size();
}

void append_utf8(char32_t code, std::string& out) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

void ListLiteral::skip_space() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

bool ListLiteral::take(char wanted) {
  if (rest_.empty() || rest_.front() != wanted) return false;
  rest_.remove_prefix(1);
  return true;
}

ListLiteral::Item ListLiteral::next(std::string_view& value) {
  skip_space();
  if (!first_ && take(',')) {
    skip_space();
    first_ = true;  // the end may follow: a trailing comma
  }
  if (take(']')) {
    skip_space();
    return rest_.empty() ? Item::end : Item::malformed;
  }
  if (!first_) return Item::malformed;
  first_ = false;
  return element(value);
}

ListLiteral::Item ListLiteral::element(std::string_view& value) {
  if (rest_.size() > 1 && rest_[0] == 'u' && (rest_[1] == '\'' || rest_[1] == '"')) rest_.remove_prefix(1);
  if (take('\'')) return quoted('\'', value) ? Item::text : Item::malformed;
  if (take('"')) return quoted('"', value) ? Item::text : Item::malformed;
  return bare(value);
}

bool ListLiteral::quoted(char quote, std::string_view& value) {
  std::size_t i = 0;
  while (i < rest_.size() && rest_[i] != quote && rest_[i] != '\\') ++i;
  if (i == rest_.size()) return false;
  if (rest_[i] == '\\') return escaped(quote, i, value);
  value = rest_.substr(0, i);
  rest_.remove_prefix(i + 1);
  return true;
}

bool ListLiteral::escaped(char quote, std::size_t plain_bytes, std::string_view& value) {
  std::string text(rest_.substr(0, plain_bytes));
  rest_.remove_prefix(plain_bytes);
  while (!take(quote)) {
    if (rest_.empty()) return false;
    if (take('\\')) {
      if (!unescape(text)) return false;
    } else {
      text += rest_.front();
      rest_.remove_prefix(1);
    }
  }
  value = arena_.store(text);
  return true;
}

bool ListLiteral::unescape(std::string& out) {
  if (rest_.empty()) return false;
  const char kind = rest_.front();
  rest_.remove_prefix(1);
  switch (kind) {
    case '\\':
    case '\'':
    case '"':
    case '/': out += kind; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'x': return code_point(2, out);
    case 'u': return code_point(4, out);
    case 'U': return code_point(8, out);
    default: return false;
  }
}

bool ListLiteral::code_point(std::size_t digits, std::string& out) {
  std::optional<char32_t> code = hex(digits);
  if (!code) return false;
  if (*code >= 0xD800 && *code <= 0xDBFF && rest_.starts_with("\\u")) {
    rest_.remove_prefix(2);
    const std::optional<char32_t> low = hex(4);
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
    code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
  }
  if (*code == 0 || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) return false;
  append_utf8(*code, out);
  return true;
}

std::optional<char32_t> ListLiteral::hex(std::size_t digits) {
  if (rest_.size() < digits) return std::nullopt;
  char32_t code = 0;
  for (const char c : rest_.substr(0, digits)) {
    const char lower = static_cast<char>(static_cast<unsigned char>(c) | 0x20U);
    if (is_digit(c)) {
      code = (code << 4U) | static_cast<char32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      code = (code << 4U) | static_cast<char32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  rest_.remove_prefix(digits);
  return code;
}

ListLiteral::Item ListLiteral::bare(std::string_view& value) {
  std::size_t i = 0;
  while (i < rest_.size() && rest_[i] != ',' && rest_[i] != ']' && !is_space(rest_[i])) ++i;
  value = rest_.substr(0, i);
  rest_.remove_prefix(i);
  if (value == "null" || value == "None") return Item::null;
  const bool truth = value == "true" || value == "false" || value == "True" || value == "False";
  return truth || is_number(value) ? Item::text : Item::malformed;
}

}  // namespace weir
