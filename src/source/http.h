// HTTP exchanges over libcurl. One call is one attempt; who calls decides what to try again.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/sigv4.h"
#include "weir/result.h"

namespace weir::source {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<NameValue> headers;
  std::string body = {};           // what POST and PUT send; empty for GET and HEAD
  bool follow_redirects = false;   // never from https to http
  bool past_proxies = false;       // whatever the environment says of proxies
  bool despite_interrupt = false;  // what has to be put in order before the process ends
  int connect_timeout_ms = 15'000;
  int answer_timeout_ms = 0;                          // from the start to the last byte; 0: as long as bytes come
  std::optional<std::chrono::seconds> stall_limit{};  // nullopt: the client's; 0: the server may be silent for ever
};

// Some of an object's bytes; `end` is one past the last of them, and unset where they go to the object's end.
struct ByteRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> end = {};
};
// The Range header, where it is not the whole object that is wanted.
void add_range(const ByteRange& range, std::vector<NameValue>& headers);

// Why there is no whole response.
enum class TransportFailure {
  resolve,      // the host's name has no address
  connect,      // refused, unreachable, or too slow to answer
  handshake,    // TLS: the connection broke, or there is no common ground
  certificate,  // TLS: the peer cannot be trusted
  broken,       // the connection ended, or stood still, before the response was whole
  interrupted,  // weir::interrupted()
  protocol,     // not HTTP, too many redirects, a bad address
  unsent,       // nothing was sent, and it was not the network: HttpResponse::unsent says why
};

struct HttpResponse {
  int status = 0;                              // 0: no response line was read
  std::map<std::string, std::string> headers;  // lower-case names; of the last response when redirected
  std::string body;                            // what no sink took: error documents, up to 16 MiB
  std::optional<TransportFailure> failure;
  std::string failure_text;          // in libcurl's words, without secrets
  std::optional<Error> unsent = {};  // with TransportFailure::unsent: there are no keys to sign it with
  bool stopped = false;              // the sink wanted no more; not a failure
  bool may_pass = false;             // a refusal that the server's own words call a passing one

  [[nodiscard]] bool ok() const { return !failure && status >= 200 && status < 300; }
  [[nodiscard]] std::string header(const std::string& name) const;
};

// Takes the body of a 2xx response as it comes. Called on the thread that sends; may block, which slows the sender
// down.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // The response line and headers, once, also when the body is empty. False: no more is wanted.
  virtual bool begin(const HttpResponse& head) = 0;
  virtual bool write(std::string_view bytes) = 0;
  // Asked from time to time, also while the server is silent. False: no more is wanted.
  [[nodiscard]] virtual bool is_wanted() const { return true; }
};

inline constexpr std::chrono::seconds default_stall_limit{30};

// Keeps connections for reuse. Thread-safe: each call uses a connection of its own.
class HttpClient {
 public:
  // `ca_bundle`: a PEM file of trusted authorities, empty for the system's. A server that sends less than 1 KiB a
  // second for `stall_limit` counts as broken.
  explicit HttpClient(std::string ca_bundle, std::chrono::seconds stall_limit = default_stall_limit);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // `sink` null: a 2xx body is kept in the response.
  [[nodiscard]] HttpResponse send(const HttpRequest& request, BodySink* sink);

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

// "2021-05-03T10:00:00.000Z" (S3 listings) and "Mon, 03 May 2021 10:00:00 GMT" (Last-Modified) as Unix time; 0:
// neither.
[[nodiscard]] std::int64_t parse_http_time_ns(const std::string& text);

// Decimal digits only; nullopt otherwise.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

// What a response tells of the whole object's length: the total of Content-Range, else Content-Length of a whole body.
[[nodiscard]] std::optional<std::uint64_t> total_bytes(const HttpResponse& head);

// A Content-Range, as 206 has it.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;              // not less than first
  std::optional<std::uint64_t> total;  // more than last; nullopt: the server does not know
};
// nullopt: there is none, or none that makes sense.
[[nodiscard]] std::optional<ContentRange> content_range(const HttpResponse& head);

// What to do where a proxy wants a login (407).
inline constexpr const char* how_to_pass_proxy =
    "the proxy wants a login: write user:password@ before its name in HTTP_PROXY or HTTPS_PROXY (it is not printed), "
    "or "
    "name the host in NO_PROXY";

// The sentence for a failure of the transport; `response.failure` is set. `host` names the server.
[[nodiscard]] Error transport_error(std::string what, std::string where, std::string_view host,
                                    const HttpResponse& response);

}  // namespace weir::source
