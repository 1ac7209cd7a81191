// The rows of a Parquet file, as DuckDB's own scan comes by them.
//
// DuckDB's results are pulled through a buffer that copies every text once more. So the rows are not a result: a
// statement hands them, vector by vector, to a function of ours, and waits in it until the reader that asked for them
// has done with them. The statement runs on a thread of the feed's own; it and the reader's never work at once.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "parquet/engine.h"
#include "weir/result.h"

namespace weir::parquet {

// Makes the function known to DuckDB, once an engine: weir_take(…) of any columns. Thread-safe.
[[nodiscard]] Status register_take(Engine& engine);

// Used by one thread, its reader's.
class RowFeed {
 public:
  // `work` runs statements with weir_take() on the feed's thread, and ends when all is read or one has failed.
  explicit RowFeed(std::function<Status()> work) : work_(std::move(work)) {}
  ~RowFeed();
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  // The next vectors (a duckdb_data_chunk), valid until the next call; null at the end.
  Result<void*> next();

  // For weir_take(): the feed whose thread this is, and its vectors. False: nobody wants them any more.
  [[nodiscard]] static RowFeed* of_this_thread();
  bool hand_over(void* chunk);

 private:
  void run();

  std::function<Status()> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  void* chunk_ = nullptr;  // handed over and not yet given back
  bool lent_ = false;      // the reader has it; otherwise it is still to come for it
  bool ended_ = false;
  bool abandoned_ = false;
  Status outcome_;
  std::thread thread_;
};

}  // namespace weir::parquet
