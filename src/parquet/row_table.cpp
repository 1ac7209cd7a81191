#include "parquet/row_table.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

#include "base/thread_stop.h"

namespace weir::parquet {

struct RowTable::Lane {
  std::unique_ptr<RowReader> reader;  // null once it is drained
  RowBatch batch;
  std::size_t at = 0;
};

namespace {

// Some rows of a batch.
struct Slice {
  const RowBatch& batch;
  std::size_t from;
  std::size_t count;
};

// DuckDB's string: twelve bytes in place, or a prefix and a pointer that DuckDB does not own.
duckdb_string_t string_over(std::string_view text) {
  duckdb_string_t string{};
  string.value.inlined.length = static_cast<std::uint32_t>(text.size());
  if (text.size() <= sizeof string.value.inlined.inlined) {
    std::memcpy(string.value.inlined.inlined, text.data(), text.size());
  } else {
    std::memcpy(string.value.pointer.prefix, text.data(), sizeof string.value.pointer.prefix);
    string.value.pointer.ptr = const_cast<char*>(text.data());
  }
  return string;
}

template <class Value>
Value* values_of(duckdb_vector vector) {
  return static_cast<Value*>(duckdb_vector_get_data(vector));
}

void write_null(duckdb_vector vector, std::size_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void write_texts(duckdb_vector vector, const std::string_view* texts, std::size_t count) {
  auto* out = values_of<duckdb_string_t>(vector);
  for (std::size_t i = 0; i < count; ++i) {
    if (texts[i].empty()) {
      write_null(vector, i);
    } else {
      out[i] = string_over(texts[i]);
    }
  }
}

DayNumber day_of(std::int64_t time_us) {
  constexpr std::int64_t day_us = 86'400'000'000;
  if (time_us == no_time_us) return no_day;
  return static_cast<DayNumber>(time_us / day_us - (time_us % day_us < 0 ? 1 : 0));
}

void write_times(duckdb_vector times, duckdb_vector days, const Slice& rows) {
  auto* const time = values_of<std::int64_t>(times);
  auto* const day = values_of<std::int32_t>(days);
  for (std::size_t i = 0; i < rows.count; ++i) {
    time[i] = rows.batch.times_us.empty() ? no_time_us : rows.batch.times_us[rows.from + i];
    day[i] = day_of(time[i]);
  }
}

void write_lines(duckdb_vector vector, const Slice& rows) {
  auto* const out = values_of<std::int64_t>(vector);
  for (std::size_t i = 0; i < rows.count; ++i) {
    out[i] = static_cast<std::int64_t>(rows.batch.first_line + rows.batch.lines[rows.from + i]);
  }
}

// A list without elements is none where its text is empty.
void write_lists(duckdb_vector vector, const std::string_view* texts, const Slice& rows) {
  const ListColumn& lists = rows.batch.lists;
  const std::uint32_t begin = lists.offsets[rows.from];
  const std::uint32_t end = lists.offsets[rows.from + rows.count];
  if (duckdb_list_vector_reserve(vector, end - begin) != DuckDBSuccess ||
      duckdb_list_vector_set_size(vector, end - begin) != DuckDBSuccess) {
    throw std::bad_alloc();
  }
  auto* const entries = values_of<duckdb_list_entry>(vector);
  for (std::size_t i = 0; i < rows.count; ++i) {
    const std::uint32_t first = lists.offsets[rows.from + i];
    entries[i] = {first - begin, lists.offsets[rows.from + i + 1] - first};
    if (texts[i].empty()) write_null(vector, i);
  }
  auto* const out = values_of<duckdb_string_t>(duckdb_list_vector_get_child(vector));
  for (std::uint32_t i = begin; i < end; ++i) out[i - begin] = string_over(lists.values[i]);
}

void add_column(duckdb_bind_info info, const std::string& name, duckdb_type type) {
  duckdb_logical_type logical = duckdb_create_logical_type(type);
  duckdb_bind_add_result_column(info, name.c_str(), logical);
  duckdb_destroy_logical_type(&logical);
}

void add_list_column(duckdb_bind_info info, const std::string& name) {
  duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_logical_type list = duckdb_create_list_type(text);
  duckdb_bind_add_result_column(info, name.c_str(), list);
  duckdb_destroy_logical_type(&list);
  duckdb_destroy_logical_type(&text);
}

// The callbacks. DuckDB is no place for our exceptions: they become its errors.

void bind_rows(duckdb_bind_info info) {
  const auto* table = static_cast<RowTable*>(duckdb_bind_get_extra_info(info));
  for (std::size_t i = 0; i < table->columns(); ++i) {
    const std::string name = fmt::format("c{}", i);
    if (table->is_list(i)) {
      add_list_column(info, name);
    } else {
      add_column(info, name, DUCKDB_TYPE_VARCHAR);
    }
  }
  add_column(info, "t", DUCKDB_TYPE_BIGINT);
  add_column(info, "d", DUCKDB_TYPE_INTEGER);
  add_column(info, "n", DUCKDB_TYPE_BIGINT);
}

void start_rows(duckdb_init_info info) {
  duckdb_init_set_max_threads(info, static_cast<RowTable*>(duckdb_init_get_extra_info(info))->threads());
}

void start_lane(duckdb_init_info info) {
  try {
    duckdb_init_set_init_data(info, static_cast<RowTable*>(duckdb_init_get_extra_info(info))->open_lane(), nullptr);
  } catch (const std::exception& error) {
    duckdb_init_set_error(info, error.what());
  }
}

void fill_chunk(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto* table = static_cast<RowTable*>(duckdb_function_get_extra_info(info));
  auto* lane = static_cast<RowTable::Lane*>(duckdb_function_get_local_init_data(info));
  try {
    if (!table->fill(*lane, chunk)) duckdb_function_set_error(info, "the dump could not be read to its end");
  } catch (const std::bad_alloc&) {
    duckdb_function_set_error(info, "Out of Memory: no room for a batch of rows");
  } catch (const std::exception& error) {
    duckdb_function_set_error(info, error.what());
  }
}

}  // namespace

RowTable::RowTable(std::size_t columns, int lists_column, unsigned threads,
                   std::function<std::unique_ptr<RowReader>()> reader)
    : columns_(columns), lists_column_(lists_column), threads_(threads), reader_(std::move(reader)) {}
RowTable::~RowTable() = default;

RowTable::Lane* RowTable::open_lane() {
  auto lane = std::make_unique<Lane>();
  lane->reader = reader_();
  const std::lock_guard hold(mutex_);
  lanes_.push_back(std::move(lane));
  return lanes_.back().get();
}

std::optional<Error> RowTable::error() {
  const std::lock_guard hold(mutex_);
  return error_;
}

// False: there are no more rows.
Result<bool> RowTable::refill(Lane& lane) {
  const ThreadStop stop(stopped_);  // a silent writer must not hold up another lane's error
  while (lane.reader != nullptr && lane.at == lane.batch.rows) {
    lane.at = 0;
    WEIR_TRY_ASSIGN(const bool more, lane.reader->next(lane.batch));
    if (more) continue;
    lane.reader.reset();
    lane.batch.rows = 0;
  }
  return lane.at < lane.batch.rows;
}

bool RowTable::fill(Lane& lane, void* chunk) {
  auto* const vectors = static_cast<duckdb_data_chunk>(chunk);
  const Result<bool> more = refill(lane);
  if (!more) {
    lane.reader.reset();
    const std::lock_guard hold(mutex_);
    if (!error_) error_ = more.error();
    stopped_ = true;
    return false;
  }
  const Slice rows{lane.batch, lane.at, std::min<std::size_t>(duckdb_vector_size(), lane.batch.rows - lane.at)};
  duckdb_data_chunk_set_size(vectors, rows.count);
  if (rows.count == 0) return true;
  for (std::size_t i = 0; i < columns_; ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(vectors, i);
    const std::string_view* const texts = rows.batch.columns[i].data() + rows.from;
    if (is_list(i)) {
      write_lists(vector, texts, rows);
    } else {
      write_texts(vector, texts, rows.count);
    }
  }
  write_times(duckdb_data_chunk_get_vector(vectors, columns_), duckdb_data_chunk_get_vector(vectors, columns_ + 1),
              rows);
  write_lines(duckdb_data_chunk_get_vector(vectors, columns_ + 2), rows);
  lane.at += rows.count;
  return true;
}

Status RowTable::register_on(Connection& connection) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "weir_rows");
  duckdb_table_function_set_extra_info(function, this, nullptr);
  duckdb_table_function_set_bind(function, bind_rows);
  duckdb_table_function_set_init(function, start_rows);
  duckdb_table_function_set_local_init(function, start_lane);
  duckdb_table_function_set_function(function, fill_chunk);
  const duckdb_state state =
      duckdb_register_table_function(static_cast<duckdb_connection>(connection.handle()), function);
  duckdb_destroy_table_function(&function);
  if (state == DuckDBSuccess) return {};
  return tl::unexpected(connection.error_of("DuckDB does not take the function weir_rows"));
}

}  // namespace weir::parquet
