// SQL of a person's own, put to a database that only reads, and the rows that come of it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir {

struct QueryRequest {
  std::string sql;       // one statement that returns rows; a semicolon may end it
  double timeout_s = 0;  // until the last row was handed over; 0: as long as it takes
};

enum class ValueKind {
  null,
  boolean,  // true, false
  number,   // as JSON writes it, exact however large: -12, 0.10, 1e+20
  text,     // anything else; times are ISO 8601 in UTC (one without zone is taken for UTC), with the decimals they have
  json,     // a list, an object, or a value of a JSON type: JSON in UTF-8, perhaps with space between its parts
};

// Valid during the call it is given to.
struct QueryValue {
  ValueKind kind = ValueKind::null;
  std::string_view text;  // empty for null
};

struct QueryColumn {
  std::string name;  // as the database names it; several may have the same
  bool is_number = false;
};

// Takes the rows of a query as they come.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // Once, before the first row: the statement runs.
  virtual Status begin(std::span<const QueryColumn> columns) = 0;
  // One value a column. False: no more are wanted, which ends the query with success. An error ends it with that error.
  virtual Result<bool> row(std::span<const QueryValue> values) = 0;
};

}  // namespace weir
