#include "store/duckdb/event_feed.h"

#include <duckdb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/thread_stop.h"

namespace weir::duck {

struct EventFeed::Lane {
  std::unique_ptr<EventReader> reader;  // null once it is drained
  RollupCounter::Lane* rollup = nullptr;
  EventBatch batch;
  std::size_t at = 0;
};

EventFeed::EventFeed(EventScan& scan, unsigned threads, RejectSpool& rejects, RollupCounter& rollup)
    : scan_(scan), threads_(std::max(1U, threads)), rejects_(rejects), rollup_(rollup) {}

EventFeed::~EventFeed() {
  if (slot_ != nullptr) slot_->feed = nullptr;
}

std::optional<Error> EventFeed::error() {
  const std::lock_guard hold(mutex_);
  return error_;
}

EventFeed::Lane* EventFeed::open_lane() {
  auto lane = std::make_unique<Lane>();
  lane->reader = scan_.reader();
  lane->rollup = &rollup_.lane();
  const std::lock_guard hold(mutex_);
  lanes_.push_back(std::move(lane));
  return lanes_.back().get();
}

Status EventFeed::refill(Lane& lane) {
  const ThreadStop stop(stopped_);  // a silent writer must not hold up another lane's error
  lane.at = 0;
  do {
    WEIR_TRY_ASSIGN(const bool more, lane.reader->next(lane.batch));
    if (!more) {
      lane.reader.reset();
      lane.batch.rows = 0;
      return {};
    }
    WEIR_TRY(rejects_.add(lane.batch.rejects));
    lane.rollup->append(lane.batch);
  } while (lane.batch.rows == 0);
  return {};
}

Result<EventFeed::Slice> EventFeed::next(Lane& lane, std::size_t limit) {
  if (lane.at == lane.batch.rows && lane.reader != nullptr) {
    if (Status refilled = refill(lane); !refilled) {
      lane.reader.reset();
      lane.batch.rows = lane.at = 0;
      const std::lock_guard hold(mutex_);
      if (!error_) error_ = refilled.error();
      stopped_ = true;
      return tl::unexpected(std::move(refilled).error());
    }
  }
  const Slice slice{&lane.batch, lane.at, std::min(limit, lane.batch.rows - lane.at)};
  lane.at += slice.count;
  return slice;
}

namespace {

// Clears the validity of single rows; a vector without NULLs never gets a mask.
class Nulls {
 public:
  explicit Nulls(duckdb_vector vector) : vector_(vector) {}
  void set(std::size_t row) {
    if (mask_ == nullptr) {
      duckdb_vector_ensure_validity_writable(vector_);
      mask_ = duckdb_vector_get_validity(vector_);
    }
    mask_[row / 64] &= ~(std::uint64_t{1} << (row % 64));
  }

 private:
  duckdb_vector vector_;
  std::uint64_t* mask_ = nullptr;
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

void write_texts(duckdb_vector vector, const std::vector<std::string_view>& column, const EventFeed::Slice& slice) {
  auto* out = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  Nulls nulls(vector);
  for (std::size_t i = 0; i < slice.count; ++i) {
    const std::string_view text = column.empty() ? std::string_view{} : column[slice.from + i];
    if (text.data() == nullptr) {
      nulls.set(i);
    } else {
      out[i] = string_over(text);
    }
  }
}

template <class Number>
void write_numbers(duckdb_vector vector, const std::vector<Number>& column, Number absent,
                   const EventFeed::Slice& slice) {
  auto* out = static_cast<Number*>(duckdb_vector_get_data(vector));
  Nulls nulls(vector);
  for (std::size_t i = 0; i < slice.count; ++i) {
    const Number number = column.empty() ? absent : column[slice.from + i];
    out[i] = number;
    if (number == absent) nulls.set(i);
  }
}

bool write_lists(duckdb_vector vector, const ListColumn& column, const EventFeed::Slice& slice) {
  auto* entries = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector));
  Nulls nulls(vector);
  const bool absent = column.offsets.empty();
  const std::uint32_t begin = absent ? 0 : column.offsets[slice.from];
  const std::uint32_t end = absent ? 0 : column.offsets[slice.from + slice.count];
  if (duckdb_list_vector_reserve(vector, end - begin) != DuckDBSuccess) return false;
  if (duckdb_list_vector_set_size(vector, end - begin) != DuckDBSuccess) return false;
  for (std::size_t i = 0; i < slice.count; ++i) {
    const std::uint32_t first = absent ? 0 : column.offsets[slice.from + i];
    const std::uint32_t last = absent ? 0 : column.offsets[slice.from + i + 1];
    entries[i] = {first - begin, last - first};
    if (first == last) nulls.set(i);
  }
  auto* out = static_cast<duckdb_string_t*>(duckdb_vector_get_data(duckdb_list_vector_get_child(vector)));
  for (std::uint32_t i = begin; i < end; ++i) out[i - begin] = string_over(column.values[i]);
  return true;
}

// The columns of weir_event_feed(), in this order.
struct Column {
  const char* name;
  duckdb_type type;
};
constexpr std::array<Column, 10> columns{{{"id", DUCKDB_TYPE_VARCHAR},
                                          {"email", DUCKDB_TYPE_VARCHAR},
                                          {"company", DUCKDB_TYPE_VARCHAR},
                                          {"country", DUCKDB_TYPE_VARCHAR},
                                          {"ip", DUCKDB_TYPE_VARCHAR},
                                          {"uri", DUCKDB_TYPE_VARCHAR},
                                          {"action", DUCKDB_TYPE_VARCHAR},
                                          {"timestamp", DUCKDB_TYPE_TIMESTAMP},
                                          {"day", DUCKDB_TYPE_DATE},
                                          {"tags", DUCKDB_TYPE_LIST}}};

bool write_slice(duckdb_data_chunk chunk, const EventFeed::Slice& slice) {
  const EventBatch& batch = *slice.batch;
  const std::array texts{&batch.id, &batch.email, &batch.company, &batch.country, &batch.ip, &batch.uri, &batch.action};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    write_texts(duckdb_data_chunk_get_vector(chunk, i), *texts[i], slice);
  }
  write_numbers(duckdb_data_chunk_get_vector(chunk, 7), batch.timestamp_us, no_time_us, slice);
  write_numbers(duckdb_data_chunk_get_vector(chunk, 8), batch.day, no_day, slice);
  return write_lists(duckdb_data_chunk_get_vector(chunk, 9), batch.tags, slice);
}

