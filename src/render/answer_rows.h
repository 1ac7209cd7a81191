// The rows of an answer in columns: key, events, share of all events, bar. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "render/display.h"
#include "weir/question.h"

namespace weir::rendering {

// A line and the columns it takes, which its colours do not.
struct Line {
  std::string text;
  std::size_t columns = 0;

  // `painted` is what stands there for `plain`.
  void add(std::string_view plain, std::string_view painted);
  void add(std::string_view plain) { add(plain, plain); }
  void fill_to(std::size_t width);
};

inline constexpr std::size_t column_gap = 2;
inline constexpr std::size_t bar_columns_min = 20;
inline constexpr std::size_t bar_columns_max = 40;
inline constexpr std::size_t key_columns_min = 16;    // rather no bar than keys cut shorter
inline constexpr std::size_t key_columns_free = 120;  // not on a terminal: a longer key is not waited for by the others

// Widths, with column_gap between; bar 0: there is none.
struct AnswerColumns {
  bool cuts_keys = false;  // to fit; else longer ones run over
  std::size_t key = 0;
  std::size_t events = 0;
  std::size_t share = 0;
  std::size_t bar = 0;
};

// The widths with which the rows of all `answers` stand below each other within `room` columns; 0: not on a terminal,
// so there is no bar and no key is cut.
[[nodiscard]] AnswerColumns fit_columns(std::span<const Answer> answers, std::size_t room);

// A bar of `events` where `largest` (not 0) takes `columns`, to an eighth of a column; what is not nothing shows.
[[nodiscard]] std::string bar(std::uint64_t events, std::uint64_t largest, std::size_t columns);

// The most events of one row; 0 when there is none.
[[nodiscard]] std::uint64_t largest_of(const Answer& answer);

// Row `count` of `answer`, whose largest_of() is `largest`, after `indent` spaces.
[[nodiscard]] Line answer_row(const Answer& answer, const Count& count, std::uint64_t largest,
                              const AnswerColumns& columns, std::size_t indent, const Paint& paint);

}  // namespace weir::rendering
