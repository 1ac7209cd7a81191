// A small HTTP/1.1 server on a loopback port, for tests: it answers what it is told to, misbehaviour included.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace weir::source_tests {

struct Served {
  std::string method;
  std::string target;                          // path and query, as sent
  std::map<std::string, std::string> headers;  // lower-case names
  std::string body = {};                       // as long as Content-Length says
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::optional<std::size_t> cut_after = {};  // body bytes after which the connection is closed
  bool chunked = false;                       // no Content-Length
  int wait_ms = 0;                            // before the first byte; ends early when the server does
  bool hang = false;                          // after what is sent: nothing more, and no end, until the server ends
};

// Answers each request with what `answer` makes of it, on a thread per connection. `answer` must be thread-safe.
class LoopbackServer {
 public:
  using Handler = std::function<Answer(const Served&)>;
  explicit LoopbackServer(Handler answer);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] std::string host() const;  // "127.0.0.1:PORT"
  [[nodiscard]] std::string url(const std::string& path) const { return "http://" + host() + path; }
  [[nodiscard]] std::vector<Served> requests() const;  // so far, in order of arrival

 private:
  void accept_all();
  void serve(int fd);
  bool pause(int ms) const;

  Handler answer_;
  int port_ = 0;
  int listening_;  // made with port_
  std::atomic<bool> ends_{false};
  mutable std::mutex mutex_;
  std::vector<Served> requests_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

// What a server that keeps one object would answer: HEAD, GET, Range, If-Match. `etag` with its quotes.
[[nodiscard]] Answer serve_object(const Served& request, const std::string& content, const std::string& etag);

// A loopback port that nobody listens on: "127.0.0.1:PORT".
[[nodiscard]] std::string silent_host();

}  // namespace weir::source_tests
