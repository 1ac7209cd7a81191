#include "source/part_window.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir::source {

PartWindow::PartWindow(std::size_t part_bytes, std::size_t parts)
    : part_bytes_(part_bytes), memory_(std::make_unique_for_overwrite<char[]>(part_bytes * parts)), filled_(parts) {}

std::optional<std::uint64_t> PartWindow::claim() {
  std::unique_lock lock(mutex_);
  writable_.wait(lock, [&] {
    const bool none_left = !end_ || next_part_ * part_bytes_ >= *end_;
    return closed_ || failure_ || none_left || next_part_ < read_ / part_bytes_ + filled_.size();
  });
  if (closed_ || failure_ || next_part_ * part_bytes_ >= end_.value_or(0)) return std::nullopt;
  return next_part_++;
}

bool PartWindow::write(std::uint64_t offset, std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    writable_.wait(lock, [&] { return closed_ || offset / part_bytes_ < read_ / part_bytes_ + filled_.size(); });
    if (closed_) return false;
    const std::size_t begin = offset % part_bytes_;
    const std::size_t length = std::min(part_bytes_ - begin, bytes.size());
    const std::size_t slot = slot_of(offset);
    lock.unlock();  // nobody else has to do with these bytes until they are said to be there
    std::memcpy(memory_.get() + slot * part_bytes_ + begin, bytes.data(), length);
    bytes.remove_prefix(length);
    offset += length;
    lock.lock();
    filled_[slot] = begin + length;
    if (slot == slot_of(read_)) readable_.notify_one();
  }
  return true;
}

void PartWindow::end_at(std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  end_ = offset;
  readable_.notify_one();
  writable_.notify_all();
}

void PartWindow::fail(std::uint64_t offset, Error error, bool object_changed) {
  const std::lock_guard lock(mutex_);
  if (!failure_ || offset < failure_->offset) failure_ = Failure{offset, std::move(error), object_changed};
  readable_.notify_one();
  writable_.notify_all();
}

bool PartWindow::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::size_t PartWindow::ready() const {
  return filled_[slot_of(read_)] - read_ % part_bytes_;
}

// All that comes has been taken.
bool PartWindow::is_over() const {
  return read_ == end_ || (failure_ && read_ >= failure_->offset);
}

bool PartWindow::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return readable_.wait_for(lock, longest, [&] { return is_over() || ready() > 0; });
}

Result<std::size_t> PartWindow::take(std::span<char> buffer) {
  std::unique_lock lock(mutex_);
  if (read_ == end_) return 0;
  const std::size_t length = std::min(buffer.size(), ready());
  if (length == 0 && failure_) return tl::unexpected(failure_->error);
  const std::size_t slot = slot_of(read_);
  const std::size_t begin = read_ % part_bytes_;
  lock.unlock();
  std::memcpy(buffer.data(), memory_.get() + slot * part_bytes_ + begin, length);
  lock.lock();
  read_ += length;
  if (read_ % part_bytes_ == 0 && length > 0) {
    filled_[slot] = 0;
    writable_.notify_all();
  }
  return length;
}

bool PartWindow::object_changed() const {
  const std::lock_guard lock(mutex_);
  return failure_ && failure_->object_changed && read_ >= failure_->offset;
}

bool PartWindow::has_unclaimed() const {
  const std::lock_guard lock(mutex_);
  return !failure_ && end_ && next_part_ * part_bytes_ < *end_;
}

void PartWindow::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  writable_.notify_all();
}

}  // namespace weir::source
