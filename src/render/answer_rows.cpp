#include "render/answer_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "render/words.h"

namespace weir::rendering {
namespace {

constexpr std::size_t key_columns_least = 2;  // where a terminal is too narrow for anything

std::size_t longest_key(const Answer& answer) {
  std::size_t longest = 0;
  for (const Count& count : answer.rows) longest = std::max(longest, display_width(printable(count.key)));
  return longest;
}

// Shares the columns that events and shares left between keys and bar.
void divide(std::size_t room, std::size_t longest, AnswerColumns& columns) {
  const std::size_t key_with_bar = room - std::min(room, column_gap + bar_columns_min);
  if (key_with_bar >= std::min(longest, key_columns_min)) {
    columns.key = std::min(longest, key_with_bar);
    columns.bar = std::min(room - column_gap - columns.key, bar_columns_max);
  } else {
    columns.key = std::max(std::min(longest, room), key_columns_least);
  }
}

}  // namespace

void Line::add(std::string_view plain, std::string_view painted) {
  text += painted;
  columns += display_width(plain);
}

void Line::fill_to(std::size_t width) {
  if (columns >= width) return;
  text.append(width - columns, ' ');
  columns = width;
}

AnswerColumns fit_columns(std::span<const Answer> answers, std::size_t room) {
  AnswerColumns columns{.cuts_keys = room > 0, .events = display_width("Events"), .share = display_width("<0.1 %")};
  std::size_t longest = 0;
  for (const Answer& answer : answers) {
    longest = std::max({longest, longest_key(answer), display_width(answer.question->heading)});
    const std::uint64_t largest = largest_of(answer);
    columns.events = std::max(columns.events, format_count(largest).size());
    if (answer.events > 0) columns.share = std::max(columns.share, share(largest, answer.events).size());
  }
  if (room == 0) {
    columns.key = std::min(longest, key_columns_free);
  } else {
    const std::size_t numbers = column_gap + columns.events + column_gap + columns.share;
    divide(room - std::min(room, numbers), longest, columns);
  }
  return columns;
}

std::string bar(std::uint64_t events, std::uint64_t largest, std::size_t columns) {
  constexpr std::array<std::string_view, 8> partial{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double exact = static_cast<double>(events) / static_cast<double>(largest) * static_cast<double>(columns) * 8;
  const auto eighths = std::max<std::size_t>(static_cast<std::size_t>(std::llround(exact)), events > 0 ? 1 : 0);
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  return out.append(partial[eighths % 8]);
}

std::uint64_t largest_of(const Answer& answer) {
  const auto largest = std::ranges::max_element(answer.rows, {}, &Count::events);
  return largest == answer.rows.end() ? 0 : largest->events;
}

Line answer_row(const Answer& answer, const Count& count, std::uint64_t largest, const AnswerColumns& columns,
                std::size_t indent, const Paint& paint) {
  Line line;
  line.fill_to(indent);
  const std::string key = printable(count.key);
  const std::string shown = columns.cuts_keys ? cut(key, columns.key) : key;
  line.add(shown, count.key == none_key ? paint.dim(shown) : shown);
  line.fill_to(indent + columns.key);
  std::string numbers(column_gap, ' ');
  append_right(numbers, format_count(count.events), columns.events);
  numbers.append(column_gap, ' ');
  append_right(numbers, answer.events == 0 ? "" : share(count.events, answer.events), columns.share);
  line.add(numbers);
  if (columns.bar > 0 && largest > 0) {
    const std::string drawn = bar(count.events, largest, columns.bar);
    line.add(std::string(column_gap, ' '));
    line.add(drawn, paint.bar(drawn));
  }
  return line;
}

}  // namespace weir::rendering
