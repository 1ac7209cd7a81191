// Lists as text: a Python list literal or a JSON array, of strings and simple values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clean/text_arena.h"

namespace weir {

// One pass over a list. The grammar is the union of both languages':
//
//   list    = "[" [ element { "," element } [ "," ] ] "]"         white space anywhere between
//   element = [ "u" ] 'text' | "text" | number | true | false | True | False | null | None
//
// Escapes: \\ \' \" \/ \b \f \n \r \t \xHH \uXXXX (surrogate pairs as JSON has them) \UXXXXXXXX. Any other escape, a
// lone surrogate, and one that stands for NUL make the list malformed, and so do bare words and lists within the list.
class ListLiteral {
 public:
  // `text` begins with '['. Unescaped strings are stored in `arena`, all others are views into `text`.
  ListLiteral(std::string_view text, TextArena& arena) : rest_(text.substr(1)), arena_(arena) {}

  enum class Item { text, null, end, malformed };
  // The next element, `value` when it is a text (numbers and truth values are the text they are written as). After end
  // or malformed it must not be called again.
  [[nodiscard]] Item next(std::string_view& value);

 private:
  void skip_space();
  bool take(char wanted);
  [[nodiscard]] Item element(std::string_view& value);
  [[nodiscard]] bool quoted(char quote, std::string_view& value);
  [[nodiscard]] bool escaped(char quote, std::size_t plain_bytes, std::string_view& value);
  [[nodiscard]] bool unescape(std::string& out);
  [[nodiscard]] bool code_point(std::size_t digits, std::string& out);
  [[nodiscard]] std::optional<char32_t> hex(std::size_t digits);
  [[nodiscard]] Item bare(std::string_view& value);

  std::string_view rest_;
  TextArena& arena_;
  bool first_ = true;
};

}  // namespace weir
