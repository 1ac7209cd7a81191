#include "parquet/row_values.h"

#include <duckdb.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>

#include "base/text.h"
#include "decode/csv_record.h"
#include "parquet/value_text.h"

namespace weir::parquet {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t second_us = 1'000'000;

// One column's values; a view of DuckDB's own.
class Values {
 public:
  Values(void* chunk, std::size_t column)
      : vector_(duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), column)),
        data_(duckdb_vector_get_data(vector_)),
        validity_(duckdb_vector_get_validity(vector_)) {}
  [[nodiscard]] bool has_nulls() const { return validity_ != nullptr; }
  [[nodiscard]] bool is_null(std::size_t row) const { return validity_ != nullptr && is_null(validity_, row); }
  [[nodiscard]] std::string_view text(std::size_t row) const {
    return view_of(static_cast<const duckdb_string_t*>(data_)[row]);
  }
  template <class Number>
  [[nodiscard]] Number number(std::size_t row) const {
    return static_cast<const Number*>(data_)[row];
  }
  [[nodiscard]] duckdb_list_entry list(std::size_t row) const {
    return is_null(row) ? duckdb_list_entry{0, 0} : static_cast<const duckdb_list_entry*>(data_)[row];
  }
  [[nodiscard]] Values elements() const { return Values(duckdb_list_vector_get_child(vector_)); }
  // Of a list: without data where it is NULL.
  [[nodiscard]] std::string_view element(std::size_t at) const { return is_null(at) ? std::string_view() : text(at); }

 private:
  explicit Values(duckdb_vector vector)
      : vector_(vector), data_(duckdb_vector_get_data(vector)), validity_(duckdb_vector_get_validity(vector)) {}
  static bool is_null(const std::uint64_t* validity, std::size_t row) {
    return (validity[row / 64] >> (row % 64) & 1U) == 0;
  }
  static std::string_view view_of(const duckdb_string_t& text) {
    const std::uint32_t length = text.value.inlined.length;
    return {length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined : text.value.pointer.ptr, length};
  }

  duckdb_vector vector_;
  const void* data_;
  const std::uint64_t* validity_;
};

// A time too far away for microseconds becomes an infinite one.
std::int64_t scaled(std::int64_t value, std::int64_t unit_us) {
  constexpr std::int64_t infinite = std::numeric_limits<std::int64_t>::max();
  if (value > infinite / unit_us) return infinite;
  return value < -infinite / unit_us ? -infinite : value * unit_us;
}

std::int64_t time_us(const Values& values, Kind kind, std::size_t row) {
  switch (kind) {
    case Kind::day: return scaled(values.number<std::int32_t>(row), day_us);
    case Kind::seconds: return scaled(values.number<std::int64_t>(row), second_us);
    case Kind::milliseconds: return scaled(values.number<std::int64_t>(row), 1000);
    case Kind::nanoseconds: {
      const auto ns = values.number<std::int64_t>(row);
      return ns / 1000 - (ns % 1000 < 0 ? 1 : 0);
    }
    case Kind::microseconds:
    case Kind::text:
    case Kind::bytes:
    case Kind::list: break;
  }
  return values.number<std::int64_t>(row);
}

// Why no event can have this text; null: it can.
const char* refusal_of(std::string_view text, bool is_text) {
  if (text.size() > csv::field_limit_bytes) return csv::reason_long_field;
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) return csv::reason_nul;
  return !is_text && valid_utf8_prefix(text) != text.size() ? csv::reason_utf8 : nullptr;
}

const char* refusal_of(const Values& values, Kind kind, std::size_t row) {
  if (kind == Kind::text || kind == Kind::bytes) {
    return values.is_null(row) ? nullptr : refusal_of(values.text(row), kind == Kind::text);
  }
  if (kind != Kind::list) return nullptr;
  const duckdb_list_entry entry = values.list(row);
  const Values elements = values.elements();
  for (std::uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    if (elements.is_null(i)) continue;
    if (const char* reason = refusal_of(elements.text(i), true)) return reason;
  }
  return nullptr;
}

template <class Value>
void keep(std::vector<Value>& values, const std::vector<std::size_t>& origins) {
  if (values.empty()) return;
  for (std::size_t i = 0; i < origins.size(); ++i) values[i] = values[origins[i]];
  values.resize(origins.size());
}

}  // namespace

void RowValues::append_text(std::size_t column, std::size_t row, std::string& out) const {
  const Values values(chunk_, column + 1);
  if (values.is_null(row)) return;
  const Column& read = *plan_.read[column];
  switch (read.kind) {
    case Kind::text:
    case Kind::bytes: out += values.text(row); return;
    case Kind::day: append_day(values.number<std::int32_t>(row), out); return;
    case Kind::seconds:
    case Kind::milliseconds:
    case Kind::microseconds:
    case Kind::nanoseconds: append_time(time_us(values, read.kind, row), read.utc, out); return;
    case Kind::list: break;
  }
  const duckdb_list_entry entry = values.list(row);
  const Values elements = values.elements();
  std::vector<std::string_view> texts;
  for (std::uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) texts.push_back(elements.element(i));
  append_list(texts, out);
}

