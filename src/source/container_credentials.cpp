#include "source/container_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "source/credential_document.h"
#include "source/retry.h"
#include "source/secret_file.h"
#include "source/url.h"

namespace weir::source {
namespace {

constexpr const char* relative_name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full_name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* token_file_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* what = "cannot get the container's keys from";
constexpr int timeout_ms = 2'000;

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// 127.0.0.0/8 written as four numbers; nothing that would have to be looked up.
bool is_ipv4_loopback(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int numbers = 0;
  for (const char* at = host.data(); at < host.data() + host.size(); ++at) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(at, host.data() + host.size(), value);
    if (error != std::errc{} || value > 255) return false;
    if (end != host.data() + host.size() && *end != '.') return false;
    ++numbers;
    at = end;
  }
  return numbers == 4 && !host.ends_with('.');
}

bool may_be_asked_in_the_clear(std::string_view host) {
  constexpr std::array<std::string_view, 5> hosts{"localhost", "::1", "169.254.170.2", "169.254.170.23",
                                                  "fd00:ec2::23"};
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end() || is_ipv4_loopback(host);
}

class Container final : public CredentialSource {
 public:
  Container(Environment environment, std::shared_ptr<HttpClient> http)
      : environment_(std::move(environment)), http_(std::move(http)) {}

  Result<AwsCredentials> fetch() override {
    HttpRequest request;
    WEIR_TRY_ASSIGN(request.url, container_credentials_url(environment_));
    request.headers = {{"accept", "application/json"}};
    WEIR_TRY_ASSIGN(const std::string token, authorization_token());
    if (!token.empty()) request.headers.emplace_back("authorization", token);
    request.past_proxies = true;
    request.connect_timeout_ms = timeout_ms;
    request.answer_timeout_ms = timeout_ms;
    const HttpResponse response = send_with_retries([&] { return http_->send(request, nullptr); });
    const std::string where = redact_url(request.url);
    if (response.failure) {
      const std::optional<Url> url = split_url(request.url);
      Error error = transport_error(what, where, url ? url->host : std::string_view(where), response);
      if (error.kind != ErrorKind::interrupted) error.kind = ErrorKind::access;
      return tl::unexpected(std::move(error));
    }
    auto credentials = parse_credentials(response.body, CredentialFormat::metadata);
    if (response.ok() && credentials) return *std::move(credentials);
    std::string why = fmt::format("it answered {}", response.status);
    if (!credentials) why += ": " + credentials.error();
    return fail(ErrorKind::access, what, where, std::move(why),
                fmt::format("check that the task or the pod has a role, and {} or {}", token_name, token_file_name));
  }

  [[nodiscard]] std::string origin() const override {
    const bool is_relative = !environment_(relative_name).value_or("").empty();
    return fmt::format("the container's role ({})", is_relative ? relative_name : full_name);
  }

 private:
  // Empty: none is wanted.
  [[nodiscard]] Result<std::string> authorization_token() const {
    if (const auto path = environment_(token_file_name); path && !path->empty()) {
      return read_secret_file(*path, "the container's authorization token");
    }
    std::string token = environment_(token_name).value_or("");
    if (token.find_first_of("\r\n") == std::string::npos) return token;
    return fail(ErrorKind::access, what, token_name, "it holds a line end, which no header can",
                "set it to the token alone");
  }

  const Environment environment_;
  const std::shared_ptr<HttpClient> http_;
};

}  // namespace

bool has_container_credentials(const Environment& environment) {
  return !environment(relative_name).value_or("").empty() || !environment(full_name).value_or("").empty();
}

Result<std::string> container_credentials_url(const Environment& environment) {
  const std::string relative = environment(relative_name).value_or("");
  if (!relative.empty()) return "http://169.254.170.2" + (relative.starts_with('/') ? relative : '/' + relative);
  std::string full = environment(full_name).value_or("");
  const std::optional<Url> url = split_url(full);
  if (!url) {
    return fail(ErrorKind::access, what, full_name, "it is no http:// or https:// address", "correct the variable");
  }
  if (url->scheme == "https" || may_be_asked_in_the_clear(without_port(url->host))) return full;
  return fail(ErrorKind::access, what, redact_url(full),
              "keys are not asked for in the clear beyond this machine, 169.254.170.2, 169.254.170.23 and fd00:ec2::23",
              fmt::format("correct {}: https:// may name any host", full_name));
}

std::unique_ptr<CredentialSource> container_credentials(Environment environment, std::shared_ptr<HttpClient> http) {
  return std::make_unique<Container>(std::move(environment), std::move(http));
}

}  // namespace weir::source
