#include "store/postgres/statement.h"

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <utility>

namespace weir::postgres {
namespace {

constexpr const char* unnamed = "";
constexpr int text_format = 0;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultOwner = std::unique_ptr<PGresult, ClearResult>;

PGconn* connection_of(void* connection) {
  return static_cast<PGconn*>(connection);
}

}  // namespace

Result<Statement> Statement::prepare(Session& session, const std::string& sql) {
  session.cancelled_ = false;
  if (PQsendPrepare(connection_of(session.connection()), unnamed, sql.c_str(), 0, nullptr) == 0) {
    return tl::unexpected(session.lost());
  }
  WEIR_TRY(session.flush());
  const auto prepared = session.take_results({});
  if (!prepared) {
    Error error = prepared.error();
    if (error.why.find("multiple commands") != std::string::npos) error.next = "ask them one by one";
    return tl::unexpected(std::move(error));
  }
  Statement statement(session);
  WEIR_TRY(statement.describe());
  return statement;
}

Status Statement::describe() {
  if (PQsendDescribePrepared(connection_of(session_->connection()), unnamed) == 0) {
    return tl::unexpected(session_->lost());
  }
  WEIR_TRY(session_->flush());
  int parameters = 0;
  std::optional<Error> error;
  for (;;) {
    WEIR_TRY_ASSIGN(void* next, session_->next_result());
    const ResultOwner result(static_cast<PGresult*>(next));
    if (result == nullptr) break;
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) error = session_->error_of(result.get());
    parameters = PQnparams(result.get());
    for (int i = 0; i < PQnfields(result.get()); ++i) {
      columns_.push_back({PQfname(result.get(), i), PQftype(result.get(), i)});
    }
  }
  if (error) return tl::unexpected(std::move(*error));
  if (parameters > 0) {
    return fail(session_->what(), session_->where(), "the statement has parameters ($1), and nobody to give them",
                "write the values where the parameters are");
  }
  if (!columns_.empty()) return {};
  return fail(session_->what(), session_->where(),
              "the statement returns no rows: it is there for something else than reading",
              "`weir query` takes SELECT, WITH, VALUES, TABLE, SHOW and EXPLAIN; anything else is for psql");
}

void Statement::stop() {
  session_->cancel();
  for (;;) {
    const Result<void*> next = session_->next_result();
    if (!next || *next == nullptr) return;  // the connection is closed next: what it says is of no use
    PQclear(static_cast<PGresult*>(*next));
  }
}

Status Statement::run(const std::function<Result<bool>(const Row&)>& row) {
  PGconn* connection = connection_of(session_->connection());
  if (PQsendQueryPrepared(connection, unnamed, 0, nullptr, nullptr, nullptr, text_format) == 0) {
    return tl::unexpected(session_->lost());
  }
  PQsetSingleRowMode(connection);
  WEIR_TRY(session_->flush());
  std::optional<Error> error;
  for (;;) {
    WEIR_TRY_ASSIGN(void* next, session_->next_result());
    const ResultOwner result(static_cast<PGresult*>(next));
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_SINGLE_TUPLE) {
      const Result<bool> more = row(Row(result.get()));
      if (more && *more) continue;
      stop();
      return more ? Status() : tl::unexpected(more.error());
    }
    if (status != PGRES_TUPLES_OK && !error) error = session_->error_of(result.get());
    if (!session_->alive()) break;
  }
  if (error) return tl::unexpected(std::move(*error));
  if (!session_->alive()) return tl::unexpected(session_->lost());
  return {};
}

}  // namespace weir::postgres
