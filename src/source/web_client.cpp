#include "source/web_client.h"

#include <fmt/format.h>

#include <utility>

#include "source/retry.h"
#include "source/url.h"

namespace weir::source {
namespace {

constexpr const char* read_what = "cannot read";

bool is_absent(const HttpResponse& response) {
  return !response.failure && (response.status == 404 || response.status == 410);
}

Object object_of(const std::string& name, const HttpResponse& head) {
  std::string etag = strong_etag(head);
  if (!etag.empty()) etag = etag.substr(1, etag.size() - 2);
  return {name, total_bytes(head), std::move(etag), parse_http_time_ns(head.header("last-modified"))};
}

// Wants the response line and headers only.
class HeadOnly final : public BodySink {
 public:
  bool begin(const HttpResponse&) override { return false; }
  bool write(std::string_view) override { return false; }
};

class WebObject final : public RemoteObject {
 public:
  WebObject(std::shared_ptr<WebClient> client, std::string name) : client_(std::move(client)), name_(std::move(name)) {}

  HttpResponse get(const ByteRange& range, const std::string& etag, BodySink& sink) override {
    return client_->get(name_, range, etag, sink);
  }
  Result<Object> describe(const HttpResponse& head) override {
    if (head.status == 200 || head.status == 206) return object_of(name_, head);
    return fail(read_what, name_, fmt::format("the server answered {} in place of an object", head.status),
                "check the address");
  }
  [[nodiscard]] Error explain(const HttpResponse& response) const override { return web_error(name_, response); }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  std::shared_ptr<WebClient> client_;
  std::string name_;
};

HttpRequest request_for(std::string method, std::string url) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.follow_redirects = true;
  return request;
}

}  // namespace

std::string WebClient::name_of(const std::string& url) {
  const std::lock_guard lock(mutex_);
  if (const auto known = names_.find(url); known != names_.end()) return known->second;
  const std::string shown = redact_url(url);
  std::string name = shown;
  for (int copy = 2; urls_.contains(name); ++copy) name = fmt::format("{}#{}", shown, copy);
  urls_.emplace(name, url);
  names_.emplace(url, name);
  return name;
}

std::string WebClient::name_for(const std::string& name_or_url) {
  {
    const std::lock_guard lock(mutex_);
    if (urls_.contains(name_or_url)) return name_or_url;
  }
  return name_of(name_or_url);
}

std::string WebClient::url_of(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = urls_.find(name);
  return found == urls_.end() ? name : found->second;
}

// Many servers refuse HEAD (addresses signed for GET do): the first byte is asked for instead.
Result<std::optional<Object>> WebClient::stat(const std::string& name) {
  const std::string url = url_of(name);
  HttpResponse head =
      send_with_retries([&] { return http_.send(request_for("HEAD", url), nullptr); }, transfer_.attempts_max);
  if (!head.ok() && !head.failure && !is_absent(head)) {
    HttpRequest first_byte = request_for("GET", url);
    first_byte.headers = {{"range", "bytes=0-0"}};
    const auto send = [&] {
      HeadOnly sink;
      return http_.send(first_byte, &sink);
    };
    head = send_with_retries(send, transfer_.attempts_max);
  }
  if (is_absent(head)) return std::nullopt;
  const bool empty_object = head.status == 416 && head.header("content-range") == "bytes */0";
  if (!head.failure && (head.status == 200 || head.status == 206)) return object_of(name, head);
  if (empty_object) return Object{name, 0, object_of(name, head).version, 0};
  return tl::unexpected(web_error(name, head));
}

HttpResponse WebClient::get(const std::string& name, const ByteRange& range, const std::string& etag, BodySink& sink) {
  HttpRequest request = request_for("GET", url_of(name));
  add_range(range, request.headers);
  if (!etag.empty()) request.headers.emplace_back("if-match", etag);
  return http_.send(request, &sink);
}

std::unique_ptr<RemoteObject> web_object(std::shared_ptr<WebClient> client, std::string name) {
  return std::make_unique<WebObject>(std::move(client), std::move(name));
}

Error web_error(const std::string& name, const HttpResponse& response) {
  const std::optional<Url> url = split_url(name);
  const std::string host(url ? url->host : std::string_view(name));
  if (response.failure) return transport_error(read_what, name, host, response);
  Error error{ErrorKind::failed, read_what, name, fmt::format("{} answered {}", host, response.status), ""};
  switch (response.status) {
    case 407:
      error.kind = ErrorKind::access;
      error.next = how_to_pass_proxy;
      break;
    case 401:
      error.kind = ErrorKind::access;
      error.next = "it wants a login: write user:password@ before the host's name (it is not printed)";
      break;
    case 403:
      error.kind = ErrorKind::access;
      error.next = "it may not be read so: check the address; a signed one may have run out";
      break;
    case 404:
    case 410:
      error.kind = ErrorKind::missing;
      error.next = "check the address; a web server cannot be listed, so wildcards are not looked for";
      break;
    default:
      error.next = response.status >= 500 || response.status == 429
                       ? "the server is in trouble or busy: try again later"
                       : "check the address";
  }
  return error;
}

}  // namespace weir::source
