#include <algorithm>
#include <cassert>
#include <vector>

#include "base/text.h"
#include "render/cell.h"
#include "render/display.h"
#include "render/table.h"

namespace weir::rendering {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t cut_min = 8;       // columns that a cut cell keeps at least
constexpr std::size_t padded_max = 120;  // not on a terminal: a longer cell is not waited for by the others

struct GridColumn {
  std::size_t index;  // in Listing::columns
  std::size_t width;
  bool right;
  bool may_be_cut;
};

using Grid = std::vector<GridColumn>;

// The columns to show, each as wide as its widest cell.
Grid grid_of(const Listing& listing) {
  Grid grid;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    const ListingColumn& column = listing.columns[i];
    if (!column.in_table) continue;
    const bool may_be_cut = column.kind == CellKind::text || column.kind == CellKind::list;
    grid.push_back({i, display_width(printable(column.heading)), is_number(column.kind), may_be_cut});
  }
  for (const std::vector<Cell>& row : listing.rows) {
    assert(row.size() == listing.columns.size());
    for (GridColumn& column : grid) {
      const CellKind kind = listing.columns[column.index].kind;
      column.width = std::max(column.width, display_width(friendly_text(row[column.index], kind)));
    }
  }
  return grid;
}

// Takes columns from the widest that may be cut until all fit into `width`, or none is left to take from.
void shrink(Grid& grid, std::size_t width) {
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

// Appends one cell of a line. `last`: nothing follows that would need it filled.
void append_cell(std::string& out, std::string_view text, const GridColumn& column, bool last) {
  if (column.right) {
    append_right(out, text, column.width);
  } else {
    append_left(out, text, last ? 0 : column.width);
  }
  if (!last) out.append(gap, ' ');
}

}  // namespace

std::string table(const Listing& listing, const TableStyle& style) {
  if (listing.rows.empty() && !listing.empty_text.empty()) return listing.empty_text + "\n";
  Grid grid = grid_of(listing);
  if (grid.empty()) return {};
  const bool terminal = style.width_columns > 0;
  if (terminal) shrink(grid, style.width_columns);
  for (GridColumn& column : grid) column.width = terminal ? column.width : std::min(column.width, padded_max);
  const auto shown = [&](const std::string& text, const GridColumn& column) {
    return terminal ? cut(text, column.width) : text;
  };
  std::string headings;
  for (const GridColumn& column : grid) {
    const std::string heading = printable(listing.columns[column.index].heading);
    append_cell(headings, shown(heading, column), column, &column == &grid.back());
  }
  std::string out = Paint(style.colour).dim(headings) + "\n";
  for (const std::vector<Cell>& row : listing.rows) {
    for (const GridColumn& column : grid) {
      const std::string text = friendly_text(row[column.index], listing.columns[column.index].kind);
      append_cell(out, shown(text, column), column, &column == &grid.back());
    }
    out.erase(out.find_last_not_of(' ') + 1);  // empty cells at the end
    out += '\n';
  }
  return out;
}

}  // namespace weir::rendering
