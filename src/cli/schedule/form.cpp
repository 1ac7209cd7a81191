#include "cli/schedule/form.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::cli::schedule {
namespace {

tl::unexpected<Error> bad_form(std::string_view where, std::string why) {
  return fail("cannot fill in", std::string(where), std::move(why), "this is a mistake in weir; please report it");
}

// Cuts the first line off, without its end.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

class Filler {
 public:
  explicit Filler(const Values& values) : values_(values) {}

  Result<std::string> fill(std::string_view form) {
    while (!form.empty()) WEIR_TRY(take(next_line(form)));
    if (inside_) return bad_form("the form", "an @if@ has no @end@");
    return std::move(out_);
  }

 private:
  Status take(std::string_view line) {
    constexpr std::string_view begin = "@if ";
    if (line.starts_with(begin) && line.ends_with('@')) {
      if (inside_) return bad_form(line, "an @if@ inside another");
      WEIR_TRY_ASSIGN(const std::string* const value,
                      value_of(line.substr(begin.size(), line.size() - begin.size() - 1)));
      inside_ = true;
      shown_ = !value->empty();
      return {};
    }
    if (line == "@else@" || line == "@end@") {
      if (!inside_) return bad_form(line, "it has no @if@");
      inside_ = line == "@else@";
      shown_ = line == "@end@" || !shown_;
      return {};
    }
    return shown_ ? write(line) : Status();
  }

  Status write(std::string_view line) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view word = line.substr(indent);
    const bool alone = word.size() > 2 && word.front() == '@' && word.find('@', 1) == word.size() - 1 &&
                       is_name(word.substr(1, word.size() - 2));
    if (alone) return write_block(line.substr(0, indent), word.substr(1, word.size() - 2));
    while (!line.empty()) WEIR_TRY(write_piece(line));
    out_ += '\n';
    return {};
  }

  Status write_block(std::string_view indent, std::string_view name) {
    WEIR_TRY_ASSIGN(const std::string* const value, value_of(name));
    std::string_view rest = *value;
    while (!rest.empty()) out_.append(indent).append(next_line(rest)).append("\n");
    return {};
  }

  // Literal text, or one place.
  Status write_piece(std::string_view& line) {
    const std::size_t end = line.find('@', 1);
    if (line.front() == '@' && end != std::string_view::npos && is_name(line.substr(1, end - 1))) {
      WEIR_TRY_ASSIGN(const std::string* const value, value_of(line.substr(1, end - 1)));
      out_ += *value;
      line.remove_prefix(end + 1);
      return {};
    }
    const std::size_t literal = std::min(end, line.size());
    out_ += line.substr(0, literal);
    line.remove_prefix(literal);
    return {};
  }

  Result<const std::string*> value_of(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return bad_form(name, "it has no value");
    return &found->second;
  }

  const Values& values_;
  std::string out_;
  bool inside_ = false;  // of an @if@
  bool shown_ = true;
};

}  // namespace

std::string present(bool is_present) {
  return is_present ? "yes" : "";
}

Result<std::string> fill_form(std::string_view form, const Values& values) {
  return Filler(values).fill(form);
}

}  // namespace weir::cli::schedule
