// What to do about an object that is replaced while it is read: begin again with its new version, restarts_max times.
// The bytes of two versions are never mixed, so whoever has passed some of them on undoes that first.
#pragma once

#include <atomic>
#include <memory>

#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir {

// Looks on while one dump is read once. Thread-safe.
class ChangeWatch {
 public:
  // The same stream, looked on at; it may outlive the watch. Of a reading that ends with a change, `progress` (may be
  // null, else it outlives the stream) expects no more bytes.
  [[nodiscard]] std::unique_ptr<ByteStream> watch(std::unique_ptr<ByteStream> stored, Progress* progress);
  // Reading has failed since the object is another by now.
  [[nodiscard]] bool changed() const { return changed_->load(); }

 private:
  std::shared_ptr<std::atomic<bool>> changed_ = std::make_shared<std::atomic<bool>>(false);
};

// The error of a dump that was replaced every time it was read; `last` is that of the last time.
[[nodiscard]] Error changed_too_often(Error last);

}  // namespace weir
