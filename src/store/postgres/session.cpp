#include "store/postgres/session.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>

#include "base/text.h"
#include "postgres_queries.h"
#include "store/postgres/server_error.h"
#include "store/postgres/wire.h"
#include "weir/progress.h"

namespace weir::postgres {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t application_name_bytes_max = 63;
constexpr int poll_ms = 50;  // between two looks for an interrupt
constexpr int connect_timeout_s = 15;
constexpr std::chrono::seconds leave_limit{5};
constexpr int binary_format = 1;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultOwner = std::unique_ptr<PGresult, ClearResult>;

// Parameters in binary, kept as long as this lives.
class Parameters {
 public:
  explicit Parameters(const std::vector<Value>& values) {
    bytes_.reserve(values.size());  // pointers into it must stay
    for (const Value& value : values) add(value);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      pointers_.push_back(null_[i] ? nullptr : bytes_[i].data());
      lengths_.push_back(static_cast<int>(bytes_[i].size()));
      formats_.push_back(binary_format);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(bytes_.size()); }
  [[nodiscard]] const Oid* types() const { return types_.data(); }
  [[nodiscard]] const char* const* values() const { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const Value& value) {
    std::string bytes;
    Oid type = any_type;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      type = bigint_type;
      put_int64(bytes, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      type = text_type;
      bytes = storable(*text);
    } else if (const auto* day = std::get_if<Day>(&value)) {
      type = date_type;
      put_int32(bytes, days_to_wire(day->days));
    } else if (const auto* time = std::get_if<Time>(&value)) {
      type = timestamptz_type;
      put_int64(bytes, time_to_wire(time->us));
    } else if (const auto* raw = std::get_if<sql::Bytes>(&value)) {
      type = bytea_type;
      bytes = raw->bytes;
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
      type = text_array_type;
      std::vector<std::string> stored;
      for (const std::string& one : *texts) stored.push_back(storable(one));
      const std::vector<std::string_view> views(stored.begin(), stored.end());
      put_text_array(bytes, views.data(), views.size());
    }
    null_.push_back(std::holds_alternative<std::monostate>(value));
    types_.push_back(type);
    bytes_.push_back(std::move(bytes));
  }

  // The server takes UTF-8 without NUL only. A file name or a system's message may be something else, and must not stop
  // the ledger.
  static std::string storable(const std::string& text) {
    const bool fine = valid_utf8_prefix(text) == text.size() && text.find('\0') == std::string::npos;
    return fine ? text : reject_raw(text);
  }

