#include <atomic>

#include "weir/progress.h"

namespace weir {
namespace {
std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");
}  // namespace

bool interrupted() {
  return requested.load(std::memory_order_relaxed);
}
void request_interrupt() {
  requested.store(true, std::memory_order_relaxed);
}
void clear_interrupt() {
  requested.store(false, std::memory_order_relaxed);
}

}  // namespace weir
