#include "lambda/deadline.h"

#include <algorithm>

#include "weir/progress.h"

namespace weir::lambda {

TimePoint stop_before(TimePoint deadline, TimePoint now) {
  constexpr auto reserve_max = std::chrono::seconds(10);
  const auto left = std::max(deadline - now, TimePoint::duration::zero());
  return deadline - std::min<TimePoint::duration>(left / 5, reserve_max);
}

DeadlineWatch::DeadlineWatch(TimePoint stop_at) : thread_([this, stop_at] { run(stop_at); }) {}

DeadlineWatch::~DeadlineWatch() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  end_.notify_all();
  thread_.join();
  if (reached_) clear_interrupt();
}

void DeadlineWatch::run(TimePoint stop_at) {
  std::unique_lock lock(mutex_);
  if (end_.wait_until(lock, stop_at, [this] { return ended_; }) || interrupted()) return;
  reached_ = true;
  request_interrupt();
}

}  // namespace weir::lambda
