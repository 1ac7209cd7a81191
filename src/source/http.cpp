#include "source/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <utility>

#include "source/ca_bundle.h"
#include "weir/progress.h"

namespace weir::source {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t slow_bytes_per_s = 1024;
constexpr int poll_timeout_ms = 100;  // how long an interrupt may wait for a silent server
constexpr long receive_buffer_bytes = 256L * 1024;
constexpr std::size_t kept_body_max_bytes = std::size_t{16} * 1024 * 1024;
constexpr long redirects_max = 10;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// A handle with its connection cache.
struct Connection {
  std::unique_ptr<CURLM, FreeMulti> multi{curl_multi_init()};
  std::unique_ptr<CURL, FreeEasy> easy{curl_easy_init()};
};

// TLS libraries write to sockets without MSG_NOSIGNAL: a peer that hangs up must not kill the process.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&blocked_);
    sigaddset(&blocked_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked_, &before_);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;
  ~NoBrokenPipeSignal() {
    const timespec at_once{0, 0};
    if (!was_pending_) sigtimedwait(&blocked_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t blocked_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

TransportFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return TransportFailure::resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT: return TransportFailure::connect;  // the limits are those of reaching somebody
    case CURLE_SSL_CONNECT_ERROR: return TransportFailure::handshake;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER: return TransportFailure::certificate;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_WEIRD_SERVER_REPLY: return TransportFailure::protocol;
    default: return TransportFailure::broken;
  }
}

// Tells a server that sends, or takes, next to nothing. The clock stands still while we do something else.
class StallWatch {
 public:
  // 0: it may be silent for ever.
  explicit StallWatch(std::chrono::seconds limit)
      : limit_(limit), enough_bytes_(slow_bytes_per_s * static_cast<std::uint64_t>(limit.count())) {}

  void passed(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ < enough_bytes_) return;
    bytes_ = 0;
    since_ = Clock::now();
  }
  void leave_out(Clock::duration time) { since_ += time; }
  [[nodiscard]] bool is_stalled() const { return limit_.count() > 0 && Clock::now() - since_ > limit_; }
  [[nodiscard]] std::string text() const {
    return fmt::format("it moved {} bytes in {} seconds", bytes_, limit_.count());
  }

 private:
  std::chrono::seconds limit_;
  std::uint64_t enough_bytes_;
  std::uint64_t bytes_ = 0;
  Clock::time_point since_ = Clock::now();
};

// One request on its way.
class Exchange {
 public:
  Exchange(Connection& connection, const HttpRequest& request, BodySink* sink, const std::string& ca_bundle,
           std::chrono::seconds stall_limit)
      : connection_(connection),
        sink_(sink),
        despite_interrupt_(request.despite_interrupt),
        stall_(request.stall_limit.value_or(stall_limit)) {
    set_up(request, ca_bundle);
  }

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() { curl_easy_reset(connection_.easy.get()); }  // the handle outlives what it was told to write to

  HttpResponse run() {
    CURLM* multi = connection_.multi.get();
    curl_multi_add_handle(multi, connection_.easy.get());
    int running = 1;
    while (running > 0 && !response_.failure && !response_.stopped) {
      curl_multi_perform(multi, &running);
      if (running == 0) break;
      curl_multi_poll(multi, nullptr, 0, poll_timeout_ms, nullptr);
      stall_.passed(sent_bytes());
      if (interrupted() && !despite_interrupt_) give_up(TransportFailure::interrupted, "interrupted");
      if (sink_ != nullptr && !sink_->is_wanted()) response_.stopped = true;
      if (stall_.is_stalled()) give_up(TransportFailure::broken, stall_.text());
    }
    if (!response_.failure && !response_.stopped) take_outcome(multi);
    curl_multi_remove_handle(multi, connection_.easy.get());
    if (!response_.failure && !response_.stopped && !begun_ && is_success()) begin();
    return std::move(response_);
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(connection_.easy.get(), option, value);
  }

  // Of the body, since it was last asked.
  std::size_t sent_bytes() {
    curl_off_t sent = 0;
    curl_easy_getinfo(connection_.easy.get(), CURLINFO_SIZE_UPLOAD_T, &sent);
    return static_cast<std::size_t>(sent - std::exchange(sent_, sent));
  }

