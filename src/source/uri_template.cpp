#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "source/template_fields.h"
#include "source/url.h"
#include "weir/source.h"

namespace weir {
namespace source {
namespace {

struct Word {
  std::string_view text;
  Placeholder placeholder;
  std::size_t digits;
};
constexpr std::array<Word, 3> words{
    {{"{YYYY}", Placeholder::year, 4}, {"{MM}", Placeholder::month, 2}, {"{DD}", Placeholder::day, 2}}};

const Word* word_at(std::string_view text) {
  const auto* found = std::find_if(words.begin(), words.end(), [&](const Word& w) { return text.starts_with(w.text); });
  return found == words.end() ? nullptr : found;
}

std::size_t digits_of(Placeholder placeholder) {
  return words[static_cast<std::size_t>(placeholder)].digits;
}

int& field_of(DateFields& fields, Placeholder placeholder) {
  switch (placeholder) {
    case Placeholder::year: return fields.year;
    case Placeholder::month: return fields.month;
    case Placeholder::day: break;
  }
  return fields.day;
}

bool capture_number(Placeholder placeholder, std::string_view& text, DateFields& fields) {
  const std::size_t digits = digits_of(placeholder);
  if (text.size() < digits) return false;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  int& field = field_of(fields, placeholder);
  if (field >= 0 && field != value) return false;
  field = value;
  return true;
}

}  // namespace

TemplatePiece next_piece(std::string_view& rest) {
  if (const Word* word = word_at(rest)) {
    rest.remove_prefix(word->text.size());
    return {word->text, word->placeholder};
  }
  const std::size_t end = std::min(rest.find('{', 1), rest.size());
  const std::string_view literal = rest.substr(0, end);
  rest.remove_prefix(end);
  return {literal, std::nullopt};
}

bool capture(std::string_view pattern, std::string_view text, DateFields& fields) {
  while (!pattern.empty()) {
    const TemplatePiece piece = next_piece(pattern);
    if (piece.placeholder) {
      if (!capture_number(*piece.placeholder, text, fields)) return false;
    } else {
      if (!text.starts_with(piece.text)) return false;
      text.remove_prefix(piece.text.size());
    }
  }
  return text.empty();
}

}  // namespace source

namespace {

using source::DateFields;
using source::Placeholder;
using source::TemplatePiece;

constexpr std::string_view example =
    "write it like s3://bucket/{YYYY}/{MM}/events.csv or data/{YYYY}/{MM}/{DD}/events.csv";

tl::unexpected<Error> bad_template(std::string_view text, std::string why) {
  return fail(ErrorKind::usage, "not a source template:", fmt::format("'{}'", display_name(text)), std::move(why),
              std::string(example));
}

// What is not shown of a template may be a password that has braces in it.
tl::unexpected<Error> bad_placeholder(std::string_view text, std::string_view braced) {
  const bool shown = display_name(text).find(braced) != std::string::npos;
  return bad_template(text, fmt::format("{} is no placeholder; there are {{YYYY}}, {{MM}} and {{DD}}",
                                        shown ? fmt::format("'{}'", braced) : "what its login or query has in braces"));
}

// A path said in two ways is one path: leading "./", "/./" and "//" go. Remote names are bytes and stay as written.
std::string plain_path(std::string_view path) {
  if (is_remote(path)) return std::string(path);
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool begins = out.empty() ? i == 0 || path[i - 1] == '/' : out.back() == '/';
    if (begins && path.substr(i).starts_with("./")) {
      ++i;
    } else if (path[i] != '/' || out.empty() || out.back() != '/') {
      out += path[i];
    }
  }
  return out;
}

std::string text_of(Placeholder placeholder, const CivilDate& date) {
  switch (placeholder) {
    case Placeholder::year: return fmt::format("{:04}", date.year);
    case Placeholder::month: return fmt::format("{:02}", date.month);
    case Placeholder::day: break;
  }
  return fmt::format("{:02}", date.day);
}

}  // namespace

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  DateFields seen;
  std::string_view rest = text;
  while (!rest.empty()) {
    const TemplatePiece piece = source::next_piece(rest);
    if (piece.placeholder) {
      DateFields one{piece.placeholder == Placeholder::year ? 0 : seen.year,
                     piece.placeholder == Placeholder::month ? 0 : seen.month,
                     piece.placeholder == Placeholder::day ? 0 : seen.day};
      seen = one;
    } else if (const std::size_t brace = piece.text.find_first_of("{}"); brace != std::string_view::npos) {
      const std::size_t end = std::min(piece.text.find('}', brace), piece.text.size() - 1);
      return bad_placeholder(text, piece.text.substr(brace, end - brace + 1));
    }
  }
  if (seen.year < 0) return bad_template(text, "it has no {YYYY}");
  if (seen.month < 0) return bad_template(text, "it has no {MM}");
  UriTemplate parsed;
  parsed.text_ = source::normal_uri(text);
  return parsed;
}

Granularity UriTemplate::granularity() const {
  return text_.find("{DD}") == std::string::npos ? Granularity::month : Granularity::day;
}

std::string UriTemplate::uri(const Period& period) const {
  const CivilDate date = to_civil(period.first_day());
  std::string out;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const TemplatePiece piece = source::next_piece(rest);
    out += piece.placeholder ? text_of(*piece.placeholder, date) : std::string(piece.text);
  }
  return out;
}

std::optional<Period> UriTemplate::match(std::string_view uri) const {
  DateFields fields;
  if (!source::capture(plain_path(text_), plain_path(uri), fields)) return std::nullopt;
  const bool daily = granularity() == Granularity::day;
  if (!is_valid({fields.year, fields.month, daily ? fields.day : 1})) return std::nullopt;
  return Period{fields.year, fields.month, daily ? fields.day : 0};
}

}  // namespace weir
