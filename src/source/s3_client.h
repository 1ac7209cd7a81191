// Amazon S3, and what speaks like it: HEAD, ListObjectsV2, GET, and what uploads are made of. Signed with our own
// sigv4.h, since old libcurls do not canonicalise what they sign.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/aws_settings.h"
#include "source/http.h"
#include "source/remote_stream.h"
#include "source/s3_address.h"
#include "source/s3_error.h"
#include "source/s3_listing.h"
#include "source/sigv4.h"
#include "source/transfer_settings.h"
#include "weir/source.h"

namespace weir::source {

// Thread-safe. Each request is signed with keys that hold when it is made. A bucket that answers from another region is
// asked there, once, and remembered.
class S3Client {
 public:
  // `settings` as resolve_aws_settings() gives them. Fails (usage) when their endpoint or region can be none.
  static Result<std::shared_ptr<S3Client>> make(AwsSettings settings, TransferSettings transfer = {});

  // nullopt: the bucket is there and the key is not.
  Result<std::optional<Object>> stat(const S3Name& name, bool despite_interrupt = false);

  // One page of a listing (ListObjectsV2), asked for again where it was no whole listing.
  Result<ListingPage> list_page(const std::string& bucket, const ListingRequest& request);

  // The region where the bucket answered; until it has, that of the settings.
  [[nodiscard]] std::string region_of(const std::string& bucket) const;

  // One attempt at some of the object's bytes; see RemoteObject::get.
  HttpResponse get(const S3Name& name, const ByteRange& range, const std::string& etag, BodySink& sink);

  // What the first answer to get() tells of the object. Where that has no checksum of the whole, the server is asked
  // for one.
  Result<Object> describe(const S3Name& name, const HttpResponse& head);

  [[nodiscard]] Error explain(const std::string& what, const S3Name& name, const HttpResponse& response,
                              S3Access access = S3Access::read) const;

  struct Request {
    std::string method;
    S3Name name;
    std::vector<NameValue> query;
    std::vector<NameValue> headers;
    std::string_view body = {};      // lives as long as the call
    bool despite_interrupt = false;  // see HttpRequest
    int answer_timeout_ms = 0;       // the same
  };
  // Sent again while that may help.
  HttpResponse send_until_answered(const Request& request);

  // Takes an upload back, once and for a few seconds only: whoever waits has got his error already. Where the server
  // cannot be reached, no other upload is tried.
  void abort_upload(const S3Name& name, const std::string& upload_id);

  [[nodiscard]] bool verifies_checksums() const { return transfer_.verify_checksums; }

 private:
  S3Client(AwsSettings settings, const TransferSettings& transfer)
      : settings_(std::move(settings)), transfer_(transfer), http_(settings_.ca_bundle, transfer.stall_limit) {}
  // `keys` null: unsigned.
  [[nodiscard]] HttpRequest made(const Request& request, const std::string& region, const Credentials* keys) const;
  // Once more with new keys where the server says that these have run out.
  HttpResponse send_signed(const Request& request, const std::string& region, BodySink* sink);
  HttpResponse send(const Request& request, BodySink* sink);

  [[nodiscard]] Object object_of(const S3Name& name, const HttpResponse& head) const;

  AwsSettings settings_;
  TransferSettings transfer_;
  HttpClient http_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> regions_;  // by bucket, where it is not settings_.region
  std::atomic<bool> is_unreachable_{false};     // for those that abort
};

// An object as a stream's source. The client lives as long as what was opened with it.
[[nodiscard]] std::unique_ptr<RemoteObject> s3_object(std::shared_ptr<S3Client> client, S3Name name);

// Object::version of S3 is the etag without quotes, and after a '+' the version id where the bucket keeps versions
// (listings do not tell it). This gives the etag back, with its quotes, for If-Match; empty for an empty version.
[[nodiscard]] std::string etag_of_version(const std::string& version);

}  // namespace weir::source
