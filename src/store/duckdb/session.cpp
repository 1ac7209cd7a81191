#include "store/duckdb/session.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "weir/progress.h"

namespace weir::duck {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t default_memory_bytes = std::uint64_t{512} << 20;
constexpr std::uint64_t log_bytes_max = std::uint64_t{64} << 20;  // half a second to read again after a kill
constexpr std::chrono::milliseconds watch_interval{20};

struct ConfigOwner {
  duckdb_config config = nullptr;
  ~ConfigOwner() { duckdb_destroy_config(&config); }
};

struct StatementOwner {
  duckdb_prepared_statement statement = nullptr;
  ~StatementOwner() { duckdb_destroy_prepare(&statement); }
};

struct ResultOwner {
  duckdb_result result{};
  ~ResultOwner() { duckdb_destroy_result(&result); }
};

std::string_view view_of(const duckdb_string_t& text) {
  const std::uint32_t length = text.value.inlined.length;
  return {length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

bool bit_set(const std::uint64_t* validity, std::size_t index) {
  return validity == nullptr || ((validity[index / 64] >> (index % 64)) & 1U) != 0;
}

duckdb_state bind_texts(duckdb_prepared_statement statement, idx_t index, const std::vector<std::string>& texts) {
  std::vector<duckdb_value> values;
  values.reserve(texts.size() + 1);  // DuckDB takes no list from a null pointer, be it an empty one
  for (const std::string& text : texts) values.push_back(duckdb_create_varchar_length(text.data(), text.size()));
  duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_value list = duckdb_create_list_value(type, values.data(), values.size());
  const duckdb_state state = duckdb_bind_value(statement, index, list);
  duckdb_destroy_value(&list);
  duckdb_destroy_logical_type(&type);
  for (duckdb_value& value : values) duckdb_destroy_value(&value);
  return state;
}

duckdb_state bind(duckdb_prepared_statement statement, idx_t index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return duckdb_bind_int64(statement, index, *number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    // DuckDB takes UTF-8 only. A file name or a system's message may be something else, and must not stop the ledger.
    const std::string utf8 = valid_utf8_prefix(*text) == text->size() ? *text : reject_raw(*text);
    return duckdb_bind_varchar_length(statement, index, utf8.data(), utf8.size());
  }
  if (const auto* day = std::get_if<Day>(&value)) return duckdb_bind_date(statement, index, duckdb_date{day->days});
  if (const auto* time = std::get_if<Time>(&value)) {
    return duckdb_bind_timestamp(statement, index, duckdb_timestamp{time->us});
  }
  if (const auto* raw = std::get_if<sql::Bytes>(&value)) {
    return duckdb_bind_blob(statement, index, raw->bytes.data(), raw->bytes.size());
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) return bind_texts(statement, index, *texts);
  return duckdb_bind_null(statement, index);
}

void show_rows(duckdb_data_chunk chunk, const std::function<void(const Row&)>& row) {
  const std::size_t columns = duckdb_data_chunk_get_column_count(chunk);
  std::vector<void*> data(columns);
  std::vector<std::uint64_t*> validity(columns);
  std::vector<void*> vectors(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    data[i] = duckdb_vector_get_data(vector);
    validity[i] = duckdb_vector_get_validity(vector);
    vectors[i] = vector;
  }
  const std::size_t rows = duckdb_data_chunk_get_size(chunk);
  for (std::size_t i = 0; i < rows; ++i) row(Row(data, validity, vectors.data(), i));
}

Status set(duckdb_config config, const char* name, const std::string& value, const std::string& what,
           const std::string& where) {
  if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) return {};
  return fail(what, where, fmt::format("this DuckDB does not take {} = {}", name, value),
              "use the DuckDB library that weir was built with");
}

Status configure(duckdb_config config, const SessionOptions& options, const std::string& what,
                 const std::string& where) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t memory = options.memory_limit_bytes == 0 ? default_memory_bytes : options.memory_limit_bytes;
  const std::pair<const char*, std::string> settings[] = {
      {"access_mode", options.read_only ? "READ_ONLY" : "READ_WRITE"},
      {"temp_directory", options.temp_directory},
      {"threads", std::to_string(options.threads == 0 ? cores : options.threads)},
      {"memory_limit", fmt::format("{}B", memory)},
      // Each time the log is written into the file the last, incomplete group of rows is compressed again: seldom,
      // where many small dumps follow each other. What is logged is held in memory.
      {"checkpoint_threshold", fmt::format("{}B", std::min(log_bytes_max, memory / 4))},
      // Rows have no order, and keeping one would hold a whole load in memory. Who asks for rows likes to see the same
      // ones again.
      {"preserve_insertion_order", options.confined ? "true" : "false"},
      // Never reaches for the network.
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
  };
  for (const auto& [name, value] : settings) WEIR_TRY(set(config, name, value, what, where));
  if (!options.confined) return {};
  WEIR_TRY(set(config, "enable_external_access", "false", what, where));
  WEIR_TRY(set(config, "allow_community_extensions", "false", what, where));
  return set(config, "lock_configuration", "true", what, where);
}

// DuckDB's words up to the first empty line: a stack trace of its library follows a fatal error, the statement another.
std::string_view first_paragraph(std::string_view text) {
  return text.substr(0, text.find("\n\n"));
}

}  // namespace

