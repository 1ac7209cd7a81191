#include "decode/csv_block.h"

#include <algorithm>

#include "base/text.h"

namespace weir::csv {

void Survey::begin(std::string_view block, const Layout& layout) {
  block_ = block;
  delimiter_ = layout.delimiter;
  level_ = layout.simd;
  structure_known_ = false;
  index_.begin(block, delimiter_, level_);
}

const Structure& Survey::structure() {
  if (!structure_known_) find_structure(block_, delimiter_, level_, structure_);
  structure_known_ = true;
  return structure_;
}

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

bool sound_text(std::string_view record) {
  return record.find('\0') == std::string_view::npos && valid_utf8_prefix(record) == record.size();
}

// One pass over a block. Records are read by the index of their fields as far as it goes (indexed()); then one by one
// by plain(), which knows well-formed ones that end in the block; else by the exact parser.
class BlockParser {
 public:
  BlockParser(std::string_view block, bool at_end, const Layout& layout, Survey& survey, RowCollector& rows)
      : block_(block), at_end_(at_end), layout_(layout), survey_(survey), rows_(rows) {
    dead_ends_.reset(block.data());
  }

  std::optional<BlockEnd> run(std::size_t start, std::size_t rejects_max) {
    const std::size_t size = block_.size();
    std::size_t pos = start;
    while (pos < size) {
      if (block_[pos] == '\n') {  // a blank line; a dump may be full of them
        ++pos;
        ++line_;
        continue;
      }
      if (records_ == layout_.batch_records) return BlockEnd{true, pos, line_, false, {}};
      if (!dead_ends_.ahead(block_.data() + pos)) {  // the fast ways know nothing of them
        std::size_t next = indexed(pos);
        if (next == pos) next = plain(pos);
        if (next != 0) {
          pos = next;
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
      if (record.kind != RecordKind::blank) ++records_;
      pos += record.length;
      line_ += record.lines;
    }
    return BlockEnd{false, size, line_, false, {}};
  }

 private:
  // Puts the rows from `start` on as far as the index knows them and they are sound. Where it stopped.
  std::size_t indexed(std::size_t start) {
    RecordIndex& index = survey_.index();
    index.seek(start);
    std::size_t pos = start;
    while (!index.line_feeds().empty() || index.extend()) {
      const std::size_t known = index.line_feeds().size();
      const std::size_t read = indexed_rows(index, pos, std::min(known, layout_.batch_records - records_));
      records_ += read;
      if (read < known) break;
    }
    return pos;
  }

  // The next `count` records of the index, or those before the first that is no sound row.
  std::size_t indexed_rows(RecordIndex& index, std::size_t& start, std::size_t count) {
    aim(count);
    std::uint32_t* const lines = rows_.lines();
    std::string_view* const records = rows_.records();
    const char* const data = block_.data();
    const std::size_t columns = layout_.columns;
    const std::uint32_t* const line_feeds = index.line_feeds().data();
    const std::uint32_t* const first = index.separators().data();
    const std::uint32_t* const separators_end = first + index.separators().size();
    const std::uint32_t* separators = first;
    Rare rare{index.doubled_quotes(), index.inner_line_feeds(), index.suspects()};
    std::size_t pos = start;
    std::uint32_t line = line_;
    std::size_t row = 0;
    for (; row < count; ++row) {
      const std::size_t end = line_feeds[row];
      const auto left = static_cast<std::size_t>(separators_end - separators);
      if (left < columns || separators[columns - 1] != end) break;                  // another number of fields
      if (end == pos || data[pos] == '\r' || end - pos > field_limit_bytes) break;  // blank, or to be looked at closely
      if (!rare.sound(block_, pos, end)) break;
      const std::size_t stop = data[end - 1] == '\r' ? end - 1 : end;
      put_fields(row, separators, stop, rare);
      lines[row] = line;
      records[row] = {data + pos, stop - pos};
      line += 1 + rare.inner_lines(end);
      separators += columns;
      pos = end + 1;
    }
    rows_.end_rows(row);
    index.advance(row, static_cast<std::size_t>(separators - first));
    start = pos;
    line_ = line;
    return row;
  }

  // Makes room for `count` rows, and knows where their fields go.
  void aim(std::size_t count) {
    rows_.reserve(count);
    targets_.clear();
    for (const Layout::Pick pick : layout_.picks) targets_.push_back({pick.column, rows_.cells(pick.slot)});
  }

  // What few records have, from the current one on.
  struct Rare {
    const std::uint32_t* doubled;
    const std::uint32_t* inner;
    const std::uint32_t* suspects;

    bool sound(std::string_view block, std::size_t begin, std::size_t end) {
      while (std::size_t{*suspects} + 64 <= begin) ++suspects;
      return *suspects >= end || sound_text(block.substr(begin, end - begin));
    }
    std::uint32_t inner_lines(std::size_t end) {
      while (*doubled < end) ++doubled;
      std::uint32_t lines = 0;
      for (; *inner < end; ++inner) ++lines;
      return lines;
    }
    [[nodiscard]] bool escaped(std::size_t begin, std::size_t end) const {
      const std::uint32_t* at = doubled;
      while (*at < begin) ++at;
      return *at < end;
    }
  };

  // The fields asked for of the record whose separators these are; `stop` is its end without the line end.
  void put_fields(std::size_t row, const std::uint32_t* separators, std::size_t stop, const Rare& rare) {
    const char* const data = block_.data();
    for (const Target target : targets_) {
      const std::size_t begin = separators[static_cast<std::ptrdiff_t>(target.column) - 1] + 1U;
      const std::size_t end = target.column + 1 == layout_.columns ? std::max(begin, stop) : separators[target.column];
      std::string_view text(data + begin, end - begin);
      if (begin < end && data[begin] == '"') {
        text = {data + begin + 1, end - begin - 2};
        if (rare.escaped(begin, end)) text = rows_.unescaped(text);
      }
      target.cells[row] = text;
    }
  }

  // The record at `start` when it is well-formed, plain and ends with an LF in this block: puts its row and returns
  // where the next one begins. 0: it needs the exact parser (nothing was put).
  std::size_t plain(std::size_t start) {
    const std::size_t size = block_.size();
    const char* const data = block_.data();
    if (data[start] == '\r') return 0;  // a blank line, perhaps
    const Structure& structure = survey_.structure();
    rows_.reserve(1);
    std::size_t column = 0;
    std::size_t pos = start;
    std::uint32_t inner_lines = 0;
    for (;;) {
      FieldSpan field;
      std::size_t end;
      if (pos < size && data[pos] == '"') {
        const std::size_t close = closing_quote(structure, pos, field.escaped);
        if (close == size) return 0;
        field.text = block_.substr(pos + 1, close - pos - 1);
        inner_lines += static_cast<std::uint32_t>(count_bits(structure.line_feed, pos + 1, close));
        end = close + 1;
        if (end + 1 < size && data[end] == '\r' && data[end + 1] == '\n') ++end;
        if (end >= size || (data[end] != layout_.delimiter && data[end] != '\n')) return 0;
      } else {
        end = next_bit(structure.separator, pos, size);
        if (end == size) return 0;
        const std::size_t stop = data[end] == '\n' && end > pos && data[end - 1] == '\r' ? end - 1 : end;
        field.text = block_.substr(pos, stop - pos);
      }
      if (column == layout_.columns) return 0;
      rows_.put(column, field);
      ++column;
      pos = end + 1;
      if (data[end] != '\n') continue;
      return column == layout_.columns ? accept(structure, start, end, inner_lines) : 0;
    }
  }

  std::size_t accept(const Structure& structure, std::size_t start, std::size_t line_feed, std::uint32_t inner_lines) {
    if (line_feed - start > field_limit_bytes) return 0;  // long enough that a limit may be met
    if (any_bit(structure.suspect, start, line_feed) && !sound_text(block_.substr(start, line_feed - start))) return 0;
    const std::size_t stop = block_[line_feed - 1] == '\r' ? line_feed - 1 : line_feed;
    rows_.end_row(line_, block_.substr(start, stop - start));
    line_ += 1 + inner_lines;
    ++records_;
    return line_feed + 1;
  }

  // Of the field that opens at `open`; block size when it is not in this block, or not yet certain.
  std::size_t closing_quote(const Structure& structure, std::size_t open, bool& escaped) const {
    const std::size_t size = block_.size();
    std::size_t quote = next_bit(structure.quote, open + 1, size);
    while (quote + 1 < size && block_[quote + 1] == '"') {
      escaped = true;
      quote = next_bit(structure.quote, quote + 2, size);
    }
    return quote + 1 < size ? quote : size;
  }

  std::string_view block_;
  bool at_end_;
  const Layout& layout_;
  Survey& survey_;
  RowCollector& rows_;
  struct Target {
    std::size_t column;
    std::string_view* cells;
  };
  std::vector<Target> targets_;  // of indexed_rows()
  std::size_t records_ = 0;      // rows and rejects so far
  std::uint32_t line_ = 0;
  std::vector<FieldSpan> fields_;
  DeadEnds dead_ends_;
};

}  // namespace

std::optional<BlockEnd> parse_block(std::string_view block, std::size_t start, bool at_end, const Layout& layout,
                                    Survey& survey, std::size_t rejects_max, RowCollector& rows) {
  return BlockParser(block, at_end, layout, survey, rows).run(start, rejects_max);
}

}  // namespace weir::csv
