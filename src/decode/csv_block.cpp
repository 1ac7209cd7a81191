#include "decode/csv_block.h"

#include <algorithm>

#include "base/text.h"

namespace weir::csv {

void RowCollector::clear() {
  batch_->rows = 0;
  batch_->rejects.clear();
  batch_->columns.resize(layout_.selected);
  unescaped_.clear();
  reserve(0);
}

void RowCollector::reserve(std::size_t more_rows) {
  const std::size_t rows = batch_->rows + more_rows;
  cells_.resize(layout_.selected);
  for (std::size_t slot = 0; slot < layout_.selected; ++slot) {
    auto& column = batch_->columns[slot];
    if (column.size() < rows) column.resize(rows);
    cells_[slot] = column.data();
  }
  if (batch_->lines.size() < rows) batch_->lines.resize(rows);
  if (batch_->records.size() < rows) batch_->records.resize(rows);
}

std::string_view RowCollector::unescaped(std::string_view text) {
  std::string& copy = unescaped_.emplace_back();
  unescape(text, copy);
  return copy;
}

void RowCollector::end_row(std::uint32_t line, std::string_view record) {
  batch_->lines[batch_->rows] = line;
  batch_->records[batch_->rows] = record;
  ++batch_->rows;
}

void RowCollector::reject(std::uint32_t line, std::string reason, std::string_view record) {
  batch_->rejects.push_back({line, std::move(reason), reject_raw(record)});
}

void RowCollector::add_exact(const Record& record, std::string_view text, const std::vector<FieldSpan>& fields,
                             std::uint32_t line) {
  const std::string_view raw = text.substr(0, record.raw_length);
  if (record.kind == RecordKind::reject) {
    reject(line, record.reason, raw);
  } else if (record.kind == RecordKind::row) {
    reserve(1);
    for (std::size_t column = 0; column < fields.size(); ++column) put(column, fields[column]);
    end_row(line, raw);
  }
}

namespace {

// One pass over a block. Every record is first tried by plain(), which knows only well-formed ones that end in the
// block.
class BlockParser {
 public:
  BlockParser(std::string_view block, bool at_end, const Layout& layout, const Structure& structure, RowCollector& rows)
      : block_(block), at_end_(at_end), layout_(layout), structure_(structure), rows_(rows) {
    dead_ends_.reset(block.data());
  }

  std::optional<BlockEnd> run(std::size_t start, std::size_t rejects_max) {
    const std::size_t size = block_.size();
    // A row has an LF of its own, but for the dump's last, and a separator or line end after every field.
    const std::size_t rows_max = std::min((size - start) / layout_.columns, layout_.batch_records);
    rows_.reserve(std::min(count_bits(structure_.line_feed, start, size), rows_max) + 1);
    std::size_t pos = start;
    for (std::size_t records = 0; pos < size;) {
      if (block_[pos] == '\n') {  // a blank line; a dump may be full of them
        ++pos;
        ++line_;
        continue;
      }
      if (records == layout_.batch_records) return BlockEnd{true, pos, line_, false, {}};
      if (!dead_ends_.ahead(block_.data() + pos)) {  // plain() knows nothing of them
        if (const std::size_t next = plain(pos); next != 0) {
          pos = next;
          ++records;
          continue;
        }
      }
      const std::string_view text = block_.substr(pos);
      const Record record = parse_record(text, at_end_, layout_.delimiter, layout_.columns, fields_, dead_ends_);
      if (record.kind == RecordKind::unfinished || record.kind == RecordKind::skipping) {
        return BlockEnd{false, pos, line_, record.kind == RecordKind::skipping, record.reason};
      }
      if (record.kind == RecordKind::reject && rejects_max-- == 0) return std::nullopt;
      rows_.add_exact(record, text, fields_, line_);
      if (record.kind != RecordKind::blank) ++records;
      pos += record.length;
      line_ += record.lines;
    }
    return BlockEnd{false, size, line_, false, {}};
  }

 private:
  // The record at `start` when it is well-formed, plain and ends with an LF in this block: puts its row and returns
  // where the next one begins. 0: it needs the exact parser (nothing was put).
  std::size_t plain(std::size_t start) {
    const std::size_t size = block_.size();
    const char* const data = block_.data();
    if (data[start] == '\r') return 0;  // a blank line, perhaps
    std::size_t column = 0;
    std::size_t pos = start;
    std::uint32_t inner_lines = 0;
    for (;;) {
      FieldSpan field;
      std::size_t end;
      if (pos < size && data[pos] == '"') {
        const std::size_t close = closing_quote(pos, field.escaped);
        if (close == size) return 0;
        field.text = block_.substr(pos + 1, close - pos - 1);
        if (any_bit(structure_.line_feed, pos + 1, close)) {
          inner_lines += static_cast<std::uint32_t>(count_bits(structure_.line_feed, pos + 1, close));
        }
        end = close + 1;
        if (end + 1 < size && data[end] == '\r' && data[end + 1] == '\n') ++end;
        if (end >= size || (data[end] != layout_.delimiter && data[end] != '\n')) return 0;
      } else {
        end = next_bit(structure_.separator, pos, size);
        if (end == size) return 0;
        const std::size_t stop = data[end] == '\n' && end > pos && data[end - 1] == '\r' ? end - 1 : end;
        field.text = block_.substr(pos, stop - pos);
      }
      if (column == layout_.columns) return 0;
      rows_.put(column, field);
      ++column;
      pos = end + 1;
      if (data[end] != '\n') continue;
      return column == layout_.columns ? accept(start, end, inner_lines) : 0;
    }
  }

  std::size_t accept(std::size_t start, std::size_t line_feed, std::uint32_t inner_lines) {
    if (line_feed - start > field_limit_bytes) return 0;  // long enough that a limit may be met
    if (any_bit(structure_.suspect, start, line_feed)) {
      const std::string_view record = block_.substr(start, line_feed - start);
      if (record.find('\0') != std::string_view::npos || valid_utf8_prefix(record) != record.size()) return 0;
    }
    const std::size_t stop = block_[line_feed - 1] == '\r' ? line_feed - 1 : line_feed;
    rows_.end_row(line_, block_.substr(start, stop - start));
    line_ += 1 + inner_lines;
    return line_feed + 1;
  }

  // Of the field that opens at `open`; block size when it is not in this block, or not yet certain.
  std::size_t closing_quote(std::size_t open, bool& escaped) const {
    const std::size_t size = block_.size();
    std::size_t quote = next_bit(structure_.quote, open + 1, size);
    while (quote + 1 < size && block_[quote + 1] == '"') {
      escaped = true;
      quote = next_bit(structure_.quote, quote + 2, size);
    }
    return quote + 1 < size ? quote : size;
  }

  std::string_view block_;
  bool at_end_;
  const Layout& layout_;
  const Structure& structure_;
  RowCollector& rows_;
  std::uint32_t line_ = 0;
  std::vector<FieldSpan> fields_;
  DeadEnds dead_ends_;
};

}  // namespace

std::optional<BlockEnd> parse_block(std::string_view block, std::size_t start, bool at_end, const Layout& layout,
                                    const Structure& structure, std::size_t rejects_max, RowCollector& rows) {
  return BlockParser(block, at_end, layout, structure, rows).run(start, rejects_max);
}

}  // namespace weir::csv
