// The way to a DuckDB file: its queue, its session, its temporary directory, and what can be wrong with the file.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "store/duckdb/event_feed.h"
#include "store/duckdb/session.h"
#include "store/file_lock.h"
#include "weir/finding.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::duck {

// A directory made on first use and removed with all it holds.
class TempDirectory {
 public:
  explicit TempDirectory(std::string path) : path_(std::move(path)) {}
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// An open database and the right to it; closing gives both back. The session goes first, the lock last.
class OpenDatabase {
 public:
  OpenDatabase(std::string path, std::string where, std::unique_ptr<FileLock> lock, SessionOptions options);
  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const std::string& temp_directory() const { return temp_.path(); }
  [[nodiscard]] FeedSlot& feed_slot() { return feed_slot_; }
  // What the holder does now, for whoever waits.
  void say(const std::string& purpose) const { lock_->say(purpose); }
  // It is not to be kept for the next load: something went wrong with it.
  void close_after_this() { is_sound_ = false; }
  [[nodiscard]] bool is_sound() const { return is_sound_; }
  [[nodiscard]] std::chrono::steady_clock::time_point opened() const { return opened_; }
  // Opens the session, or opens it again under the same lock: DuckDB gives up on a session whose log it could not
  // write.
  Status open_session(const std::string& what);

 private:
  std::string path_, where_;
  SessionOptions options_;
  std::unique_ptr<FileLock> lock_;
  TempDirectory temp_;
  bool is_sound_ = true;
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
  FeedSlot feed_slot_;
  std::unique_ptr<Session> session_;
};

// An open database between one load and the next of this process. To open and close DuckDB, which then writes its log
// into the file and compresses the last rows again, takes several times as long as to load a small dump; so a burst of
// them shares one. Others wait for it no longer than they would for one large dump: a burst ends after burst_max, and
// where no next load comes within idle_max. Thread-safe.
class KeptDatabase {
 public:
  static constexpr std::chrono::milliseconds burst_max{2000};
  static constexpr std::chrono::milliseconds idle_max{200};

  KeptDatabase();
  ~KeptDatabase();
  KeptDatabase(const KeptDatabase&) = delete;
  KeptDatabase& operator=(const KeptDatabase&) = delete;

  // Keeps it, or closes it where its time is up.
  void put(std::unique_ptr<OpenDatabase> database);
  // nullptr: there is none; nor is one being closed any more.
  [[nodiscard]] std::unique_ptr<OpenDatabase> take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Opens one database again and again. Not thread-safe.
class DatabaseFile {
 public:
  DatabaseFile(std::string path, StoreOptions options);
  [[nodiscard]] std::string display_url() const { return "duckdb:" + path_; }
  [[nodiscard]] bool exists() const;

  // `what` is Error::what, as in "cannot read". Both wait up to wait_s, for weir's own processes and for whatever else
  // has the file open, and fail when: the time is up (naming the holder), the file is no DuckDB database or a
  // directory, permission is missing, interrupted; also when a Load of this very DatabaseFile is still open, since that
  // could only wait for itself.
  [[nodiscard]] Result<std::shared_ptr<OpenDatabase>> open_reading(const std::string& what);  // missing: kind missing
  [[nodiscard]] Result<std::shared_ptr<OpenDatabase>> open_writing(const std::string& what, const std::string& purpose,
                                                                   bool create);
  // As open_writing, to load one dump; the database may still be open from the one before.
  [[nodiscard]] Result<std::shared_ptr<OpenDatabase>> open_loading(const std::string& what, const std::string& purpose);
  // As open_reading, for a statement that is not weir's own.
  [[nodiscard]] Result<std::shared_ptr<OpenDatabase>> open_confined(const std::string& what);

  // What Store::diagnose() promises: the file, who has it open, and what may be done with it.
  [[nodiscard]] std::vector<Finding> diagnose() const;

 private:
  [[nodiscard]] Result<std::unique_ptr<OpenDatabase>> open(const std::string& what, const std::string& purpose,
                                                           LockMode mode, bool confined = false);
  [[nodiscard]] Status check_there(const std::string& what) const;
  [[nodiscard]] Status check_can_create(const std::string& what) const;
  [[nodiscard]] std::string temp_directory_path() const;
  void remove_left_temp_directories() const;

  std::string path_;      // as given
  std::string absolute_;  // what DuckDB gets: never one of its special names
  StoreOptions options_;
  std::shared_ptr<KeptDatabase> kept_ = std::make_shared<KeptDatabase>();
  std::weak_ptr<OpenDatabase> writing_;
};

}  // namespace weir::duck