  std::vector<std::string> bytes_;
  std::vector<bool> null_;
  std::vector<Oid> types_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_, formats_;
};

const PGresult* as_result(const void* result) {
  return static_cast<const PGresult*>(result);
}

std::uint64_t changed_rows(PGresult* result) {
  const std::string_view text = PQcmdTuples(result);
  std::uint64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

}  // namespace

std::string_view Row::bytes(std::size_t column) const {
  const int index = static_cast<int>(column);
  return {PQgetvalue(as_result(result_), 0, index),
          static_cast<std::size_t>(PQgetlength(as_result(result_), 0, index))};
}

bool Row::is_null(std::size_t column) const {
  return PQgetisnull(as_result(result_), 0, static_cast<int>(column)) != 0;
}
bool Row::boolean(std::size_t column) const {
  return !is_null(column) && bytes(column).front() != 0;
}
std::int64_t Row::integer(std::size_t column) const {
  return is_null(column) ? 0 : int64_at(bytes(column).data());
}
std::int32_t Row::small_integer(std::size_t column) const {
  return is_null(column) ? 0 : int32_at(bytes(column).data());
}
std::string_view Row::text(std::size_t column) const {
  return is_null(column) ? std::string_view{} : bytes(column);
}
DayNumber Row::day(std::size_t column) const {
  return is_null(column) ? no_day : days_from_wire(int32_at(bytes(column).data()));
}
std::optional<std::int64_t> Row::time_us(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return time_from_wire(int64_at(bytes(column).data()));
}
std::vector<std::string> Row::texts(std::size_t column) const {
  return is_null(column) ? std::vector<std::string>{} : texts_from_wire(bytes(column));
}

struct Session::Handle {
  PGconn* connection = nullptr;
  explicit Handle(PGconn* opened) : connection(opened) {}
  ~Handle() { PQfinish(connection); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

Session::Session(std::unique_ptr<Handle> handle, std::string what, std::string where, OnInterrupt on_interrupt)
    : handle_(std::move(handle)), what_(std::move(what)), where_(std::move(where)), on_interrupt_(on_interrupt) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(const Address& address, const std::string& application, std::string what,
                                               OnInterrupt on_interrupt) {
  // A longer one the server would cut itself, and say so on stderr.
  const std::string name = application.substr(0, valid_utf8_prefix(application.substr(0, application_name_bytes_max)));
  // The URL stands in for dbname; what comes after it has the last word, what comes before it is a fallback.
  const std::array<const char*, 9> keywords{
      "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
      "dbname",          "application_name",    "client_encoding",  nullptr};
  const std::array<const char*, 9> values{"30", "10", "3", "60000", address.url.c_str(), name.c_str(), "UTF8", nullptr};
  auto handle = std::make_unique<Handle>(PQconnectStartParams(keywords.data(), values.data(), 1));
  std::unique_ptr<Session> session(new Session(std::move(handle), std::move(what), address.display, on_interrupt));
  WEIR_TRY(session->connect());
  WEIR_TRY(session->prepare_session());
  return session;
}

Status Session::connect() {
  PGconn* connection = handle_->connection;
  if (connection == nullptr) return fail(what_, where_, "no memory is left for a connection");
  // Verbose: a refusal's SQLSTATE stands nowhere but in its text.
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  int limit_s = connect_timeout_s;
  if (PQconninfoOption* options = PQconninfo(connection); options != nullptr) {
    for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
      if (std::strcmp(option->keyword, "connect_timeout") != 0 || option->val == nullptr) continue;
      std::from_chars(option->val, option->val + std::strlen(option->val), limit_s);
    }
    PQconninfoFree(options);
  }
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(limit_s <= 0 ? connect_timeout_s : limit_s);
  PostgresPollingStatusType state =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) {
      const Refusal refusal = refusal_in(PQerrorMessage(connection));
      Error error = explain(refusal.sqlstate, refusal.message, what_, where_);
      if (PQconnectionNeedsPassword(connection) != 0)
        return tl::unexpected(explain("28P01", refusal.message, what_, where_));
      if (error.next.empty()) error.next = "check that the server runs and that host and port are its own";
      return tl::unexpected(std::move(error));
    }
    if (on_interrupt_ == OnInterrupt::stop && interrupted()) return tl::unexpected(interrupted_error());
    if (Clock::now() >= deadline) {
      return fail(what_, where_, "the server did not answer in time",
                  "check host and port, or wait longer with connect_timeout in the URL");
    }
    pollfd socket{PQsocket(connection), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (::poll(&socket, 1, poll_ms) > 0) state = PQconnectPoll(connection);
  }
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  return {};
}

Status Session::prepare_session() {
  PGconn* connection = handle_->connection;
  const char* encoding = PQparameterStatus(connection, "server_encoding");
  if (encoding == nullptr || std::strcmp(encoding, "UTF8") != 0) {
    return fail(what_, where_, fmt::format("its encoding is {}, not UTF8", encoding == nullptr ? "unknown" : encoding),
                "make a database with `createdb --encoding=UTF8 --template=template0`");
  }
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(connection, 1) != 0) return tl::unexpected(lost());
  return execute(postgres_queries::session_settings);
}

void* Session::connection() const {
  return handle_->connection;
}

bool Session::alive() const {
  return !unanswered_ && PQstatus(handle_->connection) == CONNECTION_OK;
}

