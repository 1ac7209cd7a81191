#include <algorithm>
#include <cassert>
#include <vector>

#include "base/text.h"
#include "render/cell.h"
#include "render/display.h"
#include "render/grid.h"
#include "render/table.h"

namespace weir::rendering {
namespace {

// The columns of a listing that are shown, by their index in it.
std::vector<std::size_t> shown_columns(const Listing& listing) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (listing.columns[i].in_table) indices.push_back(i);
  }
  return indices;
}

// Each as wide as its widest cell.
std::vector<GridColumn> grid_of(const Listing& listing, const std::vector<std::size_t>& indices) {
  std::vector<GridColumn> grid;
  for (const std::size_t index : indices) {
    const ListingColumn& column = listing.columns[index];
    GridColumn shown{display_width(printable(column.heading)), is_number(column.kind),
                     column.kind == CellKind::text || column.kind == CellKind::list};
    for (const std::vector<Cell>& row : listing.rows) {
      assert(row.size() == listing.columns.size());
      shown.width = std::max(shown.width, display_width(friendly_text(row[index], column.kind)));
    }
    grid.push_back(shown);
  }
  return grid;
}

}  // namespace

std::string table(const Listing& listing, const TableStyle& style) {
  if (listing.rows.empty() && !listing.empty_text.empty()) return listing.empty_text + "\n";
  const std::vector<std::size_t> indices = shown_columns(listing);
  if (indices.empty()) return {};
  const bool terminal = style.width_columns > 0;
  std::vector<GridColumn> grid = grid_of(listing, indices);
  fit(grid, style.width_columns);
  const auto append = [&](std::string& line, std::size_t at, const std::string& text) {
    append_cell(line, text, grid[at], at + 1 == grid.size(), terminal);
  };
  std::string headings;
  for (std::size_t i = 0; i < indices.size(); ++i) append(headings, i, printable(listing.columns[indices[i]].heading));
  std::string out = Paint(style.colour).dim(headings) + "\n";
  for (const std::vector<Cell>& row : listing.rows) {
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < indices.size(); ++i) {
      append(out, i, friendly_text(row[indices[i]], listing.columns[indices[i]].kind));
    }
    end_line(out, begin);
  }
  return out;
}

}  // namespace weir::rendering
