#include "store/duckdb/database_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>

#include "weir/progress.h"

namespace weir::duck {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{50};
constexpr std::string_view temp_suffix = ".tmp-";

bool says(const Error& error, std::string_view words) {
  return error.why.find(words) != std::string::npos;
}

bool held_by_another(const Error& error) {
  return says(error, "Could not set lock on file");
}

// DuckDB names the program and its process: "Conflicting lock is held in /usr/bin/duckdb (PID 7). See also …".
std::string holder_in(const std::string& why) {
  constexpr std::string_view before = "Conflicting lock is held in ";
  const std::size_t begin = why.find(before);
  const std::size_t end = why.find(')', begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return "another program has it open";
  return fmt::format("{} has it open", why.substr(begin + before.size(), end + 1 - begin - before.size()));
}

// In the words of a person who meant this file to be weir's database.
Error explain(Error error, double waited_s) {
  if (held_by_another(error)) {
    error.why = fmt::format("it is in use: {}; waited {:g} s", holder_in(error.why), waited_s);
    error.next = "close it there and try again, or wait longer with --wait";
  } else if (says(error, "not a valid DuckDB database file") ||
             says(error, "Cannot launch in-memory database in read-only mode")) {
    error.why = "the file is not a DuckDB database";
    error.next = "name another file with --db duckdb:PATH";
  } else if (says(error, "Permission denied")) {
    error.kind = ErrorKind::access;
    error.why = "permission denied";
    error.next = "check who may read and write the file and its directory";
  } else if (says(error, "Could not read enough bytes") || says(error, "Corrupt database file")) {
    error.why = "the file is damaged or cut off";
    error.next = "restore it from a copy, or name another with --db";
  } else if (says(error, "version number") || says(error, "newer version of DuckDB")) {
    error.next = "it was written by a newer DuckDB: use the weir or DuckDB that wrote it";
  }
  return error;
}

// Through symbolic links, also to a file that is yet to be made: DuckDB names its log after the name it is given, and a
// file with two logs is no database. Where that cannot be told, opening says why.
std::string file_behind(const std::string& path) {
  constexpr int links_most = 40;  // as Linux follows
  if (path.empty()) return path;
  std::error_code error;
  fs::path file = fs::absolute(path, error);
  for (int links = 0; links < links_most && fs::is_symlink(fs::symlink_status(file, error)); ++links) {
    file = file.parent_path() / fs::read_symlink(file, error);
  }
  const fs::path canonical = fs::weakly_canonical(file, error);
  return error ? file.string() : canonical.string();
}

}  // namespace

TempDirectory::~TempDirectory() {
  std::error_code ignored;  // nobody is left to act on it; the next writer tries again
  fs::remove_all(path_, ignored);
}

OpenDatabase::OpenDatabase(std::string path, std::string where, std::unique_ptr<FileLock> lock, SessionOptions options)
    : path_(std::move(path)),
      where_(std::move(where)),
      options_(std::move(options)),
      lock_(std::move(lock)),
      temp_(options_.temp_directory) {}

Status OpenDatabase::open_session(const std::string& what) {
  session_.reset();
  feed_slot_ = {};
  WEIR_TRY_ASSIGN(session_, Session::open(path_, options_, what, where_));
  return {};
}

struct KeptDatabase::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::unique_ptr<OpenDatabase> database;
  Clock::time_point until;
  bool end = false;
  std::thread thread;  // begun with the first that is kept

  void close_in_time() {
    std::unique_lock hold(mutex);
    while (!end) {
      if (!database) {
        changed.wait(hold);
      } else if (Clock::now() >= until) {
        database.reset();  // under the lock: whoever takes then finds it closed
      } else {
        changed.wait_until(hold, until);
      }
    }
    database.reset();
  }
};

KeptDatabase::KeptDatabase() : state_(std::make_unique<State>()) {}

KeptDatabase::~KeptDatabase() {
  {
    const std::lock_guard hold(state_->mutex);
    state_->end = true;
  }
  state_->changed.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
}

void KeptDatabase::put(std::unique_ptr<OpenDatabase> database) {
  const Clock::time_point now = Clock::now();
  if (!database->is_sound() || now - database->opened() >= burst_max) return;  // closes it
  const std::lock_guard hold(state_->mutex);
  try {
    if (!state_->thread.joinable()) state_->thread = std::thread([state = state_.get()] { state->close_in_time(); });
  } catch (const std::system_error&) {
    return;  // no thread to close it in time: closes it now
  }
  state_->database = std::move(database);
  state_->until = now + idle_max;
  state_->changed.notify_one();
}

std::unique_ptr<OpenDatabase> KeptDatabase::take() {
  const std::lock_guard hold(state_->mutex);
  return std::move(state_->database);
}

DatabaseFile::DatabaseFile(std::string path, StoreOptions options)
    : path_(std::move(path)), absolute_(file_behind(path_)), options_(std::move(options)) {}

bool DatabaseFile::exists() const {
  std::error_code error;
  return fs::exists(absolute_, error);
}

