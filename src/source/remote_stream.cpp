#include "source/remote_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <string_view>
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
    if (checker_.joinable()) checker_.join();
  }

  Status open() {
    std::future<Status> opened = opened_.get_future();
    try {
      connections_.emplace_back([this] { open_and_download(); });
      WEIR_TRY(opened.get());
      if (is_checked()) checker_ = std::thread([this] { check(); });
    } catch (const std::system_error& error) {
      return fail("cannot start a thread to read", transfer_.remote->name(), error.code().message(),
                  "check the limit of processes (ulimit -u)");
    }
    return {};
  }

  Result<std::size_t> read(std::span<char> buffer) override {
    WEIR_TRY(wait_for_bytes());
    return transfer_.window.take(buffer);
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
    void opened() override {
      if (stream_.is_checked()) stream_.transfer_.window.expect_checker();
      stream_.opened_.set_value({});
    }
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

  // Only who has all bytes can tell.
  [[nodiscard]] bool is_checked() const { return transfer_.offset == 0 && !transfer_.object.checksum.empty(); }

  // A thread of its own, all of it: digests take time that neither the network nor the reader has to wait for.
  void check() {
    ChecksumCheck check(transfer_.object.checksum);
    for (std::string_view bytes = transfer_.window.unchecked(); !bytes.empty(); bytes = transfer_.window.unchecked()) {
      check.update(bytes);
      transfer_.window.checked(bytes.size());
    }
    transfer_.window.conclude(check.verdict("cannot read", transfer_.object.uri));
  }

  void fail_at(std::uint64_t position, PartDownload::Failure failure) {
    transfer_.window.fail(position - transfer_.offset, std::move(failure.error), failure.object_changed);
  }

  std::size_t connections_max_;
  Transfer transfer_;
  std::promise<Status> opened_;
  // The reader's own.
  Clock::duration waited_{};
  std::vector<std::thread> connections_;
  std::thread checker_;
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
