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
    return closed_ || failure_ || none_left || has_room(next_part_);
  });
  if (closed_ || failure_ || next_part_ * part_bytes_ >= end_.value_or(0)) return std::nullopt;
  return next_part_++;
}

bool PartWindow::write(std::uint64_t offset, std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    writable_.wait(lock, [&] { return closed_ || has_room(offset / part_bytes_); });
    if (closed_) return false;
    const std::size_t begin = offset % part_bytes_;
    const std::size_t length = std::min(part_bytes_ - begin, bytes.size());
    const std::size_t slot = slot_of(offset);
    lock.unlock();  // nobody else has to do with these bytes until they are said to be there
    std::memcpy(memory_.get() + slot * part_bytes_ + begin, bytes.data(), length);
    bytes.remove_prefix(length);
    offset += length;
    lock.lock();
    filled_[slot] = offset;
    if (slot == slot_of(read_) || slot == slot_of(checked_)) readable_.notify_all();
  }
  return true;
}

void PartWindow::end_at(std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  end_ = offset;
  readable_.notify_all();
  writable_.notify_all();
}

void PartWindow::fail(std::uint64_t offset, Error error, bool object_changed) {
  const std::lock_guard lock(mutex_);
  if (!failure_ || offset < failure_->offset) failure_ = Failure{offset, std::move(error), object_changed};
  readable_.notify_all();
  writable_.notify_all();
}

bool PartWindow::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

// A slot may still hold a part of before.
std::size_t PartWindow::ready(std::uint64_t from) const {
  const std::uint64_t end = filled_[slot_of(from)];
  return end > from ? static_cast<std::size_t>(end - from) : 0;
}

// All that comes has been taken.
bool PartWindow::is_over() const {
  if (failure_ && read_ >= failure_->offset) return true;
  return read_ == end_ && (!has_checker_ || has_verdict_);
}

bool PartWindow::has_room(std::uint64_t part) const {
  const std::uint64_t kept = has_checker_ ? std::min(read_, checked_) : read_;
  return part < kept / part_bytes_ + filled_.size();
}

void PartWindow::advance(std::uint64_t& cursor, std::size_t bytes) {
  const std::uint64_t part = cursor / part_bytes_;
  cursor += bytes;
  if (cursor / part_bytes_ != part) writable_.notify_all();
}

void PartWindow::expect_checker() {
  const std::lock_guard lock(mutex_);
  has_checker_ = true;
}

std::string_view PartWindow::unchecked() {
  std::unique_lock lock(mutex_);
  readable_.wait(lock, [&] {
    return closed_ || checked_ == end_ || (failure_ && checked_ >= failure_->offset) || ready(checked_) > 0;
  });
  if (closed_) return {};
  return {memory_.get() + slot_of(checked_) * part_bytes_ + checked_ % part_bytes_, ready(checked_)};
}

void PartWindow::checked(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  advance(checked_, bytes);
}

void PartWindow::conclude(Status verdict) {
  const std::lock_guard lock(mutex_);
  has_verdict_ = true;
  if (!verdict && !failure_) failure_ = Failure{checked_, std::move(verdict).error(), false};
  readable_.notify_all();
}

bool PartWindow::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return readable_.wait_for(lock, longest, [&] { return ready(read_) > 0 || is_over(); });
}

Result<std::size_t> PartWindow::take(std::span<char> buffer) {
  std::unique_lock lock(mutex_);
  const std::size_t length = std::min(buffer.size(), ready(read_));
  if (length == 0) {
    if (failure_) return tl::unexpected(failure_->error);
    return 0;
  }
  const char* from = memory_.get() + slot_of(read_) * part_bytes_ + read_ % part_bytes_;
  lock.unlock();
  std::memcpy(buffer.data(), from, length);
  lock.lock();
  advance(read_, length);
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
  readable_.notify_all();
  writable_.notify_all();
}

}  // namespace weir::source
