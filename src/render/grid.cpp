#include "render/grid.h"

#include <algorithm>

#include "render/display.h"

namespace weir::rendering {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t cut_min = 8;  // columns that a cut cell keeps at least

// Takes columns from the widest that may be cut until all fit into `width`, or none is left to take from.
void shrink(std::vector<GridColumn>& grid, std::size_t width) {
  std::size_t total = gap * (grid.size() - 1);
  for (const GridColumn& column : grid) total += column.width;
  while (total > width) {
    const auto size = [](const GridColumn& column) { return column.may_be_cut ? column.width : 0; };
    const auto widest = std::ranges::max_element(grid, {}, size);
    if (size(*widest) <= cut_min) return;
    --widest->width;
    --total;
  }
}

}  // namespace

void fit(std::vector<GridColumn>& grid, std::size_t room) {
  if (room > 0 && !grid.empty()) return shrink(grid, room);
  for (GridColumn& column : grid) column.width = std::min(column.width, padded_max);
}

void append_cell(std::string& out, std::string_view text, const GridColumn& column, bool last, bool on_terminal) {
  const std::string shown = on_terminal ? cut(text, column.width) : std::string(text);
  if (column.right) {
    append_right(out, shown, column.width);
  } else {
    append_left(out, shown, last ? 0 : column.width);
  }
  if (!last) out.append(gap, ' ');
}

void end_line(std::string& out, std::size_t begin) {
  const std::size_t text_end = out.find_last_not_of(' ') + 1;
  out.erase(std::max(text_end, begin));
  out += '\n';
}

}  // namespace weir::rendering
