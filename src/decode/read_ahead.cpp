#include "decode/read_ahead.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "base/thread_stop.h"
#include "weir/progress.h"

namespace weir {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20U;
constexpr std::size_t buffer_count = 4;
constexpr std::chrono::milliseconds poll_interval{100};  // how long an interrupt of the reading thread may wait

// A ring of buffers: the producer fills number produced_ % count, the consumer empties number consumed_ % count.
class ReadAheadStream final : public ByteStream {
 public:
  explicit ReadAheadStream(std::unique_ptr<ByteStream> inner) : inner_(std::move(inner)), object_(inner_->object()) {
    for (Buffer& buffer : ring_) buffer.bytes.resize(buffer_bytes);
    thread_ = std::thread([this] { produce(); });  // last: everything it uses is there
  }
  ~ReadAheadStream() override {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  ReadAheadStream(const ReadAheadStream&) = delete;
  ReadAheadStream& operator=(const ReadAheadStream&) = delete;

  Result<std::size_t> read(std::span<char> out) override;
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  struct Buffer {
    std::vector<char> bytes;
    std::size_t size = 0;
  };

  void produce();
  // Fills `buffer` to the brim unless the stream ends or fails; false when no more will come.
  bool fill(Buffer& buffer, std::optional<Error>& error);

  std::unique_ptr<ByteStream> inner_;
  const Object object_;  // inner_ belongs to the thread; nobody else may ask it
  std::array<Buffer, buffer_count> ring_;
  std::size_t offset_ = 0;  // consumer's place in its buffer

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t produced_ = 0;
  std::size_t consumed_ = 0;
  bool ended_ = false;
  std::atomic<bool> abandoned_{false};  // set under the mutex; also what interrupts the producer's reads
  std::optional<Error> error_;
  std::thread thread_;
};

bool ReadAheadStream::fill(Buffer& buffer, std::optional<Error>& error) {
  buffer.size = 0;
  while (buffer.size < buffer.bytes.size()) {
    if (interrupted()) {
      error = Error{ErrorKind::interrupted, "stopped reading", object_.uri, "interrupted", {}};
      return false;
    }
    Result<std::size_t> got = inner_->read(std::span(buffer.bytes).subspan(buffer.size));
    if (!got) {
      error = std::move(got).error();
      return false;
    }
    if (*got == 0) return false;
    buffer.size += *got;
  }
  return true;
}

void ReadAheadStream::produce() {
  const ThreadStop stop(abandoned_);  // a silent writer must not hold up whoever gave the stream up
  for (bool more = true; more;) {
    std::size_t slot = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return abandoned_ || produced_ - consumed_ < buffer_count; });
      if (abandoned_) return;
      slot = produced_ % buffer_count;
    }
    std::optional<Error> error;
    more = fill(ring_.at(slot), error);
    {
      const std::lock_guard lock(mutex_);
      if (ring_.at(slot).size > 0) ++produced_;
      ended_ = !more;
      error_ = std::move(error);
    }
    changed_.notify_all();
  }
}

Result<std::size_t> ReadAheadStream::read(std::span<char> out) {
  {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, poll_interval, [this] { return produced_ > consumed_ || ended_; })) {
      if (interrupted()) return fail(ErrorKind::interrupted, "stopped reading", object_.uri, "interrupted");
    }
    if (produced_ == consumed_) {  // all bytes before the end or the error were handed out
      if (error_) return tl::unexpected<Error>(*error_);
      return 0;
    }
  }
  const Buffer& buffer = ring_.at(consumed_ % buffer_count);  // only this thread changes consumed_
  const std::size_t count = std::min(out.size(), buffer.size - offset_);
  std::memcpy(out.data(), buffer.bytes.data() + offset_, count);
  offset_ += count;
  if (offset_ == buffer.size) {
    offset_ = 0;
    {
      const std::lock_guard lock(mutex_);
      ++consumed_;
    }
    changed_.notify_all();
  }
  return count;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> read_ahead(std::unique_ptr<ByteStream> inner) {
  const std::string uri = inner->object().uri;
  try {
    return std::make_unique<ReadAheadStream>(std::move(inner));
  } catch (const std::system_error& error) {  // std::thread's way to say that there is no thread
    return fail("cannot start a thread to read", uri, error.code().message(),
                "check the limit of processes (ulimit -u)");
  }
}

}  // namespace weir
