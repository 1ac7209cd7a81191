#include <algorithm>
#include <vector>

#include "base/text.h"
#include "render/display.h"
#include "render/grid.h"
#include "render/row_format.h"

namespace weir::rendering {
namespace {

class TableWriter final : public GatheringWriter {
 public:
  TableWriter(const TableStyle& style, WriteText write) : GatheringWriter(std::move(write)), style_(style) {}

  Status begin(std::span<const QueryColumn> columns) override {
    for (const QueryColumn& column : columns) {
      headings_.push_back(printable(column.name));
      grid_.push_back({display_width(headings_.back()), column.is_number, !column.is_number});
    }
    return {};
  }

  Result<bool> row(std::span<const QueryValue> values) override {
    std::vector<std::string> cells;
    cells.reserve(values.size());
    for (const QueryValue& value : values) cells.push_back(shown_text(value));
    if (is_laid_out_) {
      append_line(cells);
      return flush_if_due();
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      grid_[i].width = std::max(grid_[i].width, display_width(cells[i]));
      held_bytes_ += cells[i].size();
    }
    held_.push_back(std::move(cells));
    if (held_.size() < table_rows_measured && held_bytes_ < table_bytes_measured) return true;
    lay_out();
    return flush_if_due();
  }

  Status finish() override {
    if (!is_laid_out_) lay_out();
    return GatheringWriter::finish();
  }

 private:
  // By what came so far; it goes out.
  void lay_out() {
    is_laid_out_ = true;
    fit(grid_, style_.width_columns);
    std::string line;
    for (std::size_t i = 0; i < grid_.size(); ++i) append(line, headings_[i], i);
    out_.append(Paint(style_.colour).dim(line)).append("\n");
    for (const std::vector<std::string>& cells : held_) append_line(cells);
    if (held_.empty()) out_ += "No rows.\n";
    held_ = {};
  }

  void append(std::string& line, const std::string& text, std::size_t at) const {
    append_cell(line, text, grid_[at], at + 1 == grid_.size(), style_.width_columns > 0);
  }

  void append_line(const std::vector<std::string>& cells) {
    const std::size_t begin = out_.size();
    for (std::size_t i = 0; i < cells.size(); ++i) append(out_, cells[i], i);
    end_line(out_, begin);
  }

  TableStyle style_;
  std::vector<std::string> headings_;
  std::vector<GridColumn> grid_;
  std::vector<std::vector<std::string>> held_;
  std::size_t held_bytes_ = 0;
  bool is_laid_out_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_row_table(const TableStyle& style, WriteText write) {
  return std::make_unique<TableWriter>(style, std::move(write));
}

}  // namespace weir::rendering
