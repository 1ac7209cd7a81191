// One connection's work for a RemoteStream: some bytes of an object, by as many requests as it takes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "source/http.h"
#include "source/part_window.h"
#include "source/remote_stream.h"
#include "source/transfer_settings.h"

namespace weir::source {

// What the downloads of one stream share. The first download writes `object` and what follows, before any other begins.
struct Transfer {
  std::unique_ptr<RemoteObject> remote;
  TransferSettings settings;
  std::uint64_t offset;  // of the stream's first byte in the object
  std::string etag;      // empty: the first answer tells
  PartWindow window;
  bool is_open = false;
  bool in_parts = false;  // else the first download is the only one
  Object object = {};
};

// Fetches into the transfer's window until all is there, it has failed, or the reader has left. One use, one thread.
class PartDownload : public BodySink {
 public:
  // `first`, `end`: of the object. The first download of a transfer opens it, and may turn out to be all of it.
  PartDownload(Transfer& transfer, std::uint64_t first, std::optional<std::uint64_t> end)
      : transfer_(transfer), position_(first), begin_(first), end_(end) {}

  // Nothing: it went well, or nobody wants it any more.
  struct Failure {
    Error error;
    bool object_changed = false;
  };
  [[nodiscard]] std::optional<Failure> run();
  // The byte after the last one that came.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 protected:
  // The transfer's object is known from here on. Called once, on the first download.
  virtual void opened() {}

 private:
  struct Refusal {
    Failure failure;
    bool is_final = true;
  };
  using Checked = std::optional<Refusal>;

  bool begin(const HttpResponse& head) final;
  bool write(std::string_view bytes) final;
  [[nodiscard]] bool is_wanted() const final { return !transfer_.window.closed(); }

  [[nodiscard]] ByteRange wanted() const;
  [[nodiscard]] Checked open(const HttpResponse& head);
  [[nodiscard]] Checked check_version(const HttpResponse& head) const;
  [[nodiscard]] Checked check_place(const HttpResponse& head) const;
  [[nodiscard]] bool is_whole(const HttpResponse& response) const;
  [[nodiscard]] bool is_gone(const HttpResponse& response) const;
  [[nodiscard]] bool can_resume() const;
  [[nodiscard]] bool is_worth_another(const HttpResponse& response, int attempts) const;
  [[nodiscard]] Failure changed() const;
  [[nodiscard]] Failure why_ended(const HttpResponse& response, int attempts) const;

  Transfer& transfer_;
  std::uint64_t position_;
  std::uint64_t begin_;               // where the attempts that are counted began
  std::optional<std::uint64_t> end_;  // unset: where the server ends
  bool by_range_ = true;
  Checked refusal_;
};

}  // namespace weir::source
