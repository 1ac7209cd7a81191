// A person's statement: prepared alone, described, and run row by row in the server's text format.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "weir/result.h"

namespace weir::postgres {

// Not thread-safe; lives shorter than its session, which runs nothing else meanwhile.
class Statement {
 public:
  struct Column {
    std::string name;
    unsigned type;  // its number in pg_type
  };

  // Sends it by the extended protocol, which takes one statement only; nothing runs yet. Fails when the server refuses
  // it, when it returns no rows (so that nothing but a query ever runs), and when it has parameters.
  [[nodiscard]] static Result<Statement> prepare(Session& session, const std::string& sql);
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

  // Shows each row as it comes: Row::text() is the text of a column of any type. False from `row` stops the statement
  // on the server, with success; an error stops it too and is returned.
  Status run(const std::function<Result<bool>(const Row&)>& row);

 private:
  explicit Statement(Session& session) : session_(&session) {}
  Status describe();
  // Cancels what runs on the server and takes what it still sends.
  void stop();
  Session* session_;
  std::vector<Column> columns_;
};

}  // namespace weir::postgres