  void set_up(const HttpRequest& request, const std::string& ca_bundle) {
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);  // keys may hold "//" and ".."
    if (request.method == "HEAD")
      set(CURLOPT_NOBODY, 1L);
    else if (request.method != "GET")
      set_body(request);
    for (const auto& [name, value] : request.headers) add_header(fmt::format("{}: {}", name, value));
    set(CURLOPT_HTTPHEADER, header_list_.get());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, long{request.connect_timeout_ms});
    set(CURLOPT_TIMEOUT_MS, long{request.answer_timeout_ms});
    set_proxy(request);
    set(CURLOPT_BUFFERSIZE, receive_buffer_bytes);
    set(CURLOPT_USERAGENT, "weir");
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, redirects_max);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, request.url.starts_with("https:") ? "https" : "http,https");
    if (!ca_bundle.empty()) set(CURLOPT_CAINFO, ca_bundle.c_str());
    set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  }

  // libcurl takes http_proxy, https_proxy, HTTPS_PROXY and no_proxy, NO_PROXY by itself, and not HTTP_PROXY, which in a
  // CGI program a stranger's header may have set.
  void set_proxy(const HttpRequest& request) {
    if (request.past_proxies) return set(CURLOPT_PROXY, "");
    const char* const proxy = std::getenv("HTTP_PROXY");
    if (proxy == nullptr || !request.url.starts_with("http:")) return;
    if (std::getenv("http_proxy") == nullptr && std::getenv("REQUEST_METHOD") == nullptr) set(CURLOPT_PROXY, proxy);
  }

  // Whole and at once: without "Expect: 100-continue", which small servers do not know.
  void set_body(const HttpRequest& request) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    add_header("Expect:");
  }

  void add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(header_list_.get(), line.c_str());
    if (longer == nullptr) return give_up(TransportFailure::protocol, "out of memory");
    (void)header_list_.release();
    header_list_.reset(longer);
  }

  static std::size_t on_header(char* data, std::size_t, std::size_t length, void* self) {
    auto* exchange = static_cast<Exchange*>(self);
    exchange->stall_.passed(length);
    exchange->header_line(trimmed({data, length}));
    return length;
  }

  // A line that begins with HTTP/ begins another response: of a redirect, or after 100 Continue.
  void header_line(std::string_view line) {
    if (line.starts_with("HTTP/")) {
      response_.headers.clear();
      response_.status = 0;
      const std::size_t space = std::min(line.find(' '), line.size());
      const std::string_view digits = line.substr(space).substr(0, 4);
      response_.status = static_cast<int>(parse_size(trimmed(digits)).value_or(0));
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    response_.headers[std::move(name)] = trimmed(line.substr(colon + 1));
  }

  static std::size_t on_body(char* data, std::size_t, std::size_t length, void* self) {
    const bool wanted = static_cast<Exchange*>(self)->body({data, length});
    return wanted ? length : 0;  // 0 ends the transfer with CURLE_WRITE_ERROR
  }

  bool body(std::string_view bytes) {
    const Clock::time_point came = Clock::now();
    stall_.passed(bytes.size());
    const bool wanted = take(bytes);
    stall_.leave_out(Clock::now() - came);  // the sink's waiting is not the server's
    return wanted;
  }

  bool take(std::string_view bytes) {
    const bool to_sink = sink_ != nullptr && is_success();
    if (to_sink && !begun_ && !begin()) return false;
    const bool wanted = to_sink ? sink_->write(bytes) : keep(bytes);
    if (!wanted) response_.stopped = true;
    return wanted;
  }

  bool begin() {
    begun_ = true;
    if (sink_ != nullptr && !sink_->begin(response_)) response_.stopped = true;
    return !response_.stopped;
  }

  bool keep(std::string_view bytes) {
    if (response_.body.size() + bytes.size() > kept_body_max_bytes) {
      give_up(TransportFailure::protocol, "the answer is longer than 16 MiB");
      return false;
    }
    response_.body += bytes;
    return true;
  }

  [[nodiscard]] bool is_success() const { return response_.status >= 200 && response_.status < 300; }

  void give_up(TransportFailure failure, std::string text) {
    if (response_.failure) return;
    response_.failure = failure;
    response_.failure_text = std::move(text);
  }

  void take_outcome(CURLM* multi) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      if (code == CURLE_OK || response_.stopped || is_refused_by_proxy()) return;
      give_up(failure_of(code), error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code));
    }
  }

  // A proxy that wants a login before it goes on: its answer is the response, as it is without TLS.
  [[nodiscard]] bool is_refused_by_proxy() const {
    long status = 0;
    curl_easy_getinfo(connection_.easy.get(), CURLINFO_HTTP_CONNECTCODE, &status);
    return status == 407 && response_.status == 407;
  }

  Connection& connection_;
  BodySink* sink_;
  bool despite_interrupt_;
  HttpResponse response_;
  bool begun_ = false;
  curl_off_t sent_ = 0;
  StallWatch stall_;
  std::unique_ptr<curl_slist, FreeList> header_list_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace

class HttpClient::Pool {
 public:
  Pool(std::string bundle, std::chrono::seconds limit) : ca_bundle(std::move(bundle)), stall_limit(limit) {}

