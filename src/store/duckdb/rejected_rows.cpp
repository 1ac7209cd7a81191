#include "store/duckdb/rejected_rows.h"

#include <duckdb.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "duckdb_queries.h"

namespace weir::duck {
namespace {

// DuckDB's appender counts rows before it writes them out; with long texts that could be gigabytes.
constexpr std::size_t flush_bytes = std::size_t{8} << 20;

class Appender {
 public:
  explicit Appender(Session& session) : session_(session) {
    duckdb_appender_create(static_cast<duckdb_connection>(session.connection()), nullptr, "rejected_rows", &appender_);
  }
  ~Appender() { duckdb_appender_destroy(&appender_); }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  Status append(std::int64_t id, const Reject& reject) {
    const bool done = ok(duckdb_append_int64(appender_, id)) &&
                      ok(duckdb_append_int64(appender_, static_cast<std::int64_t>(reject.line))) &&
                      ok(duckdb_append_varchar_length(appender_, reject.reason.data(), reject.reason.size())) &&
                      ok(duckdb_append_varchar_length(appender_, reject.raw.data(), reject.raw.size())) &&
                      ok(duckdb_appender_end_row(appender_));
    if (!done) return failed();
    bytes_ += reject.reason.size() + reject.raw.size();
    return bytes_ < flush_bytes ? Status{} : flush();
  }

  Status flush() {
    bytes_ = 0;
    return ok(duckdb_appender_flush(appender_)) ? Status{} : failed();
  }

 private:
  static bool ok(duckdb_state state) { return state == DuckDBSuccess; }

  Status failed() {
    duckdb_error_data data = duckdb_appender_error_data(appender_);
    const char* text = duckdb_error_data_message(data);
    Error error = session_.error_of(text == nullptr ? "rejected rows could not be written" : text);
    duckdb_destroy_error_data(&data);
    return tl::unexpected(std::move(error));
  }

  Session& session_;
  duckdb_appender appender_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<std::vector<RejectedRow>> read_rejected_rows(Session& session, std::span<const std::int64_t> ids,
                                                    std::optional<std::uint64_t> limit) {
  std::vector<RejectedRow> rows;
  if (ids.empty()) return rows;
  const std::string limited = limit ? std::to_string(*limit) : "NULL";
  const std::string sql = fill_template(duckdb_queries::rejected_rows,
                                        {{"ids", fmt::format("{}", fmt::join(ids, ", "))}, {"limit", limited}});
  WEIR_TRY(session.query(sql, {}, [&](const Row& row) {
    rows.push_back({row.integer(0),
                    {static_cast<std::uint64_t>(row.integer(1)), std::string(row.text(2)), std::string(row.text(3))}});
  }));
  return rows;
}

Status write_rejected_rows(Session& session, std::int64_t id, RejectSpool& rejects) {
  if (rejects.count() == 0) return {};
  Appender appender(session);
  WEIR_TRY(rejects.each([&](const Reject& reject) { return appender.append(id, reject); }));
  return appender.flush();
}

Status write_rejected_rows(Session& session, std::int64_t id, std::span<const Reject> rejects) {
  if (rejects.empty()) return {};
  Appender appender(session);
  for (const Reject& reject : rejects) WEIR_TRY(appender.append(id, reject));
  return appender.flush();
}

}  // namespace weir::duck
