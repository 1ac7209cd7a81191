// The scan as a DuckDB table function: weir_event_feed() pulls the dump's readers, one a thread, straight into DuckDB's
// vectors. It lets one INSERT … SELECT, and so one transaction, use every core; appenders cannot share a transaction.
//
// Text is not copied on the way: a vector's strings point into the reader's batch, which stays as it is until the lane
// is asked for its next chunk, and by then DuckDB has taken the former one in.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/duckdb/session.h"
#include "store/reject_spool.h"
#include "weir/batch.h"
#include "weir/result.h"
#include "weir/rollup.h"

namespace weir::duck {

class EventFeed;

// Where weir_event_feed() finds the feed of the statement that runs. One a session, and it outlives that: DuckDB keeps
// a function as long as the database is open.
struct FeedSlot {
  EventFeed* feed = nullptr;
  bool is_registered = false;
};

class EventFeed {
 public:
  // All outlive the feed. Rejects go to the spool, rows also to the rollup.
  EventFeed(EventScan& scan, unsigned threads, RejectSpool& rejects, RollupCounter& rollup);
  // Destroys the readers.
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  // Makes weir_event_feed() pull from this feed until it is destroyed, by when statements that use the function must
  // have returned. Outside a transaction; one feed at a time. `slot` is the session's.
  Status register_on(Session& session, FeedSlot& slot);
  // The first error of a reader or of the spool, in its own words; DuckDB's error then only says that there is one.
  [[nodiscard]] std::optional<Error> error();

  // What DuckDB's callbacks use: thread-safe.
  struct Lane;
  [[nodiscard]] unsigned threads() const { return threads_; }
  [[nodiscard]] Lane* open_lane();
  // The next rows of the lane's batch, at most `limit`: [from, from + count) of batch. 0 at the end; an error is kept.
  struct Slice {
    const EventBatch* batch;
    std::size_t from, count;
  };
  [[nodiscard]] Result<Slice> next(Lane& lane, std::size_t limit);

 private:
  Status refill(Lane& lane);

  EventScan& scan_;
  unsigned threads_;
  RejectSpool& rejects_;
  RollupCounter& rollup_;
  FeedSlot* slot_ = nullptr;  // while it is registered
  std::mutex mutex_;
  std::optional<Error> error_;
  std::atomic<bool> stopped_{false};  // there is an error_
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace weir::duck
