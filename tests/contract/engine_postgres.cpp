// PostgreSQL in the contract suite. Its execute() and number() go through libpq, not through the adapter.
#include <libpq-fe.h>

#include <stdexcept>

#include "engines.h"
#include "postgres_server.h"
#include "store/postgres/postgres_store.h"

namespace weir::contract {
namespace {

class Connection {
 public:
  explicit Connection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_));
  }
  ~Connection() {
    PQclear(result_);
    PQfinish(connection_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const PGresult* run(const std::string& sql) {
    PQclear(result_);
    result_ = PQexec(connection_, sql.c_str());
    const ExecStatusType status = PQresultStatus(result_);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      throw std::runtime_error(sql + ": " + PQerrorMessage(connection_));
    }
    return result_;
  }

 private:
  PGconn* connection_;
  PGresult* result_ = nullptr;
};

// One server for all tests of this process, started when the first asks for it.
PostgresServer& server() {
  static PostgresServer running;
  return running;
}

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, std::string own_name) : url_(std::move(url)), own_name_(std::move(own_name)) {}
  ~PostgresDatabase() override {
    if (own_name_.empty()) return;
    Connection(server().url_of("postgres")).run("DROP DATABASE " + own_name_ + " WITH (FORCE)");
  }
  [[nodiscard]] std::string location() const override { return url_; }
  [[nodiscard]] std::unique_ptr<Store> open(const StoreOptions& options) const override {
    return make_postgres_store(url_, options).value();
  }
  void execute(const std::string& sql) const override { Connection(url_).run(sql); }
  [[nodiscard]] std::string rows_table() const override { return "event_rows"; }
  [[nodiscard]] std::int64_t number(const std::string& sql) const override {
    Connection connection(url_);
    return std::stoll(PQgetvalue(connection.run("SELECT CAST((" + sql + ") AS bigint)"), 0, 0));
  }

 private:
  std::string url_;
  std::string own_name_;  // empty: another process made it
};

}  // namespace

std::unique_ptr<Database> create_postgres() {
  static int count = 0;
  const std::string name = "contract_" + std::to_string(++count);
  Connection(server().url_of("postgres")).run("CREATE DATABASE " + name);
  return std::make_unique<PostgresDatabase>(server().url_of(name), name);
}

std::unique_ptr<Database> attach_postgres(const std::string& location) {
  return std::make_unique<PostgresDatabase>(location, "");
}

}  // namespace weir::contract
