#include "parquet/engine.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "weir/progress.h"

namespace weir::parquet {
namespace {

constexpr std::chrono::milliseconds watch_interval{20};

struct ConfigOwner {
  duckdb_config config = nullptr;
  ~ConfigOwner() { duckdb_destroy_config(&config); }
};

struct ResultOwner {
  duckdb_result result{};
  ~ResultOwner() { duckdb_destroy_result(&result); }
};

Status configure(duckdb_config config, const EngineOptions& options) {
  const std::pair<const char*, std::string> settings[] = {
      {"threads", std::to_string(options.threads)},
      {"memory_limit", fmt::format("{}B", options.memory_limit_bytes)},
      {"temp_directory", options.spill_folder},
      {"preserve_insertion_order", "false"},
      // A file may be another by the next time it is read.
      {"enable_external_file_cache", "false"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
  };
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) continue;
    return fail("cannot start", "DuckDB", fmt::format("it does not take {} = {}", name, value),
                "use the DuckDB library that weir was built with");
  }
  return {};
}

// Stops what runs on a connection once the process is interrupted. Asked again and again: a statement forgets an
// interrupt that came just before it began.
class Watch {
 public:
  explicit Watch(duckdb_connection connection) : thread_([this, connection] { watch(connection); }) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    {
      const std::lock_guard hold(mutex_);
      end_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }

 private:
  void watch(duckdb_connection connection) {
    std::unique_lock hold(mutex_);
    while (!ended_.wait_for(hold, watch_interval, [this] { return end_; })) {
      if (interrupted()) duckdb_interrupt(connection);
    }
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

std::string_view view_of(const duckdb_string_t& text) {
  const std::uint32_t length = text.value.inlined.length;
  return {length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

void show_rows(duckdb_data_chunk chunk, const std::function<void(Connection::Row)>& row) {
  std::vector<std::string_view> values(duckdb_data_chunk_get_column_count(chunk));
  for (idx_t r = 0; r < duckdb_data_chunk_get_size(chunk); ++r) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
      std::uint64_t* const validity = duckdb_vector_get_validity(vector);
      const bool there = validity == nullptr || duckdb_validity_row_is_valid(validity, r);
      const auto* texts = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
      values[i] = there ? view_of(texts[r]) : std::string_view();
    }
    row(values);
  }
}

// Nobody asks these for anything but their text.
std::string_view or_nothing(const char* text) {
  return text == nullptr ? "DuckDB gave no reason" : text;
}

}  // namespace

struct Engine::Handle {
  duckdb_database database = nullptr;
  ~Handle() { duckdb_close(&database); }
};

Engine::Engine(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Engine::~Engine() = default;

void* Engine::database() const {
  return handle_->database;
}

Result<std::unique_ptr<Engine>> Engine::open(const EngineOptions& options) {
  ConfigOwner owner;
  if (duckdb_create_config(&owner.config) != DuckDBSuccess) {
    return fail("cannot start", "DuckDB", "it could not be configured", "check the memory left");
  }
  WEIR_TRY(configure(owner.config, options));
  auto handle = std::make_unique<Handle>();
  char* text = nullptr;
  if (duckdb_open_ext(nullptr, &handle->database, owner.config, &text) != DuckDBSuccess) {
    std::string why(or_nothing(text));
    duckdb_free(text);
    return fail("cannot start", "DuckDB", std::move(why));
  }
  return std::unique_ptr<Engine>(new Engine(std::move(handle)));
}

Result<Engine*> Engine::for_reading() {
  static std::mutex mutex;
  static Engine* engine = nullptr;
  const std::lock_guard hold(mutex);
  if (engine == nullptr) {
    WEIR_TRY_ASSIGN(std::unique_ptr<Engine> opened, open({}));
    engine = opened.release();
  }
  return engine;
}

struct Connection::Handle {
  duckdb_connection connection = nullptr;
  ~Handle() { duckdb_disconnect(&connection); }
};

Connection::Connection(std::unique_ptr<Handle> handle, Subject subject)
    : handle_(std::move(handle)), subject_(std::move(subject)) {}
Connection::~Connection() = default;

void* Connection::handle() const {
  return handle_->connection;
}

Result<std::unique_ptr<Connection>> Connection::open(Engine& engine, Subject subject) {
  auto handle = std::make_unique<Handle>();
  if (duckdb_connect(static_cast<duckdb_database>(engine.database()), &handle->connection) != DuckDBSuccess) {
    return fail(subject.what, subject.where, "DuckDB admits no connection", "check the memory left");
  }
  return std::unique_ptr<Connection>(new Connection(std::move(handle), std::move(subject)));
}

Error Connection::error_of(std::string_view duckdb_text) const {
  if (interrupted()) return {ErrorKind::interrupted, "stopped", subject_.where, "interrupted", ""};
  Error error{ErrorKind::failed, subject_.what, subject_.where, "", ""};
  error.why = duckdb_text.substr(0, duckdb_text.find("\n\n"));
  for (char& c : error.why) c = c == '\n' ? ' ' : c;
  while (!subject_.path.empty() && error.why.find(subject_.path) != std::string::npos) {
    error.why.replace(error.why.find(subject_.path), subject_.path.size(), "it");
  }
  if (error.why.find("Out of Memory") != std::string::npos) {
    error.next = subject_.without_memory;
  }
  return error;
}

Result<std::uint64_t> Connection::run(const std::string& sql, const std::function<void(Row)>& row) {
  const Watch watch(handle_->connection);
  ResultOwner owner;
  if (duckdb_query(handle_->connection, sql.c_str(), &owner.result) != DuckDBSuccess) {
    return tl::unexpected(error_of(or_nothing(duckdb_result_error(&owner.result))));
  }
  while (duckdb_data_chunk chunk = row ? duckdb_fetch_chunk(owner.result) : nullptr) {
    show_rows(chunk, row);
    duckdb_destroy_data_chunk(&chunk);
  }
  return duckdb_rows_changed(&owner.result);
}

std::string filled(std::string_view sql, std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  std::string out;
  while (!sql.empty()) {
    const std::size_t open = std::min(sql.find('{'), sql.size());
    out += sql.substr(0, open);
    sql.remove_prefix(open);
    if (sql.empty()) break;
    const auto* const found = std::ranges::find_if(names, [&](const auto& name) {
      return sql.substr(1).starts_with(name.first) && sql.substr(1 + name.first.size()).starts_with('}');
    });
    out += found == names.end() ? sql.substr(0, 1) : found->second;
    sql.remove_prefix(found == names.end() ? 1 : found->first.size() + 2);
  }
  return out;
}

namespace {

std::string between(char mark, std::string_view text) {
  std::string out(1, mark);
  for (const char c : text) {
    if (c == mark) out += c;
    out += c;
  }
  return out + mark;
}

}  // namespace

std::string quoted(std::string_view text) {
  return between('\'', text);
}

std::string named(std::string_view name) {
  return between('"', name);
}

}  // namespace weir::parquet
