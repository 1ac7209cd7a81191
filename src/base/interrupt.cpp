#include <atomic>

#include "base/thread_stop.h"
#include "weir/progress.h"

namespace weir {
namespace {
std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");
thread_local const std::atomic<bool>* thread_stop = nullptr;
}  // namespace

bool interrupted() {
  return requested.load(std::memory_order_relaxed) ||
         (thread_stop != nullptr && thread_stop->load(std::memory_order_relaxed));
}
void request_interrupt() {
  requested.store(true, std::memory_order_relaxed);
}
void clear_interrupt() {
  requested.store(false, std::memory_order_relaxed);
}

ThreadStop::ThreadStop(const std::atomic<bool>& stop) {
  thread_stop = &stop;
}
ThreadStop::~ThreadStop() {
  thread_stop = nullptr;
}

}  // namespace weir
