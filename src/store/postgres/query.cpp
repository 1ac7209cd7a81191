#include "store/postgres/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "postgres_queries.h"
#include "store/postgres/called_functions.h"
#include "store/postgres/statement.h"
#include "store/postgres/text_value.h"

namespace weir::postgres {
namespace {

using Clock = std::chrono::steady_clock;

std::string timeout_ms(double timeout_s) {
  return fmt::format("{:.0f}", timeout_s == 0 ? 0 : std::max(1.0, std::ceil(timeout_s * 1000)));
}

Status check_functions(Session& session, const std::string& sql) {
  std::vector<std::string> names = called_functions(sql);
  if (std::ranges::find(names, "U&") != names.end()) {
    return fail(session.what(), session.where(), "it calls a function by a name in Unicode escapes",
                "write the function's name as it is");
  }
  std::string found;
  WEIR_TRY(session.query(postgres_queries::side_effects, {std::move(names)}, [&](const Row& row) {
    found.append(found.empty() ? "" : ", ").append(row.text(0)).append("()");
  }));
  if (found.empty()) return {};
  return fail(session.what(), session.where(),
              fmt::format("it calls {}, which may do what a read-only transaction does not stop", found),
              "`weir query` only reads; call it from psql");
}

Status hand_over(Statement& statement, RowSink& sink) {
  const std::vector<Statement::Column>& types = statement.columns();
  std::vector<QueryColumn> columns;
  columns.reserve(types.size());
  for (const Statement::Column& column : types) columns.push_back({column.name, is_number_type(column.type)});
  WEIR_TRY(sink.begin(columns));
  std::vector<QueryValue> values(types.size());
  std::vector<std::string> buffers(types.size());
  return statement.run([&](const Row& row) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      values[i] = row.is_null(i) ? QueryValue{} : value_of(types[i].type, row.text(i), buffers[i]);
    }
    return sink.row(values);
  });
}

}  // namespace

Status query(Session& session, const QueryRequest& request, RowSink& sink) {
  WEIR_TRY_ASSIGN(const Transaction transaction, Transaction::begin(session, Transaction::Kind::snapshot));
  WEIR_TRY(session.execute(
      fill_template(postgres_queries::query_settings, {{"timeout_ms", timeout_ms(request.timeout_s)}})));
  WEIR_TRY(check_functions(session, request.sql));
  WEIR_TRY_ASSIGN(Statement statement, Statement::prepare(session, request.sql));
  const Clock::time_point start = Clock::now();
  Status done = hand_over(statement, sink);
  const double took_s = std::chrono::duration<double>(Clock::now() - start).count();
  const bool servers = !done && done.error().kind == ErrorKind::failed && done.error().what == session.what();
  if (servers && request.timeout_s > 0 && took_s >= request.timeout_s) {
    return fail(session.what(), session.where(), fmt::format("it took longer than {:g} s", request.timeout_s),
                "ask for less, or wait longer with --timeout");
  }
  return done;
}

}  // namespace weir::postgres
