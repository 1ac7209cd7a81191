#include "source/byte_queue.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "source/interrupt.h"
#include "weir/progress.h"

namespace weir::source {
namespace {
constexpr auto interrupt_poll = std::chrono::milliseconds(100);
}  // namespace

bool ByteQueue::push(std::string_view bytes) {
  while (!bytes.empty()) {
    std::unique_lock lock(mutex_);
    writable_.wait(lock, [&] { return closed_ || size_ < ring_.size(); });
    if (closed_) return false;
    bytes.remove_prefix(put(bytes));
    readable_.notify_one();
  }
  return true;
}

// As many bytes as fit without a turn round the ring's end.
std::size_t ByteQueue::put(std::string_view bytes) {
  const std::size_t end = (begin_ + size_) % ring_.size();
  const std::size_t room = end >= begin_ && size_ < ring_.size() ? ring_.size() - end : begin_ - end;
  const std::size_t length = std::min(room, bytes.size());
  std::memcpy(ring_.data() + end, bytes.data(), length);
  size_ += length;
  return length;
}

void ByteQueue::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  readable_.notify_one();
}

void ByteQueue::fail(Error error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  readable_.notify_one();
}

Result<std::size_t> ByteQueue::pop(std::span<char> buffer, const std::string& where) {
  std::unique_lock lock(mutex_);
  while (size_ == 0 && !finished_ && !error_) {
    readable_.wait_for(lock, interrupt_poll);
    if (interrupted()) break;
  }
  if (interrupted()) return interrupted_while_reading(where);
  if (size_ == 0 && error_) return tl::unexpected(*error_);
  const std::size_t length = std::min({buffer.size(), size_, ring_.size() - begin_});
  std::memcpy(buffer.data(), ring_.data() + begin_, length);
  begin_ = (begin_ + length) % ring_.size();
  size_ -= length;
  writable_.notify_one();
  return length;
}

void ByteQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  writable_.notify_one();
}

bool ByteQueue::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace weir::source
