#include "source/s3_client.h"

#include <fmt/format.h>

#include <utility>

#include "source/retry.h"
#include "source/s3_checksum.h"
#include "source/s3_xml.h"

namespace weir::source {
namespace {

constexpr const char* read_what = "cannot read";
constexpr const char* list_what = "cannot list";
constexpr int page_attempts_max = 3;
constexpr int abort_timeout_ms = 5000;

// Buckets that once kept versions call those of before "null".
std::string version_of(const HttpResponse& head) {
  std::string etag = strong_etag(head);
  if (etag.empty()) return {};
  etag = etag.substr(1, etag.size() - 2);
  const std::string id = head.header("x-amz-version-id");
  return id.empty() || id == "null" ? etag : fmt::format("{}+{}", etag, id);
}

// Without it S3 keeps its checksums to itself.
const NameValue with_checksums{"x-amz-checksum-mode", "ENABLED"};

HttpResponse not_sent(Error error) {
  HttpResponse response;
  response.failure = TransportFailure::unsent;
  response.unsent = std::move(error);
  return response;
}

class S3Object final : public RemoteObject {
 public:
  S3Object(std::shared_ptr<S3Client> client, S3Name name)
      : client_(std::move(client)), name_(std::move(name)), uri_(to_uri(name_)) {}

  HttpResponse get(const ByteRange& range, const std::string& etag, BodySink& sink) override {
    return client_->get(name_, range, etag, sink);
  }

  Result<Object> describe(const HttpResponse& head) override { return client_->describe(name_, head); }

  [[nodiscard]] Error explain(const HttpResponse& response) const override {
    return client_->explain(read_what, name_, response);
  }
  [[nodiscard]] const std::string& name() const override { return uri_; }

