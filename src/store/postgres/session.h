// One connection to one PostgreSQL database, std only: the rest of the adapter speaks SQL through it.
//
// Its session is set to UTC, and never ended by the server for being idle: the connection that holds a lock is idle
// while a load takes its time. Answers of the server come in its binary format.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/postgres/address.h"
#include "store/sql.h"
#include "weir/event.h"
#include "weir/result.h"

namespace weir::postgres {

using sql::Day;
using sql::day_or_null;
using sql::fill_template;
using sql::text_or_null;
using sql::Time;
using sql::Value;

// One row of a result; valid during the callback it is given to. Columns from 0; each is asked for in its own type.
class Row {
 public:
  explicit Row(const void* result) : result_(result) {}
  [[nodiscard]] bool is_null(std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t column) const;                         // boolean; NULL: false
  [[nodiscard]] std::int64_t integer(std::size_t column) const;                 // bigint; NULL: 0
  [[nodiscard]] std::int32_t small_integer(std::size_t column) const;           // integer; NULL: 0
  [[nodiscard]] std::string_view text(std::size_t column) const;                // text, bytea; NULL: empty
  [[nodiscard]] DayNumber day(std::size_t column) const;                        // date; NULL: no_day
  [[nodiscard]] std::optional<std::int64_t> time_us(std::size_t column) const;  // timestamptz
  [[nodiscard]] std::vector<std::string> texts(std::size_t column) const;       // text[]; NULL: empty

 private:
  [[nodiscard]] std::string_view bytes(std::size_t column) const;
  const void* result_;
};

// Whether an interrupt (weir/progress.h) ends what waits for the server, by cancelling it there.
enum class OnInterrupt { stop, finish };

// Not thread-safe. Errors: `what` and `where` are the caller's, `why` is the server's own words; refused credentials
// and missing rights are of kind access, a database that is not there of kind missing, what an interrupt stopped of
// kind interrupted. No error holds a password.
class Session {
 public:
  // `application` is how pg_stat_activity shows the session, cut at 63 bytes. Gives up after connect_timeout of the URL
  // or PGCONNECT_TIMEOUT, or 15 s, and on an interrupt where that stops the session.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const Address& address, const std::string& application,
                                                             std::string what, OnInterrupt on_interrupt);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs one statement; `row` sees each row of its result, as it comes. Returns the number of rows it changed.
  Result<std::uint64_t> query(std::string_view sql, const std::vector<Value>& parameters = {},
                              const std::function<void(const Row&)>& row = {});
  // Runs statements without parameters or results, all in one transaction unless one is open.
  Status execute(std::string_view sql);

  // COPY … FROM STDIN: begin, any number of puts, then end or cancel. put() returns when the server has taken most of
  // the bytes: nothing piles up here. Where the server has ended the COPY meanwhile, put() fails with its reason.
  Status copy_begin(std::string_view sql);
  Status copy_put(std::string_view bytes);
  Result<std::uint64_t> copy_end();  // rows copied
  void copy_cancel();                // the transaction is to be rolled back after it

  void on_interrupt(OnInterrupt what) { on_interrupt_ = what; }
  // What follows is short and only takes leave: no interrupt ends it, but a server that leaves a statement unanswered
  // for 5 s counts as lost. Without it, a network that has gone silent would hold up for minutes whoever gives up.
  void wind_down();
  // False once the connection is lost; a closed server may be noticed only by the next statement.
  [[nodiscard]] bool alive() const;
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] void* connection() const;  // the PGconn, for the adapter's own files

 private:
  friend class Statement;
  struct Handle;
  Session(std::unique_ptr<Handle> handle, std::string what, std::string where, OnInterrupt on_interrupt);
  [[nodiscard]] Status connect();
  [[nodiscard]] Status prepare_session();
  // Sets the time by which what is sent next must be answered.
  void start_clock();
  // Whether the server speaks; while rows are copied it does so only to end that.
  [[nodiscard]] bool hears_server();
  [[nodiscard]] Error copy_refusal();
  // Waits until the socket is ready (`writing`: also for room) or an interrupt is due.
  [[nodiscard]] Status wait(bool writing);
  [[nodiscard]] Status flush();
  // The next result (a PGresult, owned by the caller) of what was sent; nullptr after the last.
  [[nodiscard]] Result<void*> next_result();
  // Takes the results of what was sent until there is none; the last one's number of changed rows.
  [[nodiscard]] Result<std::uint64_t> take_results(const std::function<void(const Row&)>& row);
  [[nodiscard]] Error error_of(const void* result) const;
  [[nodiscard]] Error lost() const;
  [[nodiscard]] Error interrupted_error() const;
  void cancel();

  std::unique_ptr<Handle> handle_;
  std::string what_, where_;
  OnInterrupt on_interrupt_;
  bool cancelled_ = false;
  bool copying_ = false;
  bool heard_ = false;       // the server has spoken since the COPY began
  bool unanswered_ = false;  // as good as lost
  bool winding_down_ = false;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

// BEGIN … COMMIT, rolled back when destroyed without commit().
class Transaction {
 public:
  enum class Kind { write, snapshot };  // snapshot: reads one state of the database, and only reads
  [[nodiscard]] static Result<Transaction> begin(Session& session, Kind kind);
  Transaction(Transaction&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Session& session) : session_(&session) {}
  Session* session_;
};

}  // namespace weir::postgres
