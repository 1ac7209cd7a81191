// An interrupt of one thread alone: for a thread whose result nobody waits for any more, while it waits for bytes.
#pragma once

#include <atomic>

namespace weir {

// While it lives, interrupted() is true on the thread that made it once `stop` is set, too; so whatever waits on that
// thread stops as for a Ctrl-C. `stop` outlives it. One at a time on a thread.
class ThreadStop {
 public:
  explicit ThreadStop(const std::atomic<bool>& stop);
  ~ThreadStop();
  ThreadStop(const ThreadStop&) = delete;
  ThreadStop& operator=(const ThreadStop&) = delete;
};

}  // namespace weir