 private:
  std::shared_ptr<S3Client> client_;
  S3Name name_;
  std::string uri_;
};

}  // namespace

Result<std::shared_ptr<S3Client>> S3Client::make(AwsSettings settings, TransferSettings transfer) {
  WEIR_TRY(check_endpoint(settings));
  return std::shared_ptr<S3Client>(new S3Client(std::move(settings), transfer));
}

HttpRequest S3Client::made(const Request& request, const std::string& region, const Credentials* keys) const {
  const S3Address address = s3_address(settings_, region, request.name);
  HttpRequest http;
  http.method = request.method;
  http.url = address.url();
  if (!request.query.empty()) http.url += '?' + encoded_query(request.query);
  http.headers = request.headers;
  http.body = request.body;
  http.despite_interrupt = request.despite_interrupt;
  http.answer_timeout_ms = request.answer_timeout_ms;
  if (keys == nullptr) return http;
  SignableRequest signable{request.method, address.path, request.query, request.headers,
                           request.body.empty() ? empty_payload_sha256 : sha256_hex(request.body)};
  signable.headers.emplace_back("host", address.host);
  http.headers = sign(std::move(signable), {region, "s3", unix_time_s()}, *keys);
  return http;
}

HttpResponse S3Client::send_signed(const Request& request, const std::string& region, BodySink* sink) {
  if (!settings_.credentials) return http_.send(made(request, region, nullptr), sink);
  Result<AwsCredentials> signer = settings_.credentials->get();
  if (!signer) return not_sent(std::move(signer).error());
  HttpResponse response = http_.send(made(request, region, &signer->keys), sink);
  if (!is_expired(response)) return response;
  settings_.credentials->renew(signer->keys);
  const Result<AwsCredentials> renewed = settings_.credentials->get();
  if (!renewed || renewed->keys == signer->keys) return response;
  return http_.send(made(request, region, &renewed->keys), sink);
}

HttpResponse S3Client::send(const Request& request, BodySink* sink) {
  const std::string region = region_of(request.name.bucket);
  HttpResponse response = send_signed(request, region, sink);
  const std::string told = region_told(response);
  response.may_pass = is_passing(response);
  if (told.empty() || told == region) return response;
  {
    const std::lock_guard lock(mutex_);
    regions_[request.name.bucket] = told;
  }
  response = send_signed(request, told, sink);
  response.may_pass = is_passing(response);
  return response;
}

HttpResponse S3Client::send_until_answered(const Request& request) {
  return send_with_retries([&] { return send(request, nullptr); }, transfer_.attempts_max);
}

void S3Client::abort_upload(const S3Name& name, const std::string& upload_id) {
  if (is_unreachable_) return;
  if (send({"DELETE", name, {{"uploadId", upload_id}}, {}, {}, true, abort_timeout_ms}, nullptr).failure) {
    is_unreachable_ = true;
  }
}

std::string S3Client::region_of(const std::string& bucket) const {
  const std::lock_guard lock(mutex_);
  const auto found = regions_.find(bucket);
  return found == regions_.end() ? settings_.region : found->second;
}

Object S3Client::object_of(const S3Name& name, const HttpResponse& head) const {
  return {to_uri(name), total_bytes(head), version_of(head), parse_http_time_ns(head.header("last-modified")),
          transfer_.verify_checksums ? s3_checksum(head) : std::string()};
}

// HEAD refuses without a word; the same asked as GET, of one byte, has a document that says why.
Result<std::optional<Object>> S3Client::stat(const S3Name& name, bool despite_interrupt) {
  HttpResponse head = send_until_answered({"HEAD", name, {}, {with_checksums}, {}, despite_interrupt});
  if (head.ok()) return object_of(name, head);
  if (!head.failure && head.status < 500)
    head = send_until_answered({"GET", name, {}, {{"range", "bytes=0-0"}}, {}, despite_interrupt});
  if (head.ok()) return object_of(name, head);
  Error error = explain(read_what, name, head);
  if (error.kind == ErrorKind::missing) return std::nullopt;
  return tl::unexpected(std::move(error));
}

// A body whose length lies passes for whole until it is read: it breaks off in the middle of an element.
Result<ListingPage> S3Client::list_page(const std::string& bucket, const ListingRequest& request) {
  const S3Name prefix{bucket, request.prefix};
  Request asked{"GET", {bucket, ""}, {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", request.prefix}}, {}};
  if (!request.token.empty()) {
    asked.query.emplace_back("continuation-token", request.token);
  } else if (!request.start_after.empty()) {
    asked.query.emplace_back("start-after", request.start_after);
  }
  for (int attempts = 1;; ++attempts) {
    const HttpResponse response = send_until_answered(asked);
    if (!response.ok()) return tl::unexpected(explain(list_what, prefix, response));
    Result<ListingPage> page = parse_listing(response.body, to_uri(prefix));
    if (page || attempts >= page_attempts_max) return page;
    if (!wait_before_retry(attempts, [] { return false; })) return page;
  }
}

HttpResponse S3Client::get(const S3Name& name, const ByteRange& range, const std::string& etag, BodySink& sink) {
  Request request{"GET", name, {}, {}};
  add_range(range, request.headers);
  if (!etag.empty()) request.headers.emplace_back("if-match", etag);
  if (transfer_.verify_checksums) request.headers.push_back(with_checksums);
  return send(request, &sink);
}

// Who may GET may HEAD; a server that refuses it all the same has no checksum to give.
Result<Object> S3Client::describe(const S3Name& name, const HttpResponse& head) {
  Object object = object_of(name, head);
  if (!object.bytes || object.version.empty()) {
    return fail(read_what, object.uri, fmt::format("the answer ({}) tells neither etag nor length", head.status),
                "check that --endpoint-url is an S3 server");
  }
  if (!transfer_.verify_checksums || !object.checksum.empty() || head.status == 200) return object;
  const HttpResponse whole = send_until_answered({"HEAD", name, {}, {{"if-match", strong_etag(head)}, with_checksums}});
  if (whole.failure || whole.status >= 500) return tl::unexpected(explain(read_what, name, whole));
  if (whole.ok()) object.checksum = s3_checksum(whole);
  return object;
}

Error S3Client::explain(const std::string& what, const S3Name& name, const HttpResponse& response,
                        S3Access access) const {
  const std::string region = region_of(name.bucket);
  return s3_error({what, name, region, s3_address(settings_, region, name).host, access}, settings_, response);
}

std::unique_ptr<RemoteObject> s3_object(std::shared_ptr<S3Client> client, S3Name name) {
  return std::make_unique<S3Object>(std::move(client), std::move(name));
}

std::string etag_of_version(const std::string& version) {
  if (version.empty()) return {};
  return fmt::format("\"{}\"", version.substr(0, version.find('+')));
}

}  // namespace weir::source
