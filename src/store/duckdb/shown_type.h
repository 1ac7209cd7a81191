// Values of DuckDB's vectors as a person's query shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "weir/query.h"
#include "weir/result.h"

namespace weir::duck {

// One type of a result, with what it is made of. Immutable: thread-safe.
class ShownType {
 public:
  // `logical_type` (a duckdb_logical_type) stays the caller's. Errors: Error::why names a type that cannot be shown;
  // what and where are empty, for the caller to say.
  [[nodiscard]] static Result<ShownType> make(void* logical_type);

  [[nodiscard]] bool is_number() const;
  // Row `index` of `vector` (a duckdb_vector of this type). The result's text lies in the vector or in `buffer`, which
  // is overwritten.
  [[nodiscard]] QueryValue value(void* vector, std::size_t index, std::string& buffer) const;

 private:
  void append_json(std::string& out, void* vector, std::size_t index) const;
  void append_list(std::string& out, void* child, std::size_t begin, std::size_t length) const;
  void append_object(std::string& out, void* vector, std::size_t index) const;
  void append_map(std::string& out, void* entries, std::size_t begin, std::size_t length) const;
  [[nodiscard]] std::int64_t small_number(const void* data, std::size_t index, int internal) const;
  [[nodiscard]] std::string decimal(const void* data, std::size_t index) const;

  int id_ = 0;                       // a duckdb_type
  bool is_json_ = false;             // a text that holds JSON
  int internal_ = 0;                 // DECIMAL, ENUM: the duckdb_type it is kept as
  unsigned scale_ = 0;               // DECIMAL
  std::size_t array_size_ = 0;       // ARRAY
  std::vector<std::string> names_;   // STRUCT: of its parts; ENUM: its values
  std::vector<ShownType> children_;  // LIST, ARRAY: of its elements; STRUCT: of its parts; MAP: key and value
};

}  // namespace weir::duck
