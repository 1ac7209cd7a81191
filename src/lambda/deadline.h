// Stops what runs before its time is up.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace weir::lambda {

using TimePoint = std::chrono::system_clock::time_point;

// When to stop work that began at `now`, so that what is not committed is undone and the answer given in time: a fifth
// of the time before the deadline, at most ten seconds. Pure.
[[nodiscard]] TimePoint stop_before(TimePoint deadline, TimePoint now);

// From construction to destruction: requests an interrupt (weir/progress.h) when `stop_at` has come. Its end takes that
// interrupt back, but never one that somebody else requested before. One at a time. Construction throws
// std::system_error when no thread can be had.
class DeadlineWatch {
 public:
  explicit DeadlineWatch(TimePoint stop_at);
  ~DeadlineWatch();
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

  [[nodiscard]] bool reached() const { return reached_.load(); }

 private:
  void run(TimePoint stop_at);

  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;  // guarded by mutex_
  std::atomic<bool> reached_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace weir::lambda