bool Row::is_null(std::size_t column) const {
  return !bit_set(validity_[column], index_);
}

std::int64_t Row::integer(std::size_t column) const {
  return is_null(column) ? 0 : static_cast<const std::int64_t*>(data_[column])[index_];
}

std::int32_t Row::small_integer(std::size_t column) const {
  return is_null(column) ? 0 : static_cast<const std::int32_t*>(data_[column])[index_];
}

std::string_view Row::text(std::size_t column) const {
  return is_null(column) ? std::string_view{} : view_of(static_cast<const duckdb_string_t*>(data_[column])[index_]);
}

DayNumber Row::day(std::size_t column) const {
  return is_null(column) ? no_day : static_cast<const duckdb_date*>(data_[column])[index_].days;
}

std::optional<std::int64_t> Row::time_us(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return static_cast<const duckdb_timestamp*>(data_[column])[index_].micros;
}

std::vector<std::string> Row::texts(std::size_t column) const {
  std::vector<std::string> values;
  if (is_null(column)) return values;
  const duckdb_list_entry entry = static_cast<const duckdb_list_entry*>(data_[column])[index_];
  const duckdb_vector child = duckdb_list_vector_get_child(static_cast<duckdb_vector>(vectors_[column]));
  const auto* texts = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(child));
  for (std::uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) values.emplace_back(view_of(texts[i]));
  return values;
}

struct Session::Handles {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  ~Handles() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }
};

Session::Session(std::unique_ptr<Handles> handles, std::string what, std::string where)
    : handles_(std::move(handles)), what_(std::move(what)), where_(std::move(where)) {}
Session::~Session() = default;

void* Session::connection() const {
  return handles_->connection;
}

Result<std::unique_ptr<Session>> Session::open(const std::string& path, const SessionOptions& options, std::string what,
                                               std::string where) {
  ConfigOwner owner;
  if (duckdb_create_config(&owner.config) != DuckDBSuccess) {
    return fail(std::move(what), std::move(where), "DuckDB could not be configured", "check the memory left");
  }
  WEIR_TRY(configure(owner.config, options, what, where));
  auto handles = std::make_unique<Handles>();
  char* text = nullptr;
  if (duckdb_open_ext(path.c_str(), &handles->database, owner.config, &text) != DuckDBSuccess) {
    std::string why(first_paragraph(text == nullptr ? "DuckDB gave no reason" : text));
    duckdb_free(text);
    return fail(std::move(what), std::move(where), std::move(why));
  }
  if (duckdb_connect(handles->database, &handles->connection) != DuckDBSuccess) {
    return fail(std::move(what), std::move(where), "DuckDB admits no connection", "check the memory left");
  }
  return std::unique_ptr<Session>(new Session(std::move(handles), std::move(what), std::move(where)));
}

