#include "store/postgres/copy_feed.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/thread_stop.h"
#include "store/postgres/wire.h"

namespace weir::postgres {
namespace {

constexpr std::size_t piece_bytes = std::size_t{512} << 10;
constexpr std::chrono::milliseconds silence{250};

// Pieces on their way from the readers to the sender. Thread-safe.
class Pieces {
 public:
  explicit Pieces(unsigned readers) : readers_(readers), limit_(readers + 2U) {}

  // Waits for room. False: nobody wants any more.
  bool push(std::string piece) {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [&] { return closed_ || pieces_.size() < limit_; });
    if (closed_) return false;
    pieces_.push_back(std::move(piece));
    changed_.notify_all();
    return true;
  }
  // Waits for a piece, and where none comes for a while returns an empty one. nullopt when every reader has ended, or
  // one has failed.
  std::optional<std::string> pop() {
    std::unique_lock hold(mutex_);
    const auto settled = [&] { return error_ || !pieces_.empty() || readers_ == 0; };
    if (!changed_.wait_for(hold, silence, settled)) return std::string();
    if (error_ || pieces_.empty()) return std::nullopt;
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    changed_.notify_all();
    return piece;
  }
  // Of each reader, once. What it says after the end was only that it was stopped.
  void end_reader(Status status) {
    const std::lock_guard hold(mutex_);
    --readers_;
    if (!status && !closed_) error_ = std::move(status).error();
    if (error_) closed_ = true;
    changed_.notify_all();
  }
  void close() {
    const std::lock_guard hold(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // Set once nobody wants any more; it outlives the readers.
  [[nodiscard]] const std::atomic<bool>& closed() const { return closed_; }
  // After every reader has ended.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  std::optional<Error> error_;
  unsigned readers_;
  std::size_t limit_;
  std::atomic<bool> closed_{false};  // set under the mutex; also what interrupts readers that wait for bytes
};

struct Lane {
  std::uint64_t rows = 0;
  std::jthread thread;
};

// Whatever happens to the sender, its readers end.
class CloseAtEnd {
 public:
  explicit CloseAtEnd(Pieces& pieces) : pieces_(pieces) {}
  ~CloseAtEnd() { pieces_.close(); }
  CloseAtEnd(const CloseAtEnd&) = delete;
  CloseAtEnd& operator=(const CloseAtEnd&) = delete;

 private:
  Pieces& pieces_;
};

Status drain(EventReader& reader, RejectSpool& rejects, RollupCounter::Lane& rollup, std::string_view tail,
             Pieces& pieces, std::uint64_t& rows) {
  EventBatch batch;
  std::string piece;
  for (;;) {
    WEIR_TRY_ASSIGN(const bool more, reader.next(batch));
    if (!more) break;
    WEIR_TRY(rejects.add(batch.rejects));
    for (std::size_t row = 0; row < batch.rows;) {
      row = put_copy_events(piece, piece_bytes, batch, row, tail);
      if (piece.size() < piece_bytes) continue;
      if (!pieces.push(std::exchange(piece, {}))) return {};
      piece.reserve(piece_bytes + piece_bytes / 8);
    }
    rollup.append(batch);
    rows += batch.rows;
  }
  if (!piece.empty()) static_cast<void>(pieces.push(std::move(piece)));  // refused: its sender has an error of its own
  return {};
}

// On a thread of its own, from which no exception may escape.
Status read_all(EventScan& scan, RejectSpool& rejects, RollupCounter& rollup, std::string_view tail, Pieces& pieces,
                std::uint64_t& rows) {
  const ThreadStop stop(pieces.closed());  // a silent writer must not hold up an error
  try {
    const std::unique_ptr<EventReader> reader = scan.reader();
    return drain(*reader, rejects, rollup.lane(), tail, pieces, rows);
  } catch (const std::exception& exhausted) {
    return fail("cannot encode rows for", "PostgreSQL", exhausted.what(), "free some memory, or lower --threads");
  }
}

Status send(Pieces& pieces, const std::function<Status(std::string_view)>& put) {
  std::string frame;
  put_copy_header(frame);
  WEIR_TRY(put(frame));
  // An empty piece asks whether the server still takes rows.
  while (const std::optional<std::string> piece = pieces.pop()) WEIR_TRY(put(*piece));
  frame.clear();
  put_copy_trailer(frame);
  return put(frame);
}

}  // namespace

Result<std::uint64_t> feed_copy(EventScan& scan, unsigned threads, RejectSpool& rejects, RollupCounter& rollup,
                                std::string_view tail, const std::function<Status(std::string_view)>& put) {
  const unsigned readers = std::max(1U, threads);
  Pieces pieces(readers);
  std::vector<Lane> lanes(readers);
  Status sent;
  {
    const CloseAtEnd closing(pieces);
    for (Lane& lane : lanes) {
      lane.thread = std::jthread([&] { pieces.end_reader(read_all(scan, rejects, rollup, tail, pieces, lane.rows)); });
    }
    sent = send(pieces, put);
  }
  std::uint64_t rows = 0;
  for (Lane& lane : lanes) {
    lane.thread.join();
    rows += lane.rows;
  }
  if (pieces.error()) return tl::unexpected(*pieces.error());
  WEIR_TRY(std::move(sent));
  return rows;
}

}  // namespace weir::postgres
