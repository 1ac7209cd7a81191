// One connection to one open DuckDB database, std only: the rest of the adapter speaks SQL through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sql.h"
#include "weir/event.h"
#include "weir/result.h"

namespace weir::duck {

using sql::Day;
using sql::day_or_null;
using sql::fill_template;
using sql::text_or_null;
using sql::Time;
using sql::Value;

// One row of a result; valid during the callback it is given to. Columns from 0; asking a NULL for its value is allowed
// where a fallback is said.
class Row {
 public:
  Row(const std::vector<void*>& data, const std::vector<std::uint64_t*>& validity, void* const* vectors,
      std::size_t index)
      : data_(data), validity_(validity), vectors_(vectors), index_(index) {}
  [[nodiscard]] bool is_null(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t column) const;                 // BIGINT; NULL: 0
  [[nodiscard]] std::int32_t small_integer(std::size_t column) const;           // INTEGER; NULL: 0
  [[nodiscard]] std::string_view text(std::size_t column) const;                // VARCHAR, BLOB; NULL: empty
  [[nodiscard]] DayNumber day(std::size_t column) const;                        // DATE; NULL: no_day
  [[nodiscard]] std::optional<std::int64_t> time_us(std::size_t column) const;  // TIMESTAMP
  [[nodiscard]] std::vector<std::string> texts(std::size_t column) const;       // VARCHAR[]; NULL: empty

 private:
  const std::vector<void*>& data_;
  const std::vector<std::uint64_t*>& validity_;
  void* const* vectors_;
  std::size_t index_;
};

struct SessionOptions {
  bool read_only = true;
  std::string temp_directory;
  unsigned threads = 0;                  // 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // 0: 512 MiB
  // For statements that are not weir's own: no file but the database, no extension, and no setting that could undo
  // that.
  bool confined = false;
};

// Not thread-safe. Closing it writes the log into the database file, as DuckDB does.
class Session {
 public:
  // Fails with DuckDB's own words in Error::why; `what` and `where` are the caller's. Error::next is empty.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const std::string& path, const SessionOptions& options,
                                                             std::string what, std::string where);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs one statement; `row` sees each row of its result. Returns the number of rows it changed.
  // Errors: interrupted when the watch below stopped it; a full disk and too little memory in words that help.
  Result<std::uint64_t> query(std::string_view sql, const std::vector<Value>& parameters = {},
                              const std::function<void(const Row&)>& row = {});
  // Runs statements without parameters or results, one after the other.
  Status execute(std::string_view sql);

  // Until it is destroyed, an interrupt (weir/progress.h) stops the statement that runs, and so does the end of
  // timeout_s, counted from its making (0: there is none).
  class Watch {
   public:
    explicit Watch(Session& session, double timeout_s = 0);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    [[nodiscard]] bool is_over() const;  // the time is up

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  // The duckdb_connection, for the adapter's own files that register functions on it or append to a table.
  [[nodiscard]] void* connection() const;
  // An error of this session in weir's words, from DuckDB's.
  [[nodiscard]] Error error_of(std::string_view duckdb_text, bool stopped = false) const;

 private:
  struct Handles;
  explicit Session(std::unique_ptr<Handles> handles, std::string what, std::string where);
  std::unique_ptr<Handles> handles_;
  std::string what_, where_;
};

// BEGIN … COMMIT, rolled back when destroyed without commit().
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Session& session);
  Transaction(Transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Session& session) : session_(&session) {}
  Session* session_;
};

}  // namespace weir::duck
