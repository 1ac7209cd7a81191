#include "source/remote_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "source/byte_queue.h"
#include "source/retry.h"

namespace weir::source {
namespace {

constexpr std::size_t queue_bytes = std::size_t{8} * 1024 * 1024;

class RemoteStream final : public ByteStream, private BodySink {
 public:
  RemoteStream(std::unique_ptr<RemoteObject> remote, std::uint64_t offset, std::string etag)
      : remote_(std::move(remote)), queue_(queue_bytes), received_(offset), etag_(std::move(etag)) {}
  RemoteStream(const RemoteStream&) = delete;
  RemoteStream& operator=(const RemoteStream&) = delete;
  ~RemoteStream() override {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }

  Status open() {
    std::future<Status> opened = opened_.get_future();
    thread_ = std::thread([this] { download(); });
    return opened.get();
  }

  Result<std::size_t> read(std::span<char> buffer) override { return queue_.pop(buffer, object_.uri); }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  // The transfer thread, all of it.
  void download() {
    for (int attempts = 1;; ++attempts) {
      const std::uint64_t before = received_;
      const HttpResponse response = remote_->get(received_, etag_, *this);
      if (queue_.closed()) return;
      if (refusal_) return end(std::move(*refusal_));
      if (response.ok() ? is_whole() : is_at_end(response)) return queue_.finish();
      if (received_ > before) attempts = 1;  // it moves: only a standstill counts
      const bool again = response.ok() || worth_retrying(response, attempts);
      if (!again || attempts >= attempts_max || !can_resume()) return end(why_ended(response));
      if (!wait_before_retry(attempts, [this] { return queue_.closed(); })) return end(why_ended(response));
    }
  }

  bool begin(const HttpResponse& head) override {
    Status accepted = is_open_ ? check_same(head) : take_object(head);
    if (!accepted) refusal_ = std::move(accepted).error();
    return !refusal_;
  }

  bool write(std::string_view bytes) override {
    if (object_.bytes && bytes.size() > *object_.bytes - received_) {
      refusal_ = Error{ErrorKind::failed, "cannot read", remote_->name(), "the server sent more than it announced", ""};
      return false;
    }
    received_ += bytes.size();
    return queue_.push(bytes);
  }

  [[nodiscard]] bool is_wanted() const override { return !queue_.closed(); }

  // The first answer: what is being read, from now on.
  Status take_object(const HttpResponse& head) {
    WEIR_TRY_ASSIGN(Object object, remote_->describe(head));
    object_ = std::move(object);
    if (received_ > 0) WEIR_TRY(check_resumed(head));
    etag_ = strong_etag(head);
    is_open_ = true;
    opened_.set_value({});
    return {};
  }

  // A later answer goes on with what was begun.
  Status check_same(const HttpResponse& head) const {
    WEIR_TRY_ASSIGN(const Object now, remote_->describe(head));
    const bool other_length = now.bytes && object_.bytes && *now.bytes != *object_.bytes;
    if (other_length || strong_etag(head) != etag_) return changed();
    return received_ > 0 ? check_resumed(head) : Status{};
  }

  [[nodiscard]] Status check_resumed(const HttpResponse& head) const {
    if (head.status == 206 && range_start(head) == received_) return {};
    if (head.status == 200 && strong_etag(head) != etag_) return changed();
    return fail("cannot resume", remote_->name(), "the server does not answer requests for a part", "start again");
  }

  [[nodiscard]] tl::unexpected<Error> changed() const {
    return fail("cannot read", remote_->name(), "the object was changed while being read", "start again");
  }

  [[nodiscard]] bool is_whole() const { return is_open_ && (!object_.bytes || received_ == *object_.bytes); }

  // A body of unknown length broke where it was to end: the next request is refused, with the length.
  [[nodiscard]] bool is_at_end(const HttpResponse& response) const {
    return is_open_ && !response.failure && response.status == 416 &&
           response.header("content-range") == fmt::format("bytes */{}", received_);
  }

  // From the first byte anyone may start again; after that only the same version will do.
  [[nodiscard]] bool can_resume() const { return received_ == 0 || !etag_.empty(); }

  [[nodiscard]] Error why_ended(const HttpResponse& response) const {
    const bool gone_on = received_ > 0 && !response.failure;
    if (gone_on && (response.status == 412 || response.status == 416)) return changed().value();
    Error error = response.ok() ? Error{ErrorKind::failed, "cannot read", remote_->name(), "the body ended early", ""}
                                : remote_->explain(response);
    if (received_ == 0 || error.kind == ErrorKind::interrupted) return error;
    error.why += fmt::format(", at byte {}", received_);
    if (object_.bytes) error.why += fmt::format(" of {}", *object_.bytes);
    if (!can_resume()) error.why += "; without a strong etag it cannot be taken up there";
    if (error.next.empty()) error.next = "try again";
    return error;
  }

  void end(Error error) {
    if (!is_open_) {
      opened_.set_value(tl::unexpected(std::move(error)));
    } else {
      queue_.fail(std::move(error));
    }
  }

  std::unique_ptr<RemoteObject> remote_;
  ByteQueue queue_;
  Object object_;  // written before opened_ is set, read after
  std::promise<Status> opened_;
  // The transfer thread's own.
  std::uint64_t received_;  // bytes of the object that came, those before the first offset among them
  std::string etag_;
  bool is_open_ = false;
  std::optional<Error> refusal_;
  std::thread thread_;
};

}  // namespace

std::string strong_etag(const HttpResponse& head) {
  std::string etag = head.header("etag");
  if (etag.empty() || etag.starts_with("W/")) return {};
  if (etag.find_first_of("\" \t") == std::string::npos) return fmt::format("\"{}\"", etag);
  return etag.size() > 2 && etag.front() == '"' && etag.back() == '"' ? etag : std::string();
}

Result<std::unique_ptr<ByteStream>> open_remote(std::unique_ptr<RemoteObject> remote, std::uint64_t offset,
                                                const std::string& etag) {
  auto stream = std::make_unique<RemoteStream>(std::move(remote), offset, etag);
  WEIR_TRY(stream->open());
  return stream;
}

}  // namespace weir::source