std::string RowValues::record(std::size_t row) const {
  std::string out;
  std::string text;
  for (std::size_t column = 0; column < plan_.selected; ++column) {
    text.clear();
    append_text(column, row, text);
    if (column > 0) out += ',';
    append_csv_field(text, out);
  }
  return out;
}

void RowValues::fill_texts(std::size_t column, std::vector<std::string_view>& out) {
  static constexpr char end = 0;
  const std::string_view empty = std::string_view(&end, 1).substr(0, 0);  // NULL is an empty field, as in a CSV
  const Values values(chunk_, column + 1);
  const Kind kind = plan_.read[column]->kind;
  out.resize(rows_);
  if (kind == Kind::text || kind == Kind::bytes) {
    for (std::size_t row = 0; row < rows_; ++row) out[row] = values.text(row);
    for (std::size_t row = 0; row < rows_ && values.has_nulls(); ++row) {
      if (values.is_null(row)) out[row] = empty;
    }
    return;
  }
  std::string text;
  for (std::size_t row = 0; row < rows_; ++row) {
    text.clear();
    append_text(column, row, text);
    char* const place = static_cast<char*>(arena_.allocate(text.size() + 1, 1));
    std::copy_n(text.data(), text.size(), place);
    out[row] = {place, text.size()};
  }
}

void RowValues::fill_times(std::size_t column, std::vector<std::int64_t>& out) const {
  const Values values(chunk_, column + 1);
  const Kind kind = plan_.read[column]->kind;
  out.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row)
    out[row] = values.is_null(row) ? no_time_us : time_us(values, kind, row);
}

void RowValues::fill_lists(std::size_t column, ListColumn& out) const {
  const Values values(chunk_, column + 1);
  const Values elements = values.elements();
  out.values.clear();
  out.offsets.assign(1, 0);
  for (std::size_t row = 0; row < rows_; ++row) {
    const duckdb_list_entry entry = values.list(row);
    for (std::uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) {
      if (!elements.is_null(i)) out.values.push_back(elements.text(i));
    }
    out.offsets.push_back(static_cast<std::uint32_t>(out.values.size()));
  }
}

// The first reason of each row, in the order of the columns.
void RowValues::judge(std::vector<Refused>& refused) const {
  for (std::size_t column = 0; column < plan_.read.size(); ++column) {
    const Values values(chunk_, column + 1);
    const Kind kind = plan_.read[column]->kind;
    if (kind != Kind::text && kind != Kind::bytes && kind != Kind::list) continue;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (const char* reason = refusal_of(values, kind, row)) refused.push_back({row, reason});
    }
  }
  std::ranges::stable_sort(refused, {}, &Refused::row);
  const auto same_row = [](const Refused& a, const Refused& b) { return a.row == b.row; };
  refused.erase(std::unique(refused.begin(), refused.end(), same_row), refused.end());
}

void RowValues::leave_out(const std::vector<Refused>& refused, RowBatch& batch) {
  for (const Refused& row : refused) {
    batch.rejects.push_back({batch.first_line + batch.lines[row.row], row.reason, reject_raw(record(row.row))});
  }
  auto next = refused.begin();
  for (std::size_t row = 0; row < rows_; ++row) {
    if (next != refused.end() && next->row == row) {
      ++next;
    } else {
      origins_.push_back(row);
    }
  }
  batch.rows = origins_.size();
  for (std::vector<std::string_view>& column : batch.columns) keep(column, origins_);
  keep(batch.times_us, origins_);
  keep(batch.lines, origins_);
  if (plan_.lists < 0) return;
  ListColumn kept;
  kept.offsets.push_back(0);
  for (const std::size_t row : origins_) {
    for (std::uint32_t i = batch.lists.offsets[row]; i < batch.lists.offsets[row + 1]; ++i) {
      kept.values.push_back(batch.lists.values[i]);
    }
    kept.offsets.push_back(static_cast<std::uint32_t>(kept.values.size()));
  }
  batch.lists = std::move(kept);
}

void RowValues::fill(void* chunk, RowBatch& batch) {
  chunk_ = chunk;
  rows_ = duckdb_data_chunk_get_size(static_cast<duckdb_data_chunk>(chunk));
  arena_.release();
  origins_.clear();
  const Values numbers(chunk_, 0);
  const std::int64_t first = rows_ == 0 ? 0 : numbers.number<std::int64_t>(0);
  batch.rows = rows_;
  batch.first_line = static_cast<std::uint64_t>(first) + 1;
  batch.rejects.clear();
  batch.lines.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row) {
    batch.lines[row] = static_cast<std::uint32_t>(numbers.number<std::int64_t>(row) - first);
  }
  batch.columns.resize(plan_.selected);
  for (std::size_t column = 0; column < plan_.selected; ++column) {
    if (static_cast<int>(column) == plan_.times) {
      fill_times(column, batch.times_us);
    } else if (static_cast<int>(column) == plan_.lists) {
      fill_lists(column, batch.lists);
    } else {
      fill_texts(column, batch.columns[column]);
    }
  }
  batch.record_text = [this](std::size_t row) { return record(origins_.empty() ? row : origins_[row]); };
  std::vector<Refused> refused;
  if (plan_.judges) judge(refused);
  if (!refused.empty()) leave_out(refused, batch);
}

}  // namespace weir::parquet