void Session::wind_down() {
  on_interrupt_ = OnInterrupt::finish;
  winding_down_ = true;
}

void Session::start_clock() {
  deadline_ = winding_down_ ? Clock::now() + leave_limit : Clock::time_point::max();
}

Error Session::interrupted_error() const {
  return {ErrorKind::interrupted, what_, where_, "interrupted", ""};
}

Error Session::lost() const {
  std::string message = refusal_in(PQerrorMessage(handle_->connection)).message;
  message.resize(std::min(message.find(" This probably means"), message.size()));  // libpq's guesses about the server
  return explain("08006", message, what_, where_);
}

Error Session::error_of(const void* result) const {
  if (cancelled_) return interrupted_error();
  const char* state = PQresultErrorField(as_result(result), PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(as_result(result), PG_DIAG_MESSAGE_PRIMARY);
  if (state == nullptr || message == nullptr) return lost();
  std::string text = message;
  if (const char* detail = PQresultErrorField(as_result(result), PG_DIAG_MESSAGE_DETAIL); detail != nullptr) {
    text += fmt::format(" ({})", detail);
  }
  if (const char* at = PQresultErrorField(as_result(result), PG_DIAG_STATEMENT_POSITION); at != nullptr) {
    text += fmt::format(" (at character {})", at);
  }
  Error error = explain(state, text, what_, where_);
  const char* hint = PQresultErrorField(as_result(result), PG_DIAG_MESSAGE_HINT);
  if (error.next.empty() && hint != nullptr) error.next = hint;
  return error;
}

void Session::cancel() {
  if (std::exchange(cancelled_, true)) return;
  if (copying_) return;  // copy_cancel() says it, on the connection that is there
  PGcancel* request = PQgetCancel(handle_->connection);
  if (request == nullptr) return;
  std::array<char, 256> ignored{};  // where it does not get through, the statement goes on to its end
  static_cast<void>(PQcancel(request, ignored.data(), ignored.size()));
  PQfreeCancel(request);
}

Status Session::wait(bool writing) {
  PGconn* connection = handle_->connection;
  if (on_interrupt_ == OnInterrupt::stop && interrupted()) cancel();
  if (PQsocket(connection) < 0) return tl::unexpected(lost());
  if (Clock::now() >= deadline_) {
    unanswered_ = true;
    return tl::unexpected(explain(
        "08006", "the server did not answer within " + std::to_string(leave_limit.count()) + " s", what_, where_));
  }
  pollfd socket{PQsocket(connection), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
  if (::poll(&socket, 1, poll_ms) <= 0) return {};
  heard_ = heard_ || (socket.revents & POLLIN) != 0;
  if ((socket.revents & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(connection) == 0) {
    return tl::unexpected(lost());
  }
  return {};
}

Status Session::flush() {
  for (;;) {
    const int left = PQflush(handle_->connection);
    if (left == 0) return {};
    if (left < 0) return tl::unexpected(lost());
    WEIR_TRY(wait(true));
    if (cancelled_) return tl::unexpected(interrupted_error());
  }
}

Result<void*> Session::next_result() {
  while (PQisBusy(handle_->connection) != 0) WEIR_TRY(wait(false));
  return PQgetResult(handle_->connection);
}

Result<std::uint64_t> Session::take_results(const std::function<void(const Row&)>& row) {
  std::optional<Error> error;
  std::uint64_t changed = 0;
  for (;;) {
    WEIR_TRY_ASSIGN(void* next, next_result());
    const ResultOwner result(static_cast<PGresult*>(next));
    if (result == nullptr) break;
    switch (PQresultStatus(result.get())) {
      case PGRES_SINGLE_TUPLE:
        if (row && !error) row(Row(result.get()));
        break;
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK: changed = changed_rows(result.get()); break;
      case PGRES_COPY_IN: return changed;
      default:
        if (!error) error = error_of(result.get());
    }
    if (!alive()) break;
  }
  if (error) return tl::unexpected(std::move(*error));
  if (!alive()) return tl::unexpected(lost());
  return changed;
}

Result<std::uint64_t> Session::query(std::string_view sql, const std::vector<Value>& parameters,
                                     const std::function<void(const Row&)>& row) {
  cancelled_ = false;
  start_clock();
  if (on_interrupt_ == OnInterrupt::stop && interrupted()) return tl::unexpected(interrupted_error());
  const Parameters bound(parameters);
  PGconn* connection = handle_->connection;
  if (PQsendQueryParams(connection, std::string(sql).c_str(), bound.count(), bound.types(), bound.values(),
                        bound.lengths(), bound.formats(), binary_format) == 0) {
    return tl::unexpected(lost());
  }
  PQsetSingleRowMode(connection);
  WEIR_TRY(flush());
  return take_results(row);
}

Status Session::execute(std::string_view sql) {
  cancelled_ = false;
  start_clock();
  if (PQsendQuery(handle_->connection, std::string(sql).c_str()) == 0) return tl::unexpected(lost());
  WEIR_TRY(flush());
  WEIR_TRY(take_results({}));
  return {};
}

Status Session::copy_begin(std::string_view sql) {
  WEIR_TRY(execute(sql));
  copying_ = true;
  heard_ = false;
  return {};
}

bool Session::hears_server() {
  pollfd socket{PQsocket(handle_->connection), POLLIN, 0};
  heard_ = heard_ || ::poll(&socket, 1, 0) > 0;
  return heard_ || !alive();
}

// libpq hands out the server's reason only after the end of the COPY; on a lost connection too, if one had come.
Error Session::copy_refusal() {
  copying_ = false;
  start_clock();
  static_cast<void>(PQputCopyEnd(handle_->connection, "the server has refused it"));
  if (alive()) {
    if (Status flushed = flush(); !flushed) return std::move(flushed).error();
  }
  Result<std::uint64_t> ended = take_results({});
  return ended ? lost() : std::move(ended).error();
}

Status Session::copy_put(std::string_view bytes) {
  if (hears_server()) return tl::unexpected(copy_refusal());
  if (PQputCopyData(handle_->connection, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return tl::unexpected(copy_refusal());
  }
  Status flushed = flush();
  if (!flushed && !cancelled_ && !alive()) return tl::unexpected(copy_refusal());
  return flushed;
}

Result<std::uint64_t> Session::copy_end() {
  if (hears_server()) return tl::unexpected(copy_refusal());
  copying_ = false;
  start_clock();
  if (PQputCopyEnd(handle_->connection, nullptr) != 1) return tl::unexpected(lost());
  WEIR_TRY(flush());
  return take_results({});
}

void Session::copy_cancel() {
  wind_down();
  if (!std::exchange(copying_, false)) return;  // the server has ended it
  start_clock();
  if (PQputCopyEnd(handle_->connection, "the load was given up") != 1) return;
  if (flush()) static_cast<void>(take_results({}));  // that it was given up is all it can say
}

Result<Transaction> Transaction::begin(Session& session, Kind kind) {
  WEIR_TRY(session.execute(kind == Kind::snapshot ? postgres_queries::begin_snapshot : postgres_queries::begin_write));
  return Transaction(session);
}

Transaction::~Transaction() {
  if (session_ == nullptr || !session_->alive()) return;
  session_->wind_down();
  try {
    // Where this fails the connection is lost, and the server has rolled back by itself.
    static_cast<void>(session_->execute("ROLLBACK"));
  } catch (...) {  // no memory is left: the server rolls back when the connection is closed
    return;
  }
}

Status Transaction::commit() {
  session_->on_interrupt(OnInterrupt::finish);  // a cancelled COMMIT would leave open what became of it
  return std::exchange(session_, nullptr)->execute("COMMIT");
}

}  // namespace weir::postgres
