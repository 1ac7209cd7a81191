// The databases that the contract suite runs against.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "weir/result.h"
#include "weir/store.h"

namespace weir::contract {

// One database of one engine, empty at first, whose place is removed with the object that made it.
class Database {
 public:
  virtual ~Database() = default;
  // Where it is: attach() in another process finds it by this.
  [[nodiscard]] virtual std::string location() const = 0;
  // Another client of it.
  [[nodiscard]] virtual std::unique_ptr<Store> open(const StoreOptions& options) const = 0;
  [[nodiscard]] std::unique_ptr<Store> open() const { return open(StoreOptions{}); }
  // As somebody's own tool would, beside weir: SQL that every engine takes.
  virtual void execute(const std::string& sql) const = 0;
  [[nodiscard]] virtual std::int64_t number(const std::string& sql) const = 0;
  // The table that holds what the view or table `events` shows.
  [[nodiscard]] virtual std::string rows_table() const = 0;
};

struct Engine {
  std::string name;
  std::unique_ptr<Database> (*create)();                             // a new, empty one
  std::unique_ptr<Database> (*attach)(const std::string& location);  // one that is there, and stays
};

// How a failing test names its engine.
inline void PrintTo(const Engine& engine, std::ostream* out) {
  *out << engine.name;
}

[[nodiscard]] const std::vector<Engine>& engines();
[[nodiscard]] const Engine& engine_named(const std::string& name);

[[nodiscard]] std::unique_ptr<Database> create_duckdb();
[[nodiscard]] std::unique_ptr<Database> attach_duckdb(const std::string& location);
[[nodiscard]] std::unique_ptr<Database> create_postgres();
[[nodiscard]] std::unique_ptr<Database> attach_postgres(const std::string& location);

}  // namespace weir::contract
