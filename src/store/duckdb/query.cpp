#include "store/duckdb/query.h"

// A result piece by piece: DuckDB's header calls it deprecated, and has nothing in its place. The library is pinned to
// the header's version, and the contract suite would not pass without it.
#undef DUCKDB_API_NO_DEPRECATED
#include <duckdb.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "store/duckdb/shown_type.h"
#include "weir/progress.h"

namespace weir::duck {
namespace {

struct Extracted {
  duckdb_extracted_statements statements = nullptr;
  ~Extracted() { duckdb_destroy_extracted(&statements); }
};

struct Prepared {
  duckdb_prepared_statement statement = nullptr;
  ~Prepared() { duckdb_destroy_prepare(&statement); }
};

struct Streamed {
  duckdb_result result{};
  ~Streamed() { duckdb_destroy_result(&result); }
};

struct Chunk {
  duckdb_data_chunk chunk;
  explicit Chunk(duckdb_data_chunk fetched) : chunk(fetched) {}
  ~Chunk() { duckdb_destroy_data_chunk(&chunk); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
};

std::string_view or_nothing(const char* text) {
  return text == nullptr ? "DuckDB gave no reason" : text;
}

// One statement, run where the session is confined.
class Running {
 public:
  Running(Session& session, const QueryRequest& request)
      : session_(session), request_(request), watch_(session, request.timeout_s) {}

  Status prepare();
  Status hand_over(RowSink& sink);

 private:
  [[nodiscard]] tl::unexpected<Error> refused(std::string why, std::string next) const;
  [[nodiscard]] tl::unexpected<Error> error_of(std::string_view text, bool stopped) const;
  [[nodiscard]] tl::unexpected<Error> failure();
  Result<std::vector<ShownType>> begin(RowSink& sink);
  Result<bool> show_rows(duckdb_data_chunk chunk, const std::vector<ShownType>& types, RowSink& sink);

  Session& session_;
  const QueryRequest& request_;
  Session::Watch watch_;
  Prepared prepared_;
  Streamed streamed_;
  std::vector<QueryValue> values_;
  std::vector<std::string> buffers_;
};

tl::unexpected<Error> Running::refused(std::string why, std::string next) const {
  Error error = session_.error_of("");
  error.why = std::move(why);
  error.next = std::move(next);
  return tl::unexpected(std::move(error));
}

tl::unexpected<Error> Running::error_of(std::string_view text, bool stopped) const {
  if (stopped && !interrupted() && watch_.is_over()) {
    return refused(fmt::format("it took longer than {:g} s", request_.timeout_s),
                   "ask for less, or wait longer with --timeout");
  }
  Error error = session_.error_of(text, stopped);
  // "… does not exist!\nDid you mean …"
  if (const std::size_t end = error.why.find('\n'); end != std::string::npos) {
    if (error.next.empty()) error.next = error.why.substr(end + 1);
    error.why.erase(end);
  }
  if (error.next.empty() && text.find("Permission Error") != std::string_view::npos) {
    error.next = "`weir query` reads this one database; files are for `weir insights FILE`, or for DuckDB's own tools";
  }
  return tl::unexpected(std::move(error));
}

tl::unexpected<Error> Running::failure() {
  return error_of(or_nothing(duckdb_result_error(&streamed_.result)),
                  duckdb_result_error_type(&streamed_.result) == DUCKDB_ERROR_INTERRUPT);
}

Status Running::prepare() {
  auto* connection = static_cast<duckdb_connection>(session_.connection());
  Extracted extracted;
  const idx_t count = duckdb_extract_statements(connection, request_.sql.c_str(), &extracted.statements);
  if (count == 0) {
    const char* text = duckdb_extract_statements_error(extracted.statements);
    if (text != nullptr && *text != '\0') return error_of(text, false);
    return refused("there is no statement in it", "write one, as in `weir query 'SELECT count(*) FROM events'`");
  }
  if (count > 1) return refused(fmt::format("it is {} statements", count), "ask them one by one");
  if (duckdb_prepare_extracted_statement(connection, extracted.statements, 0, &prepared_.statement) != DuckDBSuccess) {
    return error_of(or_nothing(duckdb_prepare_error(prepared_.statement)), false);
  }
  const duckdb_statement_type type = duckdb_prepared_statement_type(prepared_.statement);
  if (type != DUCKDB_STATEMENT_TYPE_SELECT && type != DUCKDB_STATEMENT_TYPE_EXPLAIN) {
    return refused("it is no statement that only reads",
                   "`weir query` takes SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW and EXPLAIN; anything else is for "
                   "DuckDB's own tools");
  }
  if (duckdb_nparams(prepared_.statement) == 0) return {};
  return refused("the statement has parameters, and nobody to give them", "write the values where the parameters are");
}

Result<std::vector<ShownType>> Running::begin(RowSink& sink) {
  std::vector<ShownType> types;
  std::vector<QueryColumn> columns;
  for (idx_t i = 0; i < duckdb_column_count(&streamed_.result); ++i) {
    duckdb_logical_type logical = duckdb_column_logical_type(&streamed_.result, i);
    Result<ShownType> type = ShownType::make(logical);
    duckdb_destroy_logical_type(&logical);
    const std::string name = duckdb_column_name(&streamed_.result, i);
    if (!type) return refused(fmt::format("{}: {}", name, type.error().why), type.error().next);
    columns.push_back({name, type->is_number()});
    types.push_back(*std::move(type));
  }
  values_.resize(types.size());
  buffers_.resize(types.size());
  WEIR_TRY(sink.begin(columns));
  return types;
}

Result<bool> Running::show_rows(duckdb_data_chunk chunk, const std::vector<ShownType>& types, RowSink& sink) {
  for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      values_[i] = types[i].value(duckdb_data_chunk_get_vector(chunk, i), row, buffers_[i]);
    }
    WEIR_TRY_ASSIGN(const bool more, sink.row(values_));
    if (!more) return false;
  }
  return true;
}

Status Running::hand_over(RowSink& sink) {
  if (duckdb_execute_prepared_streaming(prepared_.statement, &streamed_.result) != DuckDBSuccess) return failure();
  WEIR_TRY_ASSIGN(const std::vector<ShownType> types, begin(sink));
  for (;;) {
    // Between two pieces nothing runs that could be stopped.
    if (interrupted() || watch_.is_over()) return error_of("", true);
    const Chunk fetched(duckdb_fetch_chunk(streamed_.result));
    if (fetched.chunk == nullptr) break;
    WEIR_TRY_ASSIGN(const bool more, show_rows(fetched.chunk, types, sink));
    if (!more) return {};
  }
  const char* text = duckdb_result_error(&streamed_.result);
  if (text != nullptr && *text != '\0') return failure();
  if (interrupted() || watch_.is_over()) return error_of("", true);
  return {};
}

}  // namespace

Status query(Session& session, const QueryRequest& request, RowSink& sink) {
  Running running(session, request);
  WEIR_TRY(running.prepare());
  return running.hand_over(sink);
}

}  // namespace weir::duck
