#include "source/remote_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "source/checksum.h"
#include "source/interrupt.h"
#include "source/part_download.h"
#include "weir/progress.h"

namespace weir::source {
namespace {

using Clock = std::chrono::steady_clock;

// How long the reader waits in all before one more connection is made.
constexpr std::chrono::milliseconds patience{50};

class RemoteStream final : public ByteStream {
 public:
  RemoteStream(std::unique_ptr<RemoteObject> remote, std::uint64_t offset, std::string etag,
               const TransferSettings& settings, WindowSize size)
      : connections_max_(size.parts),
        transfer_{std::move(remote), settings, offset, std::move(etag), PartWindow(size.part_bytes, size.parts)} {}
  RemoteStream(const RemoteStream&) = delete;
  RemoteStream& operator=(const RemoteStream&) = delete;
  ~RemoteStream() override {
    transfer_.window.close();
    for (std::thread& connection : connections_) connection.join();
  }

  Status open() {
    std::future<Status> opened = opened_.get_future();
    try {
      connections_.emplace_back([this] { open_and_download(); });
    } catch (const std::system_error& error) {
      return fail("cannot start a thread to read", transfer_.remote->name(), error.code().message(),
                  "check the limit of processes (ulimit -u)");
    }
    WEIR_TRY(opened.get());
    if (transfer_.offset == 0) check_ = ChecksumCheck(transfer_.object.checksum);
    return {};
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    WEIR_TRY(wait_for_bytes());
    WEIR_TRY_ASSIGN(const std::size_t got, transfer_.window.take(buffer));
    if (got == 0) WEIR_TRY(check_.verdict("cannot read", transfer_.object.uri));
    check_.update({buffer.data(), got});
    return got;
  }
  [[nodiscard]] const Object& object() const override { return transfer_.object; }
  [[nodiscard]] bool object_changed() const override { return transfer_.window.object_changed(); }

 private:
  Status wait_for_bytes() {
    while (!interrupted()) {
      const Clock::time_point began = Clock::now();
      const bool is_there = transfer_.window.wait(patience);
      waited_ += Clock::now() - began;
      if (waited_ >= patience) add_connection();
      if (is_there) return {};
    }
    return interrupted_while_reading(transfer_.object.uri);
  }

  void add_connection() {
    waited_ = {};
    if (!transfer_.in_parts || connections_.size() >= connections_max_ || !transfer_.window.has_unclaimed()) return;
    try {
      connections_.emplace_back([this] { download_parts(); });
    } catch (const std::system_error&) {
      connections_max_ = connections_.size();  // fewer connections than wanted are slower, not wrong
    }
  }

  // Tells open() when the object has answered.
  class FirstDownload final : public PartDownload {
   public:
    explicit FirstDownload(RemoteStream& stream)
        : PartDownload(stream.transfer_, stream.transfer_.offset,
                       stream.transfer_.offset + stream.transfer_.window.part_bytes()),
          stream_(stream) {}

   private:
    void opened() override { stream_.opened_.set_value({}); }
    RemoteStream& stream_;
  };

  // The first connection's thread, all of it.
  void open_and_download() {
    FirstDownload first(*this);
    if (auto failure = first.run()) {
      if (!transfer_.is_open) return opened_.set_value(tl::unexpected(std::move(failure->error)));
      return fail_at(first.position(), *std::move(failure));
    }
    if (transfer_.in_parts) download_parts();
  }

  void download_parts() {
    const std::size_t part_bytes = transfer_.window.part_bytes();
    while (const std::optional<std::uint64_t> part = transfer_.window.claim()) {
      const std::uint64_t first = transfer_.offset + *part * part_bytes;
      PartDownload download(transfer_, first, std::min(first + part_bytes, transfer_.object.bytes.value_or(0)));
      if (auto failure = download.run()) return fail_at(download.position(), *std::move(failure));
    }
  }

  void fail_at(std::uint64_t position, PartDownload::Failure failure) {
    transfer_.window.fail(position - transfer_.offset, std::move(failure.error), failure.object_changed);
  }

  std::size_t connections_max_;
  Transfer transfer_;
  std::promise<Status> opened_;
  // The reader's own.
  ChecksumCheck check_{""};
  Clock::duration waited_{};
  std::vector<std::thread> connections_;
};

}  // namespace

std::string strong_etag(const HttpResponse& head) {
  std::string etag = head.header("etag");
  if (etag.empty() || etag.starts_with("W/")) return {};
  if (etag.find_first_of("\" \t") == std::string::npos) return fmt::format("\"{}\"", etag);
  return etag.size() > 2 && etag.front() == '"' && etag.back() == '"' ? etag : std::string();
}

Result<std::unique_ptr<ByteStream>> open_remote(std::unique_ptr<RemoteObject> remote, std::uint64_t offset,
                                                const std::string& etag, const TransferSettings& settings,
                                                WindowSize size) {
  auto stream = std::make_unique<RemoteStream>(std::move(remote), offset, etag, settings, size);
  WEIR_TRY(stream->open());
  return stream;
}

}  // namespace weir::source
