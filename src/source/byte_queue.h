// A bounded queue of bytes between one thread that downloads and one that reads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::source {

// Thread-safe for one writer and one reader.
class ByteQueue {
 public:
  explicit ByteQueue(std::size_t capacity_bytes) : ring_(capacity_bytes) {}

  // Writer. Blocks while the queue is full; false once the reader has left.
  bool push(std::string_view bytes);
  // Writer, once, at the end: what the reader gets after the last byte.
  void finish();
  void fail(Error error);

  // Reader. Blocks while the queue is empty; 0 after finish(); the error after fail(). An interrupt is an error of its
  // own, with `where` in it.
  Result<std::size_t> pop(std::span<char> buffer, const std::string& where);
  // Reader: no more is wanted.
  void close();
  [[nodiscard]] bool closed() const;

 private:
  std::size_t put(std::string_view bytes);

  mutable std::mutex mutex_;
  std::condition_variable readable_;
  std::condition_variable writable_;
  std::vector<char> ring_;
  std::size_t begin_ = 0;  // index of the oldest byte
  std::size_t size_ = 0;
  bool finished_ = false;
  bool closed_ = false;
  std::optional<Error> error_;
};

}  // namespace weir::source
