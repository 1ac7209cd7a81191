#include "convert/typing_reader.h"

#include <algorithm>
#include <span>
#include <utility>
namespace weir::converting {
namespace {

// A column may have room for more than the batch's rows.
std::span<const std::string_view> texts_of(const RowBatch& batch, int column) {
  return std::span(batch.columns[static_cast<std::size_t>(column)]).first(batch.rows);
}

void rule_out(std::atomic<bool>& finding) {
  finding.store(false, std::memory_order_relaxed);
}

}  // namespace

bool is_uuid_as_written(std::string_view text) {
  constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
  if (text.size() != form.size()) return false;
  bool right = true;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const char c = text[i];
    right &= form[i] == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
  return right;
}

bool is_date_as_written(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-';
}

bool is_cut_to_microseconds(std::string_view text) {
  const std::size_t mark = text.find_first_of(".,");
  if (mark == std::string_view::npos) return false;
  const std::string_view fraction = text.substr(mark + 1);
  return std::min(fraction.find_first_not_of("0123456789"), fraction.size()) > 6;
}

ParquetTypes Findings::types() const {
  ParquetTypes types;
  types.id_is_uuid = uuids;
  if (times) types.time = dates ? ParquetTypes::Time::day : ParquetTypes::Time::time;
  return types;
}

TypingReader::TypingReader(std::unique_ptr<RowReader> rows, const ParquetColumns& columns, Findings& findings,
                           Rejections& rejections, Progress* progress)
    : rows_(std::move(rows)), columns_(columns), findings_(findings), rejections_(rejections), progress_(progress) {}

Result<bool> TypingReader::next(RowBatch& batch) {
  texts_.clear();
  WEIR_TRY_ASSIGN(const bool more, rows_->next(batch));
  if (!more) return false;
  WEIR_TRY(rejections_.add(batch.rejects));
  findings_.rows.fetch_add(batch.rows, std::memory_order_relaxed);
  if (progress_ != nullptr) {
    progress_->rows_read.fetch_add(batch.rows + batch.rejects.size(), std::memory_order_relaxed);
  }
  if (batch.rows == 0) return true;  // there may be no columns in it then
  if (columns_.time >= 0) read_times(batch);
  if (columns_.tags >= 0) read_lists(batch);
  if (columns_.id >= 0) look_at_ids(batch);
  return true;
}

void TypingReader::read_times(RowBatch& batch) {
  const std::span<const std::string_view> texts = texts_of(batch, columns_.time);
  batch.times_us.resize(batch.rows);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    // Most rows of a dump have the date of the row before.
    if (row > 0 && texts[row] == texts[row - 1]) {
      batch.times_us[row] = batch.times_us[row - 1];
      continue;
    }
    const std::string_view text = trim(texts[row]);
    const std::optional<std::int64_t> time = parse_timestamp(text);
    batch.times_us[row] = time.value_or(no_time_us);
    if (texts[row].empty()) continue;
    if (!time || is_cut_to_microseconds(text)) rule_out(findings_.times);
    if (!is_date_as_written(texts[row])) rule_out(findings_.dates);
  }
}

void TypingReader::read_lists(RowBatch& batch) {
  const std::span<const std::string_view> texts = texts_of(batch, columns_.tags);
  batch.lists.values.clear();
  batch.lists.offsets.assign(1, 0);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    parse_tags(texts[row], texts_, batch.lists.values);
    batch.lists.offsets.push_back(static_cast<std::uint32_t>(batch.lists.values.size()));
  }
}

void TypingReader::look_at_ids(const RowBatch& batch) {
  if (!findings_.uuids) return;
  const auto fits = [](std::string_view text) { return text.empty() || is_uuid_as_written(text); };
  if (!std::ranges::all_of(texts_of(batch, columns_.id), fits)) rule_out(findings_.uuids);
}

}  // namespace weir::converting
