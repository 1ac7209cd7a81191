#include "signed_put.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "source/sigv4.h"
#include "source/url.h"
#include "swift_server.h"

namespace weir::s3_tests {
namespace {

// HTTP/1.1 by hand, so that what is tested is not what prepares the test.
class Connection {
 public:
  Connection() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const std::string& host = swift().host;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<in_port_t>(std::strtoul(host.c_str() + host.find(':') + 1, nullptr, 10)));
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(fd_); }

  // What went wrong, or nothing.
  std::string exchange(const std::string& request) {
    if (!connected_ || !send_all(request)) return "no connection to Swift";
    std::string answer;
    std::size_t head_end = std::string::npos;
    while ((head_end = answer.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(answer)) return "Swift hung up: " + answer;
    }
    const std::size_t length_at = answer.find("Content-Length: ");
    const std::size_t body_bytes =
        length_at == std::string::npos ? 0 : std::strtoul(answer.c_str() + length_at + 16, nullptr, 10);
    while (answer.size() < head_end + 4 + body_bytes) {
      if (!receive(answer)) return "Swift hung up: " + answer;
    }
    return answer.starts_with("HTTP/1.1 2") ? std::string() : answer;
  }

 private:
  bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool receive(std::string& answer) const {
    char buffer[4096];
    const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
    if (got > 0) answer.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  int fd_;
  bool connected_ = false;
};

std::string signed_request(const std::string& method, const std::string& path, const std::string& content) {
  using std::chrono::system_clock;
  const std::int64_t now_s =
      std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch()).count();
  source::SignableRequest request{method, path, {}, {{"host", swift().host}}, source::sha256_hex(content)};
  std::string text = fmt::format("{} {} HTTP/1.1\r\nhost: {}\r\n", method, path, swift().host);
  for (const auto& [name, value] :
       source::sign(request, {swift().region, "s3", now_s}, {swift().access_key, swift().secret_key, ""})) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + fmt::format("content-length: {}\r\n\r\n{}", content.size(), content);
}

std::string path_of(const std::string& bucket, const std::string& key) {
  return key.empty() ? '/' + bucket : fmt::format("/{}/{}", bucket, source::percent_encode(key, true));
}

}  // namespace

std::string put_all(const std::string& bucket, const std::vector<KeyAndContent>& objects) {
  Connection connection;
  for (const auto& [key, content] : objects) {
    const std::string error = connection.exchange(signed_request("PUT", path_of(bucket, key), content));
    if (!error.empty()) return fmt::format("{}: {}", key, error);
  }
  return {};
}

std::string put(const std::string& bucket, const std::string& key, const std::string& content) {
  return put_all(bucket, {{key, content}});
}

std::string remove(const std::string& bucket, const std::string& key) {
  return Connection().exchange(signed_request("DELETE", path_of(bucket, key), ""));
}

std::string make_bucket(const std::string& bucket) {
  return Connection().exchange(signed_request("PUT", path_of(bucket, ""), ""));
}

}  // namespace weir::s3_tests