Status DatabaseFile::check_there(const std::string& what) const {
  std::error_code error;
  const fs::file_status status = fs::status(absolute_, error);
  if (status.type() == fs::file_type::not_found) {
    return fail(ErrorKind::missing, what, display_url(), "there is no such database",
                "load a dump first with `weir ingest`, or name another with --db");
  }
  if (error) {
    const bool refused = error == std::errc::permission_denied;
    return fail(refused ? ErrorKind::access : ErrorKind::failed, what, display_url(), error.message(),
                "check the permissions of its directory");
  }
  if (status.type() == fs::file_type::directory) {
    return fail(what, display_url(), "it is a directory", "name a file, as in --db duckdb:weir.duckdb");
  }
  return {};
}

Status DatabaseFile::check_can_create(const std::string& what) const {
  std::error_code error;
  const fs::path directory = fs::path(absolute_).parent_path();
  if (path_.empty()) return fail(ErrorKind::usage, what, "duckdb:", "the path is empty", "name a file: duckdb:PATH");
  if (fs::is_directory(directory, error)) return {};
  return fail(what, display_url(), fmt::format("its directory {} does not exist", directory.string()),
              "create the directory, or name another file with --db");
}

std::string DatabaseFile::temp_directory_path() const {
  static std::atomic<unsigned> count{0};
  const std::string name =
      fmt::format("{}{}{}-{}", fs::path(absolute_).filename().string(), temp_suffix, ::getpid(), ++count);
  const fs::path directory = fs::path(absolute_).parent_path();
  if (::access(directory.c_str(), W_OK) == 0) return (directory / name).string();
  std::error_code error;
  const fs::path elsewhere = fs::temp_directory_path(error);
  return ((error ? fs::path("/tmp") : elsewhere) / name).string();
}

// Those of killed processes. Called by the one writer, so that nobody else's is in use.
void DatabaseFile::remove_left_temp_directories() const {
  const std::string prefix = fs::path(absolute_).filename().string() + std::string(temp_suffix);
  std::error_code error;
  for (fs::directory_iterator entry(fs::path(absolute_).parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;  // it wastes room, no more; the next writer tries again
    if (entry->path().filename().string().starts_with(prefix)) fs::remove_all(entry->path(), ignored);
  }
}

Result<std::shared_ptr<OpenDatabase>> DatabaseFile::open_reading(const std::string& what) {
  WEIR_TRY(check_there(what));
  return open(what, "reading", LockMode::shared);
}

Result<std::shared_ptr<OpenDatabase>> DatabaseFile::open_writing(const std::string& what, const std::string& purpose,
                                                                 bool create) {
  if (create) WEIR_TRY(check_can_create(what));
  if (!create || exists()) WEIR_TRY(check_there(what));
  WEIR_TRY_ASSIGN(std::shared_ptr<OpenDatabase> database, open(what, purpose, LockMode::exclusive));
  writing_ = database;
  return database;
}

Result<std::shared_ptr<OpenDatabase>> DatabaseFile::open_confined(const std::string& what) {
  WEIR_TRY(check_there(what));
  return open(what, "reading", LockMode::shared, true);
}

Result<std::shared_ptr<OpenDatabase>> DatabaseFile::open_loading(const std::string& what, const std::string& purpose) {
  std::unique_ptr<OpenDatabase> database = kept_->take();
  if (database) {
    database->say(purpose);
  } else {
    WEIR_TRY(check_can_create(what));
    if (exists()) WEIR_TRY(check_there(what));
    WEIR_TRY_ASSIGN(database, open(what, purpose, LockMode::exclusive));
  }
  const bool is_kept = options_.loads_follow;
  std::shared_ptr<OpenDatabase> lent(database.release(), [is_kept, kept = std::weak_ptr(kept_)](OpenDatabase* back) {
    std::unique_ptr<OpenDatabase> returned(back);
    const std::shared_ptr<KeptDatabase> place = kept.lock();  // none: the load outlived its store
    if (is_kept && place) place->put(std::move(returned));
  });
  writing_ = lent;
  return lent;
}

Result<std::unique_ptr<OpenDatabase>> DatabaseFile::open(const std::string& what, const std::string& purpose,
                                                         LockMode mode, bool confined) {
  if (!writing_.expired()) {
    return fail(what, display_url(), "this process is still loading into it", "finish that load first");
  }
  kept_->take().reset();
  const Clock::time_point start = Clock::now();
  WEIR_TRY_ASSIGN(auto lock, FileLock::acquire({absolute_ + ".lock", mode, options_.wait_s, purpose, what,
                                                display_url(), options_.on_wait}));
  if (mode == LockMode::exclusive) remove_left_temp_directories();
  SessionOptions options{mode == LockMode::shared, temp_directory_path(), options_.threads, options_.memory_limit_bytes,
                         confined};
  auto database = std::make_unique<OpenDatabase>(absolute_, display_url(), std::move(lock), std::move(options));
  for (;;) {
    Status opened = database->open_session(what);
    if (opened) return database;
    const bool time_left = std::chrono::duration<double>(Clock::now() - start).count() < options_.wait_s;
    if (!held_by_another(opened.error()) || !time_left) {
      return tl::unexpected(explain(std::move(opened).error(), options_.wait_s));
    }
    if (interrupted()) return fail(ErrorKind::interrupted, what, display_url(), "interrupted while waiting");
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace weir::duck
