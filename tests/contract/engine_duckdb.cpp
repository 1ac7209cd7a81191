// DuckDB in the contract suite. Its execute() and number() go through DuckDB's own API, not through the adapter.
#include <duckdb.h>

#include <filesystem>
#include <stdexcept>

#include "engines.h"
#include "store/duckdb/duckdb_store.h"

namespace weir::contract {
namespace {

class Connection {
 public:
  explicit Connection(const std::string& path) {
    if (duckdb_open(path.c_str(), &database_) != DuckDBSuccess) throw std::runtime_error("cannot open " + path);
    duckdb_connect(database_, &connection_);
  }
  ~Connection() {
    duckdb_destroy_result(&result_);
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  duckdb_result& run(const std::string& sql) {
    if (duckdb_query(connection_, sql.c_str(), &result_) != DuckDBSuccess) {
      throw std::runtime_error(sql + ": " + duckdb_result_error(&result_));
    }
    return result_;
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
  duckdb_result result_{};
};

class DuckDbDatabase final : public Database {
 public:
  DuckDbDatabase(std::filesystem::path directory, bool own) : directory_(std::move(directory)), own_(own) {}
  ~DuckDbDatabase() override {
    std::error_code ignored;
    if (own_) std::filesystem::remove_all(directory_, ignored);
  }
  [[nodiscard]] std::string location() const override { return directory_.string(); }
  [[nodiscard]] std::unique_ptr<Store> open(const StoreOptions& options) const override {
    return make_duckdb_store(path(), options).value();
  }
  void execute(const std::string& sql) const override { Connection(path()).run(sql); }
  [[nodiscard]] std::string rows_table() const override { return "events"; }
  [[nodiscard]] std::int64_t number(const std::string& sql) const override {
    Connection connection(path());
    duckdb_data_chunk chunk = duckdb_fetch_chunk(connection.run("SELECT CAST((" + sql + ") AS BIGINT)"));
    const auto* data = static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
    const std::int64_t number = data[0];
    duckdb_destroy_data_chunk(&chunk);
    return number;
  }

 private:
  [[nodiscard]] std::string path() const { return (directory_ / "weir.duckdb").string(); }
  std::filesystem::path directory_;
  bool own_;
};

}  // namespace

std::unique_ptr<Database> create_duckdb() {
  std::string name = (std::filesystem::temp_directory_path() / "weir-contract-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
  return std::make_unique<DuckDbDatabase>(name, true);
}

std::unique_ptr<Database> attach_duckdb(const std::string& location) {
  return std::make_unique<DuckDbDatabase>(location, false);
}

}  // namespace weir::contract
