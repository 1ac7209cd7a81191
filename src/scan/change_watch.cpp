#include "scan/change_watch.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

class WatchedStream final : public ByteStream {
 public:
  WatchedStream(std::unique_ptr<ByteStream> stored, Progress* progress, std::shared_ptr<std::atomic<bool>> changed)
      : stored_(std::move(stored)), progress_(progress), changed_(std::move(changed)) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    Result<std::size_t> got = stored_->read(buffer);
    if (got) {
      read_ += *got;
    } else if (stored_->object_changed() && !changed_->exchange(true)) {
      expect_no_more();
    }
    return got;
  }
  [[nodiscard]] const Object& object() const override { return stored_->object(); }
  [[nodiscard]] bool object_changed() const override { return stored_->object_changed(); }
  [[nodiscard]] std::string reopening_path() const override { return stored_->reopening_path(); }

 private:
  void expect_no_more() {
    const std::uint64_t expected = stored_->object().bytes.value_or(0);
    if (progress_ != nullptr && expected > read_) progress_->bytes_total.fetch_sub(expected - read_);
  }

  std::unique_ptr<ByteStream> stored_;
  Progress* progress_;
  std::shared_ptr<std::atomic<bool>> changed_;
  std::uint64_t read_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> ChangeWatch::watch(std::unique_ptr<ByteStream> stored, Progress* progress) {
  return std::make_unique<WatchedStream>(std::move(stored), progress, changed_);
}

Error changed_too_often(Error last) {
  last.why += fmt::format(", {} times in a row", restarts_max + 1);
  last.next = "wait until it is written, then try again";
  return last;
}

}  // namespace weir
