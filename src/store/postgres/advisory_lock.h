// A queue of processes at a PostgreSQL database: session-level advisory locks, each on a connection of its own.
//
// The server gives the lock up with the connection, however the process ends. The session names itself
// "weir[<pid>] <purpose>" in pg_stat_activity, so that whoever waits in vain can tell its user.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/postgres/session.h"
#include "weir/store.h"

namespace weir::postgres {

enum class LockMode { shared, exclusive };

struct LockKey {
  std::string_view sql;  // the statement that makes the lock's number, of our own
  std::vector<Value> parameters;
  LockMode mode = LockMode::exclusive;
};

struct LockRequest {
  std::vector<LockKey> keys;  // taken in this order; whoever takes several takes them in the same
  std::string purpose;        // what the holder does, for whoever waits: "loading events 2021-04"
  std::string what;           // Error::what
};

// All of them held until destroyed. Not thread-safe; two of one process exclude each other like those of two.
class AdvisoryLock {
 public:
  // Waits up to options.wait_s in all. Fails when the time is up (naming the holder), when interrupted, and as
  // Session::open does.
  [[nodiscard]] static Result<std::unique_ptr<AdvisoryLock>> acquire(const Address& address,
                                                                     const StoreOptions& options,
                                                                     const LockRequest& request);
  // Gives the locks up before it returns.
  ~AdvisoryLock();
  AdvisoryLock(const AdvisoryLock&) = delete;
  AdvisoryLock& operator=(const AdvisoryLock&) = delete;

  // The connection that holds the locks, for short statements; no interrupt ends them.
  [[nodiscard]] Session& session() { return *session_; }

 private:
  explicit AdvisoryLock(std::unique_ptr<Session> session) : session_(std::move(session)) {}
  std::unique_ptr<Session> session_;
};

}  // namespace weir::postgres