Error Session::error_of(std::string_view duckdb_text, bool stopped) const {
  if (stopped) return {ErrorKind::interrupted, what_, where_, "interrupted", ""};
  const std::string_view text = first_paragraph(duckdb_text);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  Error error{ErrorKind::failed, what_, where_, std::string(text), ""};
  if (says("No space left") || says("max_temp_directory_size")) {
    error.why = fmt::format("the disk is full ({})", text);
    error.next = "free some space where the database is; the database is as it was";
  } else if (says("File too large") || says("Disk quota exceeded")) {
    error.next = "the file may not grow further: raise the limit or the quota; the database is as it was";
  } else if (says("Out of Memory")) {
    error.next = "give DuckDB more with --memory-limit";
  }
  return error;
}

Result<std::uint64_t> Session::query(std::string_view sql, const std::vector<Value>& parameters,
                                     const std::function<void(const Row&)>& row) {
  StatementOwner owner;
  if (duckdb_prepare(handles_->connection, std::string(sql).c_str(), &owner.statement) != DuckDBSuccess) {
    const char* text = duckdb_prepare_error(owner.statement);
    return tl::unexpected(error_of(text == nullptr ? "DuckDB gave no reason" : text));
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (bind(owner.statement, i + 1, parameters[i]) == DuckDBSuccess) continue;
    return tl::unexpected(error_of(fmt::format("parameter {} could not be bound", i + 1)));
  }
  ResultOwner result;
  if (duckdb_execute_prepared(owner.statement, &result.result) != DuckDBSuccess) {
    const char* text = duckdb_result_error(&result.result);
    return tl::unexpected(error_of(text == nullptr ? "DuckDB gave no reason" : text,
                                   duckdb_result_error_type(&result.result) == DUCKDB_ERROR_INTERRUPT));
  }
  if (!row) return duckdb_rows_changed(&result.result);
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result.result)) {
    show_rows(chunk, row);
    duckdb_destroy_data_chunk(&chunk);
  }
  return duckdb_rows_changed(&result.result);
}

Status Session::execute(std::string_view sql) {
  ResultOwner result;
  if (duckdb_query(handles_->connection, std::string(sql).c_str(), &result.result) == DuckDBSuccess) return {};
  const char* text = duckdb_result_error(&result.result);
  return tl::unexpected(error_of(text == nullptr ? "DuckDB gave no reason" : text,
                                 duckdb_result_error_type(&result.result) == DUCKDB_ERROR_INTERRUPT));
}

struct Session::Watch::State {
  std::mutex mutex;
  std::condition_variable ended;
  bool end = false;
  std::optional<Clock::time_point> deadline;  // fixed before the thread starts
  std::thread thread;
  [[nodiscard]] bool is_over() const { return deadline && Clock::now() >= *deadline; }
};

Session::Watch::Watch(Session& session, double timeout_s) : state_(std::make_unique<State>()) {
  if (timeout_s > 0) {
    state_->deadline = Clock::now() + std::chrono::ceil<Clock::duration>(std::chrono::duration<double>(timeout_s));
  }
  state_->thread = std::thread([state = state_.get(), connection = session.handles_->connection] {
    std::unique_lock hold(state->mutex);
    // Asked again and again: a statement forgets an interrupt that came just before it began.
    while (!state->ended.wait_for(hold, watch_interval, [&] { return state->end; })) {
      if (interrupted() || state->is_over()) duckdb_interrupt(connection);
    }
  });
}

bool Session::Watch::is_over() const {
  return state_->is_over();
}

Session::Watch::~Watch() {
  {
    const std::lock_guard hold(state_->mutex);
    state_->end = true;
  }
  state_->ended.notify_one();
  state_->thread.join();
}

Result<Transaction> Transaction::begin(Session& session) {
  WEIR_TRY(session.execute("BEGIN TRANSACTION"));
  return Transaction(session);
}

Transaction::~Transaction() {
  // DuckDB has already rolled back where this fails: nothing is left that could be undone or reported.
  if (session_ != nullptr) static_cast<void>(session_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  return std::exchange(session_, nullptr)->execute("COMMIT");
}

}  // namespace weir::duck
