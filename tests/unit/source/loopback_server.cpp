#include "loopback_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

namespace weir::source_tests {
namespace {

constexpr int poll_ms = 10;
constexpr char tls_handshake = 0x16;  // the first byte of a client that takes this for https

int listen_on_loopback(int& port) {
  setenv("no_proxy", "*", 1);  // what the machine's user set up for the web is not asked for
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || bind(fd, any, length) != 0 || listen(fd, 16) != 0 || getsockname(fd, any, &length) != 0) std::abort();
  port = ntohs(address.sin_port);
  return fd;
}

Served parse_request(const std::string& head) {
  Served served;
  const std::size_t method_end = head.find(' ');
  const std::size_t target_end = head.find(' ', method_end + 1);
  served.method = head.substr(0, method_end);
  served.target = head.substr(method_end + 1, target_end - method_end - 1);
  for (std::size_t line = head.find("\r\n") + 2; line < head.size();) {
    const std::size_t end = head.find("\r\n", line);
    const std::size_t colon = head.find(": ", line);
    if (colon == std::string::npos || colon > end) break;
    std::string name = head.substr(line, colon - line);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    served.headers[name] = head.substr(colon + 2, end - colon - 2);
    line = end + 2;
  }
  return served;
}

std::string head_of(const Answer& answer) {
  std::string head = fmt::format("HTTP/1.1 {} Answer\r\n", answer.status);
  bool has_length = answer.chunked;
  for (const auto& [name, value] : answer.headers) {
    head += fmt::format("{}: {}\r\n", name, value);
    has_length = has_length || name == "Content-Length";
  }
  if (answer.chunked) head += "Transfer-Encoding: chunked\r\n";
  if (!has_length) head += fmt::format("Content-Length: {}\r\n", answer.body.size());
  return head + "\r\n";
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

std::string Served::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

LoopbackServer::LoopbackServer(Handler answer)
    : answer_(std::move(answer)), listening_(listen_on_loopback(port_)), acceptor_([this] { accept_all(); }) {}

LoopbackServer::~LoopbackServer() {
  ends_ = true;
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listening_);
}

std::string LoopbackServer::host() const {
  return fmt::format("127.0.0.1:{}", port_);
}

std::vector<Served> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::accept_all() {
  while (!ends_) {
    pollfd waiting{listening_, POLLIN, 0};
    if (poll(&waiting, 1, poll_ms) != 1) continue;
    const int fd = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) connections_.emplace_back([this, fd] { serve(fd); });
  }
}

bool LoopbackServer::pause(int ms) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (!ends_ && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return !ends_;
}

void LoopbackServer::serve(int fd) {
  std::string received;
  while (!ends_) {
    pollfd waiting{fd, POLLIN, 0};
    if (poll(&waiting, 1, poll_ms) != 1) continue;
    char buffer[4096];
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    received.append(buffer, static_cast<std::size_t>(got));
    if (received.front() == tls_handshake) {
      send_all(fd, head_of({.status = 400}));
      break;
    }
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    Served served = parse_request(received.substr(0, end + 2));
    const std::size_t body_size = std::strtoul(served.header("content-length").c_str(), nullptr, 10);
    if (received.size() < end + 4 + body_size) continue;
    served.body = received.substr(end + 4, body_size);
    received.erase(0, end + 4 + body_size);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(served);
    }
    const Answer answer = answer_(served);
    if (answer.wait_ms > 0 && !pause(answer.wait_ms)) break;
    std::string body =
        served.method == "HEAD" ? std::string() : answer.body.substr(0, answer.cut_after.value_or(answer.body.size()));
    if (answer.chunked && !body.empty()) body = fmt::format("{:x}\r\n{}\r\n", body.size(), body);
    if (answer.chunked && !answer.cut_after) body += "0\r\n\r\n";
    if (!send_all(fd, head_of(answer) + body)) break;
    while (answer.hang && pause(poll_ms)) {
    }
    if (answer.cut_after) break;
  }
  close(fd);
}

Answer serve_object(const Served& request, const std::string& content, const std::string& etag) {
  const std::string match = request.header("if-match");
  if (!match.empty() && match != etag) return {.status = 412};
  Answer answer{.headers = {{"ETag", etag}, {"Last-Modified", "Mon, 03 May 2021 10:00:00 GMT"}}, .body = content};
  const std::string range = request.header("range");
  if (range.empty()) {
    if (request.method == "HEAD") answer.headers.emplace_back("Content-Length", std::to_string(content.size()));
    return answer;
  }
  const std::size_t from = std::strtoul(range.c_str() + range.find('=') + 1, nullptr, 10);
  const std::string to = range.substr(range.find('-') + 1);
  if (from >= content.size())
    return {.status = 416, .headers = {{"Content-Range", fmt::format("bytes */{}", content.size())}}};
  const std::size_t last = to.empty()
                               ? content.size() - 1
                               : std::min<std::size_t>(std::strtoul(to.c_str(), nullptr, 10), content.size() - 1);
  answer.status = 206;
  answer.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", from, last, content.size()));
  answer.body = content.substr(from, last - from + 1);
  return answer;
}

std::string silent_host() {
  int port = 0;
  close(listen_on_loopback(port));
  return fmt::format("127.0.0.1:{}", port);
}

}  // namespace weir::source_tests
