#include "source/part_download.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "source/interrupt.h"
#include "source/retry.h"
#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr const char* read_what = "cannot read";

Error error_of(const Transfer& transfer, std::string why, std::string next = {}) {
  return {ErrorKind::failed, read_what, transfer.remote->name(), std::move(why), std::move(next)};
}

}  // namespace

std::optional<PartDownload::Failure> PartDownload::run() {
  for (int attempts = 1;; ++attempts) {
    const HttpResponse response = transfer_.remote->get(wanted(), transfer_.etag, *this);
    if (transfer_.window.closed()) return std::nullopt;
    if (is_whole(response)) {
      if (!end_) transfer_.window.end_at(position_ - transfer_.offset);
      return std::nullopt;
    }
    const bool refused_range = !transfer_.is_open && by_range_ && position_ == 0 &&
                               ((response.stopped && !refusal_) || (!response.failure && response.status == 416));
    if (refused_range) {  // no part of it can be had: an empty object, or one without a version. Then all of it.
      by_range_ = false;
      attempts = 0;
      continue;
    }
    if (refusal_ && refusal_->is_final) return std::move(refusal_)->failure;
    if (position_ - begin_ >=
        transfer_.window.part_bytes()) {  // it moves: each so many bytes have attempts of their own
      begin_ = position_;
      attempts = 1;
    }
    if (!is_worth_another(response, attempts)) return why_ended(response, attempts);
    const bool waited = wait_before_retry(attempts, [this] { return transfer_.window.closed(); });
    if (!waited && interrupted()) return Failure{interrupted_while_reading(transfer_.remote->name()).value()};
  }
}

ByteRange PartDownload::wanted() const {
  return by_range_ ? ByteRange{position_, end_} : ByteRange{position_, std::nullopt};
}

bool PartDownload::begin(const HttpResponse& head) {
  refusal_.reset();
  const bool can_be_cut = !strong_etag(head).empty() && total_bytes(head);
  if (!transfer_.is_open && by_range_ && position_ == 0 && head.status == 206 && !can_be_cut) return false;
  refusal_ = transfer_.is_open ? check_version(head) : open(head);
  return !refusal_;
}

bool PartDownload::write(std::string_view bytes) {
  if (end_ && bytes.size() > *end_ - position_) {
    refusal_ = Refusal{{error_of(transfer_, "the server sent more than it announced")}, false};
    return false;
  }
  if (!transfer_.window.write(position_ - transfer_.offset, bytes)) return false;
  position_ += bytes.size();
  return true;
}

// The first answer: what is being read, from now on.
PartDownload::Checked PartDownload::open(const HttpResponse& head) {
  if (!transfer_.etag.empty() && strong_etag(head) != transfer_.etag) return Refusal{changed()};
  if (head.status == 206 || position_ > 0) {
    if (Checked refusal = check_place(head)) return refusal;
    if (!total_bytes(head)) return Refusal{{error_of(transfer_, "the server does not tell its length")}};
  }
  Result<Object> object = transfer_.remote->describe(head);
  if (!object) return Refusal{{std::move(object).error()}};
  transfer_.object = *std::move(object);
  transfer_.etag = strong_etag(head);
  transfer_.in_parts = head.status == 206 && transfer_.object.bytes.has_value();
  const std::optional<std::uint64_t> bytes = transfer_.object.bytes;
  if (bytes) transfer_.window.end_at(*bytes - transfer_.offset);
  end_ = transfer_.in_parts ? std::min(*end_, *bytes) : bytes;
  transfer_.is_open = true;
  opened();
  return std::nullopt;
}

// A later answer goes on with what was begun.
PartDownload::Checked PartDownload::check_version(const HttpResponse& head) const {
  if (strong_etag(head) != transfer_.etag) return Refusal{changed()};
  const std::optional<std::uint64_t> total = total_bytes(head);
  if (total && transfer_.object.bytes && *total != *transfer_.object.bytes) {
    return Refusal{{error_of(transfer_, fmt::format("the server says now that it has {} bytes, and said {} before",
                                                    *total, *transfer_.object.bytes))},
                   false};
  }
  const bool from_the_start = position_ == 0 && head.status == 200 && !transfer_.in_parts;
  return from_the_start ? std::nullopt : check_place(head);
}

// Of what was asked a server may send less, but nothing else.
PartDownload::Checked PartDownload::check_place(const HttpResponse& head) const {
  if (head.status != 206) {
    return Refusal{{Error{ErrorKind::failed, "cannot resume", transfer_.remote->name(),
                          "the server does not answer requests for a part", "start again"}}};
  }
  const std::optional<ContentRange> range = content_range(head);
  if (range && range->first == position_ && (!end_ || range->last < *end_)) return std::nullopt;
  return Refusal{{error_of(transfer_, fmt::format("the server sent another part than was asked for ({}, from byte {})",
                                                  head.header("content-range"), position_))},
                 false};
}

// A body of unknown length that broke where it was to end: the next request is refused, with the length.
bool PartDownload::is_whole(const HttpResponse& response) const {
  if (!transfer_.is_open) return false;
  if (end_) return position_ == *end_;
  return (response.ok() && !response.stopped) ||
         (!response.failure && response.status == 416 &&
          response.header("content-range") == fmt::format("bytes */{}", position_));
}

// The version that was begun is not there any more.
bool PartDownload::is_gone(const HttpResponse& response) const {
  if (response.failure || transfer_.etag.empty()) return false;
  return response.status == 412 || (transfer_.is_open && (response.status == 404 || response.status == 416));
}

// From the first byte anyone may start again; after that only the same version will do.
bool PartDownload::can_resume() const {
  return position_ == 0 || !transfer_.etag.empty();
}

bool PartDownload::is_worth_another(const HttpResponse& response, int attempts) const {
  const int attempts_max = transfer_.settings.attempts_max;
  if (is_gone(response) || !can_resume() || attempts >= attempts_max) return false;
  if (refusal_ || response.ok()) return true;  // too little, too much, or something else
  return transfer_.is_open ? worth_resuming(response, attempts, attempts_max)
                           : worth_retrying(response, attempts, attempts_max);
}

PartDownload::Failure PartDownload::changed() const {
  return {error_of(transfer_, "the object was changed while being read", "start again"), true};
}

PartDownload::Failure PartDownload::why_ended(const HttpResponse& response, int attempts) const {
  if (is_gone(response)) return changed();
  Error error = refusal_        ? refusal_->failure.error
                : response.ok() ? error_of(transfer_, "the body ended early")
                                : transfer_.remote->explain(response);
  if (error.kind == ErrorKind::interrupted) return {std::move(error)};
  if (transfer_.is_open) {
    error.why += fmt::format(", at byte {}", position_);
    if (transfer_.object.bytes) error.why += fmt::format(" of {}", *transfer_.object.bytes);
    if (!can_resume()) error.why += "; without a strong etag it cannot be taken up there";
  }
  if (attempts > 1) error.why += fmt::format("; {} attempts", attempts);
  if (error.next.empty()) error.next = "try again";
  return {std::move(error)};
}

}  // namespace weir::source
