#include "parquet/row_feed.h"

#include <duckdb.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "weir/progress.h"

namespace weir::parquet {
namespace {

thread_local RowFeed* feed_of_thread = nullptr;

// DuckDB is no place for our exceptions, and nothing here throws but a lock that cannot be had.
void take(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  RowFeed* const feed = RowFeed::of_this_thread();
  if (feed == nullptr) {
    duckdb_scalar_function_set_error(info, "weir_take is weir's own");
    return;
  }
  if (interrupted() || !feed->hand_over(input)) {
    duckdb_scalar_function_set_error(info, "stopped");
    return;
  }
  std::fill_n(static_cast<bool*>(duckdb_vector_get_data(output)), duckdb_data_chunk_get_size(input), true);
}

}  // namespace

Status register_take(Engine& engine) {
  static std::mutex mutex;
  static Engine* known = nullptr;
  const std::lock_guard hold(mutex);
  if (known == &engine) return {};
  WEIR_TRY_ASSIGN(const auto connection, Connection::open(engine, {"cannot start", "DuckDB", ""}));
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_logical_type any = duckdb_create_logical_type(DUCKDB_TYPE_ANY);
  duckdb_logical_type boolean = duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN);
  duckdb_scalar_function_set_name(function, "weir_take");
  duckdb_scalar_function_set_varargs(function, any);
  duckdb_scalar_function_set_return_type(function, boolean);
  duckdb_scalar_function_set_special_handling(function);  // of NULL: by us
  duckdb_scalar_function_set_volatile(function);
  duckdb_scalar_function_set_function(function, take);
  const duckdb_state state =
      duckdb_register_scalar_function(static_cast<duckdb_connection>(connection->handle()), function);
  duckdb_destroy_logical_type(&any);
  duckdb_destroy_logical_type(&boolean);
  duckdb_destroy_scalar_function(&function);
  if (state != DuckDBSuccess) return tl::unexpected(connection->error_of("it does not take the function weir_take"));
  known = &engine;
  return {};
}

RowFeed* RowFeed::of_this_thread() {
  return feed_of_thread;
}

RowFeed::~RowFeed() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard hold(mutex_);
    abandoned_ = true;
    chunk_ = nullptr;
  }
  changed_.notify_all();
  thread_.join();
}

void RowFeed::run() {
  feed_of_thread = this;
  Status outcome;
  try {
    outcome = work_();
  } catch (const std::exception& error) {
    outcome = fail("cannot read", "a Parquet file", error.what());
  }
  {
    const std::lock_guard hold(mutex_);
    outcome_ = std::move(outcome);
    ended_ = true;
  }
  changed_.notify_all();
}

bool RowFeed::hand_over(void* chunk) {
  std::unique_lock hold(mutex_);
  if (abandoned_) return false;
  chunk_ = chunk;
  changed_.notify_all();
  changed_.wait(hold, [this] { return chunk_ == nullptr; });
  return !abandoned_;
}

Result<void*> RowFeed::next() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  std::unique_lock hold(mutex_);
  // The first vectors may be there before the reader waits for them.
  if (lent_) {
    chunk_ = nullptr;
    changed_.notify_all();
  }
  changed_.wait(hold, [this] { return chunk_ != nullptr || ended_; });
  lent_ = chunk_ != nullptr;
  if (lent_) return chunk_;
  WEIR_TRY(outcome_);
  return nullptr;
}

}  // namespace weir::parquet
