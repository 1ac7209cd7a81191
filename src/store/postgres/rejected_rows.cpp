#include "store/postgres/rejected_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "postgres_queries.h"
#include "store/postgres/wire.h"

namespace weir::postgres {
namespace {

constexpr std::size_t put_bytes = std::size_t{256} << 10;

// COPY into rejected_rows, given up unless end() was reached.
class RejectCopy {
 public:
  RejectCopy(Session& session, std::int64_t id) : session_(session), id_(id) { put_copy_header(buffer_); }
  ~RejectCopy() {
    if (open_) session_.copy_cancel();
  }
  RejectCopy(const RejectCopy&) = delete;
  RejectCopy& operator=(const RejectCopy&) = delete;

  Status begin() {
    WEIR_TRY(session_.copy_begin(postgres_queries::copy_rejected_rows));
    open_ = true;
    return {};
  }
  Status put(const Reject& reject) {
    put_copy_reject(buffer_, id_, reject);
    return buffer_.size() < put_bytes ? Status{} : flush();
  }
  Status end() {
    put_copy_trailer(buffer_);
    WEIR_TRY(flush());
    open_ = false;
    WEIR_TRY(session_.copy_end());
    return {};
  }

 private:
  Status flush() {
    WEIR_TRY(session_.copy_put(buffer_));
    buffer_.clear();
    return {};
  }
  Session& session_;
  std::int64_t id_;
  std::string buffer_;
  bool open_ = false;
};

}  // namespace

Result<std::vector<RejectedRow>> read_rejected_rows(Session& session, std::span<const std::int64_t> ids,
                                                    std::optional<std::uint64_t> limit) {
  std::vector<RejectedRow> rows;
  if (ids.empty()) return rows;
  const std::string limited = limit ? std::to_string(*limit) : "NULL";
  const std::string sql = fill_template(postgres_queries::rejected_rows,
                                        {{"ids", fmt::format("{}", fmt::join(ids, ", "))}, {"limit", limited}});
  WEIR_TRY(session.query(sql, {}, [&](const Row& row) {
    rows.push_back({row.integer(0),
                    {static_cast<std::uint64_t>(row.integer(1)), std::string(row.text(2)), std::string(row.text(3))}});
  }));
  return rows;
}

Status write_rejected_rows(Session& session, std::int64_t id, RejectSpool& rejects) {
  if (rejects.count() == 0) return {};
  RejectCopy copy(session, id);
  WEIR_TRY(copy.begin());
  WEIR_TRY(rejects.each([&](const Reject& reject) { return copy.put(reject); }));
  return copy.end();
}

Status write_rejected_rows(Session& session, std::int64_t id, std::span<const Reject> rejects) {
  if (rejects.empty()) return {};
  RejectCopy copy(session, id);
  WEIR_TRY(copy.begin());
  for (const Reject& reject : rejects) WEIR_TRY(copy.put(reject));
  return copy.end();
}

}  // namespace weir::postgres
