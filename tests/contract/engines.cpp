#include "engines.h"

#include <stdexcept>

namespace weir::contract {

const std::vector<Engine>& engines() {
  static const std::vector<Engine> all{
      {"duckdb", create_duckdb, attach_duckdb},
      {"postgres", create_postgres, attach_postgres},
  };
  return all;
}

const Engine& engine_named(const std::string& name) {
  for (const Engine& engine : engines()) {
    if (engine.name == name) return engine;
  }
  throw std::invalid_argument("no engine " + name);
}

}  // namespace weir::contract
