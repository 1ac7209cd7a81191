// Text in the columns of a terminal. Pure functions. `text` is printable() already: bytes that are not UTF-8 count as
// one column each, control characters are not expected.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::rendering {

// Columns `text` takes: two for each wide character, none for a combining one, as wcwidth() has it in any UTF-8 locale.
[[nodiscard]] std::size_t display_width(std::string_view text);

// `text` when it takes at most `columns`; else its beginning and "…", together at most `columns`. Never cut inside a
// character or between a character and what combines with it.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);

// Appends `text`, filled with spaces up to `columns` after or before it; longer text is appended whole.
void append_left(std::string& out, std::string_view text, std::size_t columns);
void append_right(std::string& out, std::string_view text, std::size_t columns);

// What colours a table. Without colour every function returns its text as it is.
class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  [[nodiscard]] std::string title(std::string_view text) const { return painted("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return painted("2", text); }
  [[nodiscard]] std::string bar(std::string_view text) const { return painted("36", text); }
  [[nodiscard]] std::string warning(std::string_view text) const { return painted("33", text); }

 private:
  [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const;
  bool colour_;
};

}  // namespace weir::rendering