  // nullptr: libcurl cannot be used. It is set up here and not before, as most answers come from files and never need
  // it, and loading it takes longer than to read some megabytes.
  std::unique_ptr<Connection> take() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process, before any handle
    if (ready != CURLE_OK) return nullptr;
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Connection>();
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::string ca_bundle;
  std::chrono::seconds stall_limit;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

HttpClient::HttpClient(std::string ca_bundle, std::chrono::seconds stall_limit)
    : pool_(std::make_unique<Pool>(ca_bundle.empty() ? system_ca_bundle() : std::move(ca_bundle), stall_limit)) {}
HttpClient::~HttpClient() = default;

HttpResponse HttpClient::send(const HttpRequest& request, BodySink* sink) {
  const NoBrokenPipeSignal quiet;
  HttpResponse response;
  std::unique_ptr<Connection> connection = pool_->take();
  if (!connection || !connection->multi || !connection->easy) {
    response.failure = TransportFailure::protocol;
    response.failure_text = "libcurl could not be set up";
    return response;
  }
  response = Exchange(*connection, request, sink, pool_->ca_bundle, pool_->stall_limit).run();
  pool_->give_back(std::move(connection));
  return response;
}

std::string HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::int64_t parse_http_time_ns(const std::string& text) {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  std::tm fields{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
  if (rest == nullptr) {
    const std::time_t seconds = curl_getdate(text.c_str(), nullptr);
    return seconds < 0 ? 0 : std::int64_t{seconds} * ns_per_s;
  }
  std::int64_t fraction_ns = 0;
  std::int64_t unit = ns_per_s;
  if (*rest == '.') {
    while (*++rest >= '0' && *rest <= '9' && unit > 1) fraction_ns += (*rest - '0') * (unit /= 10);
  }
  return std::int64_t{timegm(&fields)} * ns_per_s + fraction_ns;
}

std::optional<std::uint64_t> total_bytes(const HttpResponse& head) {
  if (head.status != 206) return parse_size(head.header("content-length"));
  const std::optional<ContentRange> range = content_range(head);
  return range ? range->total : std::nullopt;
}

std::optional<ContentRange> content_range(const HttpResponse& head) {
  const std::string text = head.header("content-range");
  constexpr std::string_view unit = "bytes ";
  if (!text.starts_with(unit)) return std::nullopt;
  const std::string_view rest = std::string_view(text).substr(unit.size());
  const std::size_t dash = rest.find('-');
  const std::size_t slash = rest.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const auto first = parse_size(rest.substr(0, dash));
  const auto last = parse_size(rest.substr(dash + 1, slash - dash - 1));
  const auto total = parse_size(rest.substr(slash + 1));
  const bool makes_sense = first && last && *first <= *last && (total ? *total > *last : rest.substr(slash + 1) == "*");
  if (!makes_sense) return std::nullopt;
  return ContentRange{*first, *last, total};
}

void add_range(const ByteRange& range, std::vector<NameValue>& headers) {
  if (range.first == 0 && !range.end) return;
  headers.emplace_back("range", range.end ? fmt::format("bytes={}-{}", range.first, *range.end - 1)
                                          : fmt::format("bytes={}-", range.first));
}

Error transport_error(std::string what, std::string where, std::string_view host, const HttpResponse& response) {
  Error error{ErrorKind::failed, std::move(what), std::move(where), "", ""};
  switch (response.failure.value_or(TransportFailure::broken)) {
    case TransportFailure::resolve:
      error.why = fmt::format("the name {} has no address", host);
      error.next = "check the name, the region and the network";
      break;
    case TransportFailure::connect:
      error.why = fmt::format("no connection to {} ({})", host, response.failure_text);
      error.next = "check that the server runs, the endpoint's port and the network";
      break;
    case TransportFailure::handshake:
    case TransportFailure::certificate:
      error.why = fmt::format("no trusted TLS connection to {} ({})", host, response.failure_text);
      error.next =
          "check the address; an authority of your own is named by AWS_CA_BUNDLE for S3 and by the system's "
          "ca-certificates for the web";
      break;
    case TransportFailure::interrupted:
      error.kind = ErrorKind::interrupted;
      error.why = "interrupted";
      break;
    case TransportFailure::protocol:
      error.why = fmt::format("{} did not answer as a web server does ({})", host, response.failure_text);
      error.next = "check the address and that http:// or https:// is right for its port";
      break;
    case TransportFailure::unsent:
      if (response.unsent) return *response.unsent;
      break;
    case TransportFailure::broken:
      error.why = fmt::format("the connection to {} broke ({})", host, response.failure_text);
      error.next = "try again";
      break;
  }
  return error;
}

}  // namespace weir::source
