// Cells of a table below each other. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::rendering {

inline constexpr std::size_t padded_max = 120;  // not on a terminal: a longer cell is not waited for by the others

struct GridColumn {
  std::size_t width = 0;
  bool right = false;
  bool may_be_cut = false;
};

// Fits the columns, each as wide as its widest cell, into a terminal of `room` columns by taking from the widest that
// may be cut; 0 is no terminal.
void fit(std::vector<GridColumn>& grid, std::size_t room);

// Appends one cell of a line, cut on a terminal, and the gap to the next unless it is the `last`.
void append_cell(std::string& out, std::string_view text, const GridColumn& column, bool last, bool on_terminal);

// Ends a line: spaces before the end, from `begin` of the line on, go.
void end_line(std::string& out, std::size_t begin);

}  // namespace weir::rendering
