#include "store/postgres/advisory_lock.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "postgres_queries.h"
#include "weir/progress.h"

namespace weir::postgres {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds poll_interval{50};
constexpr std::chrono::seconds silence{1};  // of a wait before it is told

// "weir[7] loading events 2021-04" as "process 7 is loading events 2021-04".
std::string words_of(std::string_view application) {
  constexpr std::string_view prefix = "weir[";
  const std::size_t end = application.find("] ");
  if (!application.starts_with(prefix) || end == std::string_view::npos) {
    return fmt::format("\"{}\" holds it", application);
  }
  return fmt::format("process {} is {}", application.substr(prefix.size(), end - prefix.size()),
                     application.substr(end + 2));
}

Result<std::string> holder_of(Session& session, std::int64_t key) {
  std::string holder = "somebody who is just leaving";
  WEIR_TRY(session.query(postgres_queries::lock_holder, {key}, [&](const Row& row) {
    holder = fmt::format("{} (server process {})", words_of(row.text(1)), row.small_integer(0));
    if (!row.is_null(2)) holder += fmt::format(", since {} UTC", row.text(2));
  }));
  return holder;
}

Result<bool> try_lock(Session& session, std::int64_t key, LockMode mode) {
  const std::string_view sql =
      mode == LockMode::exclusive ? postgres_queries::try_lock : postgres_queries::try_lock_shared;
  bool locked = false;
  WEIR_TRY(session.query(sql, {key}, [&](const Row& row) { locked = row.boolean(0); }));
  return locked;
}

Status wait_for_lock(Session& session, const LockKey& lock, const StoreOptions& options, Clock::time_point began) {
  std::int64_t key = 0;
  WEIR_TRY(session.query(lock.sql, lock.parameters, [&](const Row& row) { key = row.integer(0); }));
  bool told = false;
  for (;;) {
    WEIR_TRY_ASSIGN(const bool locked, try_lock(session, key, lock.mode));
    if (locked) return {};
    if (interrupted()) {
      return fail(ErrorKind::interrupted, session.what(), session.where(), "interrupted while waiting");
    }
    const Clock::duration waited = Clock::now() - began;
    if (std::chrono::duration<double>(waited).count() >= options.wait_s) {
      WEIR_TRY_ASSIGN(const std::string holder, holder_of(session, key));
      return fail(session.what(), session.where(),
                  fmt::format("it is in use: {}; waited {:g} s", holder, options.wait_s),
                  "try again when it is done, or wait longer with --wait");
    }
    if (!told && options.on_wait && waited >= silence) {
      WEIR_TRY_ASSIGN(const std::string holder, holder_of(session, key));
      options.on_wait(holder);
      told = true;
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace

Result<std::unique_ptr<AdvisoryLock>> AdvisoryLock::acquire(const Address& address, const StoreOptions& options,
                                                            const LockRequest& request) {
  const std::string name = fmt::format("weir[{}] {}", ::getpid(), request.purpose);
  WEIR_TRY_ASSIGN(auto session, Session::open(address, name, request.what, OnInterrupt::stop));
  const Clock::time_point began = Clock::now();
  for (const LockKey& key : request.keys) WEIR_TRY(wait_for_lock(*session, key, options, began));
  session->on_interrupt(OnInterrupt::finish);
  return std::unique_ptr<AdvisoryLock>(new AdvisoryLock(std::move(session)));
}

AdvisoryLock::~AdvisoryLock() {
  // Where this fails the connection is lost, and the locks with it.
  session_->wind_down();
  if (session_->alive()) static_cast<void>(session_->query(postgres_queries::unlock_all));
}

}  // namespace weir::postgres
