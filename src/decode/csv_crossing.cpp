#include "decode/csv_crossing.h"

#include <algorithm>

#include "base/text.h"

namespace weir::csv {
namespace {

void keep_of_reject(Boundary& boundary, std::string_view text) {
  constexpr std::size_t keep_bytes = 2 * reject_raw_max_bytes;
  if (boundary.carry.size() < keep_bytes) boundary.carry.append(text.substr(0, keep_bytes - boundary.carry.size()));
}

void start_skipping(Boundary& boundary, std::string_view text, std::string reason) {
  boundary.carry.clear();
  boundary.skip_reason = std::move(reason);
  boundary.skipped_lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  keep_of_reject(boundary, text);
}

}  // namespace

void leave(std::string_view block, const BlockEnd& end, Boundary& boundary) {
  boundary.line += end.lines;
  boundary.parsed = 0;
  if (end.skipping) {
    start_skipping(boundary, block.substr(end.tail), end.skip_reason);
  } else {
    boundary.carry.assign(block.substr(end.tail));
  }
}

std::optional<std::size_t> Crossing::cross(std::string_view block, bool last, Boundary& boundary) {
  next_ = end_ = 0;
  if (boundary.skip_reason.empty()) {
    return boundary.carry.empty() ? 0 : cross_carry(block, last, boundary);
  }
  const std::size_t lf = block.find('\n');
  if (lf == std::string_view::npos && !last) {
    keep_of_reject(boundary, block);
    return std::nullopt;
  }
  return end_skipping(block, lf, boundary);
}

// The reject ends at `lf` of the block, or with the dump when there is none.
std::size_t Crossing::end_skipping(std::string_view block, std::size_t lf, Boundary& boundary) {
  keep_of_reject(boundary, block.substr(0, lf));
  std::string_view raw = boundary.carry;
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  skipped_ = Reject{boundary.line, std::move(boundary.skip_reason), reject_raw(raw)};
  const bool ended = lf != std::string_view::npos;
  boundary.line += boundary.skipped_lines + (ended ? 1 : 0);
  boundary.carry.clear();
  boundary.skip_reason.clear();
  boundary.skipped_lines = 0;
  return ended ? lf + 1 : block.size();
}

// Parses carry + block until a record begins in the block itself. A record of many blocks is not parsed from its
// beginning in each of them, but whenever it has doubled, so that its cost stays in proportion to its length.
std::optional<std::size_t> Crossing::cross_carry(std::string_view block, bool last, Boundary& boundary) {
  if (!last && boundary.carry.size() + block.size() < 2 * boundary.parsed) {
    boundary.carry.append(block);
    return std::nullopt;
  }
  const std::size_t carried = boundary.carry.size();
  seam_ = std::move(boundary.carry);
  seam_.reserve(carried + block.size());
  boundary.carry.clear();
  dead_ends_.reset(seam_.data());
  next_line_ = boundary.line;
  std::size_t taken = 0;  // of the block
  while (end_ < carried) {
    const bool whole = taken == block.size();
    const std::string_view text = std::string_view(seam_).substr(end_);
    at_end_ = whole && last;
    const Record record = parse_record(text, at_end_, layout_.delimiter, layout_.columns, fields_, dead_ends_);
    const bool open = record.kind == RecordKind::unfinished || record.kind == RecordKind::skipping;
    if (open && !whole) {
      extend_seam(block, taken);
      continue;
    }
    if (record.kind == RecordKind::skipping) {
      start_skipping(boundary, text, record.reason);
      return std::nullopt;
    }
    if (record.kind == RecordKind::unfinished) {
      boundary.carry.assign(text);  // not moved: the seam holds what is to be collected
      boundary.parsed = text.size();
      return std::nullopt;
    }
    end_ += record.length;
    boundary.line += record.lines;
  }
  return end_ - carried;
}

void Crossing::collect() {
  collector_.begin(found_);
  lines_.clear();
  if (skipped_) {
    found_.rejects.push_back(*std::move(skipped_));
    skipped_.reset();
  }
  while (next_ < end_ && found_.rows + found_.rejects.size() < layout_.batch_records) {
    const std::string_view text = std::string_view(seam_).substr(next_);
    const Record record = parse_record(text, at_end_, layout_.delimiter, layout_.columns, fields_, dead_ends_);
    const std::size_t rejects = found_.rejects.size();
    collector_.add_exact(record, text, fields_, 0);
    if (found_.rejects.size() > rejects) found_.rejects.back().line = next_line_;
    if (record.kind == RecordKind::row) lines_.push_back(next_line_);
    next_ += record.length;
    next_line_ += record.lines;
  }
}

// Takes more of the block into the seam, whose capacity is reserved: views into it stay valid.
void Crossing::extend_seam(std::string_view block, std::size_t& taken) {
  constexpr std::size_t step_bytes = 4096;
  const std::size_t more = std::min(std::max(step_bytes, seam_.size()), block.size() - taken);
  seam_.append(block.substr(taken, more));
  taken += more;
}

void Crossing::merge_into(RowBatch& batch, RowCollector& rows, std::uint64_t first_line) {
  for (Reject& reject : batch.rejects) reject.line += first_line;
  batch.rejects.insert(batch.rejects.begin(), std::make_move_iterator(found_.rejects.begin()),
                       std::make_move_iterator(found_.rejects.end()));
  batch.first_line = first_line;
  if (found_.rows == 0) return;
  batch.first_line = lines_.front();
  const auto shift = static_cast<std::uint32_t>(first_line - batch.first_line);
  for (std::size_t row = 0; row < batch.rows; ++row) batch.lines[row] += shift;
  rows.reserve(found_.rows);
  for (std::size_t row = 0; row < found_.rows; ++row, ++batch.rows) {
    for (std::size_t slot = 0; slot < batch.columns.size(); ++slot) {
      batch.columns[slot][batch.rows] = found_.columns[slot][row];
    }
    batch.records[batch.rows] = found_.records[row];
    batch.lines[batch.rows] = static_cast<std::uint32_t>(lines_[row] - batch.first_line);
  }
}

}  // namespace weir::csv
