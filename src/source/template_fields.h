// The placeholders of a source template, and how a piece of text fills them. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace weir::source {

enum class Placeholder { year, month, day };

// The next piece of a template: literal text, or one placeholder.
struct TemplatePiece {
  std::string_view text;                   // as written, braces and all
  std::optional<Placeholder> placeholder;  // nullopt: literal
};

// Cuts the first piece off `rest`. A brace that opens no known placeholder is literal text here; UriTemplate::parse
// refuses such templates before.
[[nodiscard]] TemplatePiece next_piece(std::string_view& rest);

// What the placeholders met so far stand for; -1: not met.
struct DateFields {
  int year = -1;
  int month = -1;
  int day = -1;
};

// True when the whole of `text` is the whole of `pattern` with digits for its placeholders; a placeholder met twice,
// here or in an earlier call, must mean the same number. `fields` is changed also on failure.
[[nodiscard]] bool capture(std::string_view pattern, std::string_view text, DateFields& fields);

}  // namespace weir::source
