// DuckDB in memory: what reads and writes Parquet. std only: its handles are void pointers, for this folder's own
// files.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "weir/result.h"

namespace weir::parquet {

struct EngineOptions {
  unsigned threads = 1;
  std::uint64_t memory_limit_bytes = std::uint64_t{512} << 20U;
  std::string spill_folder;  // what memory has no room for goes there, into a new folder that goes with the engine;
                             // empty: nowhere
};

// A database in memory. Thread-safe.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(const EngineOptions& options);
  // The one that all dumps of the process are read with, opened when it is first asked for and never closed. It has one
  // thread: a statement runs on the thread that puts it, and on no other.
  static Result<Engine*> for_reading();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  [[nodiscard]] void* database() const;  // duckdb_database

 private:
  struct Handle;
  explicit Engine(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

// What an error of a statement is told as: "cannot read" "april.parquet". DuckDB's words name `path` where a person
// reads `where`.
struct Subject {
  std::string what;
  std::string where;
  std::string path;
  std::string without_memory = "write it in smaller row groups, or read it with --threads 1";  // what to do then
};

// Not thread-safe; the Engine outlives it. A statement that runs is stopped by an interrupt (weir/progress.h).
class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(Engine& engine, Subject subject);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One row of a result; every column of the statement is VARCHAR. NULL is a view without data.
  using Row = std::span<const std::string_view>;
  // Runs one statement. Returns the number of rows that it changed.
  Result<std::uint64_t> run(const std::string& sql, const std::function<void(Row)>& row = {});

  [[nodiscard]] void* handle() const;  // duckdb_connection
  [[nodiscard]] Error error_of(std::string_view duckdb_text) const;

 private:
  struct Handle;
  Connection(std::unique_ptr<Handle> handle, Subject subject);
  std::unique_ptr<Handle> handle_;
  Subject subject_;
};

// Replaces each {name} of a statement. Texts come from quoted() or named(), or are our own.
[[nodiscard]] std::string filled(std::string_view sql,
                                 std::initializer_list<std::pair<std::string_view, std::string_view>> names);
[[nodiscard]] std::string quoted(std::string_view text);  // 'text'
[[nodiscard]] std::string named(std::string_view name);   // "name"

}  // namespace weir::parquet
