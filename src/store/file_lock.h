// A queue of processes at a file: flock(2) on a lock file that says who holds it. For databases that are files.
//
// The lock belongs to the open file, so the kernel gives it up with the process, however that ends; the file itself
// stays. A writer writes into it who it is and what it does, and empties it again: whoever waits in vain can tell its
// user. Rejected: unlinking the file on release (two processes may then lock two different files of one name), and a
// pid file without flock (a pid is reused, and a killed process leaves it behind).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "weir/result.h"

namespace weir {

enum class LockMode { shared, exclusive };

// What to lock, and the words for its messages.
struct LockRequest {
  std::string path;  // of the lock file; created where it can be
  LockMode mode = LockMode::exclusive;
  double wait_s = 0;    // 0: try once
  std::string purpose;  // what the holder does, for whoever waits: "loading events 2021-04"
  std::string what;     // Error::what: "cannot load into"
  std::string where;    // Error::where: the database
  std::function<void(const std::string& holder)> on_wait{};  // once, when the wait has lasted a second; may be empty
};

// Held until destroyed. Not thread-safe; two of one process exclude each other like those of two.
class FileLock {
 public:
  // Waits up to wait_s. Fails when the time is up (naming the holder), when the file cannot be made or opened
  // (exclusive only: a shared lock does without, where the directory admits no file), and when interrupted.
  [[nodiscard]] static Result<std::unique_ptr<FileLock>> acquire(const LockRequest& request);
  ~FileLock();
  // What the holder of an exclusive lock does now.
  void say(const std::string& purpose) const;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  FileLock(int descriptor, LockMode mode) : descriptor_(descriptor), mode_(mode) {}
  int descriptor_;  // -1: done without
  LockMode mode_;
};

}  // namespace weir