void add_column(duckdb_bind_info info, const Column& column) {
  const bool list = column.type == DUCKDB_TYPE_LIST;
  duckdb_logical_type plain = duckdb_create_logical_type(list ? DUCKDB_TYPE_VARCHAR : column.type);
  duckdb_logical_type type = list ? duckdb_create_list_type(plain) : plain;
  duckdb_bind_add_result_column(info, column.name, type);
  if (list) duckdb_destroy_logical_type(&type);
  duckdb_destroy_logical_type(&plain);
}

// The callbacks. DuckDB is no place for our exceptions: they become its errors.

void bind_feed(duckdb_bind_info info) {
  for (const Column& column : columns) add_column(info, column);
}

void start_feed(duckdb_init_info info) {
  duckdb_init_set_max_threads(info, static_cast<FeedSlot*>(duckdb_init_get_extra_info(info))->feed->threads());
}

void start_lane(duckdb_init_info info) {
  try {
    duckdb_init_set_init_data(info, static_cast<FeedSlot*>(duckdb_init_get_extra_info(info))->feed->open_lane(),
                              nullptr);
  } catch (const std::exception& error) {
    duckdb_init_set_error(info, error.what());
  }
}

void feed_chunk(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto* feed = static_cast<FeedSlot*>(duckdb_function_get_extra_info(info))->feed;
  auto* lane = static_cast<EventFeed::Lane*>(duckdb_function_get_local_init_data(info));
  try {
    const Result<EventFeed::Slice> slice = feed->next(*lane, duckdb_vector_size());
    if (!slice) {
      duckdb_function_set_error(info, "the dump could not be read to its end");
    } else if (slice->count > 0 && !write_slice(chunk, *slice)) {
      duckdb_function_set_error(info, "Out of Memory: no room for a list of tags");
    } else {
      duckdb_data_chunk_set_size(chunk, slice->count);
    }
  } catch (const std::exception& error) {
    duckdb_function_set_error(info, error.what());
  }
}

}  // namespace

Status EventFeed::register_on(Session& session, FeedSlot& slot) {
  slot_ = &slot;
  slot.feed = this;
  if (slot.is_registered) return {};
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "weir_event_feed");
  duckdb_table_function_set_extra_info(function, &slot, nullptr);
  duckdb_table_function_set_bind(function, bind_feed);
  duckdb_table_function_set_init(function, start_feed);
  duckdb_table_function_set_local_init(function, start_lane);
  duckdb_table_function_set_function(function, feed_chunk);
  const duckdb_state state =
      duckdb_register_table_function(static_cast<duckdb_connection>(session.connection()), function);
  duckdb_destroy_table_function(&function);
  if (state != DuckDBSuccess) {
    return tl::unexpected(session.error_of("DuckDB does not take the function weir_event_feed"));
  }
  slot.is_registered = true;
  return {};
}

}  // namespace weir::duck
