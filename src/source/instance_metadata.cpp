#include "source/instance_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "source/credential_document.h"
#include "source/retry.h"
#include "source/url.h"

namespace weir::source {
namespace {

constexpr const char* token_path = "/latest/api/token";
constexpr const char* roles_path = "/latest/meta-data/iam/security-credentials/";
constexpr const char* token_header = "x-aws-ec2-metadata-token";
constexpr const char* lifetime_header = "x-aws-ec2-metadata-token-ttl-seconds";
constexpr const char* token_lifetime_s = "21600";
constexpr const char* what = "cannot get the instance's keys from";
constexpr const char* no_role = "give the instance an instance profile with a role that may read the bucket";
// Keys that the service could not renew in time are used on, as it asks for: they often still work.
constexpr std::int64_t extension_s = 600;

bool is_unreachable(const HttpResponse& response) {
  return response.failure == TransportFailure::connect || response.failure == TransportFailure::resolve;
}

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

class InstanceMetadata final : public CredentialSource {
 public:
  InstanceMetadata(InstanceMetadataSettings settings, std::shared_ptr<HttpClient> http, std::string looked)
      : settings_(std::move(settings)), http_(std::move(http)), looked_(std::move(looked)) {}

  Result<AwsCredentials> fetch() override {
    WEIR_TRY_ASSIGN(const std::string token, session_token());
    WEIR_TRY_ASSIGN(const std::string role, role_name(token));
    const HttpResponse response = get(roles_path + percent_encode(role, false), token);
    if (!response.ok()) return tl::unexpected(refusal(response));
    auto credentials = parse_credentials(response.body, CredentialFormat::metadata);
    if (!credentials) {
      return fail(ErrorKind::access, what, settings_.endpoint,
                  fmt::format("its answer for role {}: {}", role, credentials.error()), no_role);
    }
    credentials->role = role;
    const std::int64_t now = unix_time_s();
    if (credentials->expires_unix_s != 0 && credentials->expires_unix_s <= now) {
      credentials->expires_unix_s = now + extension_s;
    }
    return *std::move(credentials);
  }

  [[nodiscard]] std::string origin() const override {
    return fmt::format("the EC2 instance's role ({})", settings_.endpoint);
  }

 private:
  [[nodiscard]] HttpResponse send(HttpRequest request) const {
    request.url = settings_.endpoint + request.url;
    request.past_proxies = true;
    request.connect_timeout_ms = settings_.timeout_ms;
    request.answer_timeout_ms = settings_.timeout_ms;
    for (int attempts = 1;; ++attempts) {
      HttpResponse response = http_->send(request, nullptr);
      const bool again =
          is_unreachable(response) ? attempts < settings_.attempts_max : worth_retrying(response, attempts);
      if (!again || !wait_before_retry(attempts, [] { return false; })) return response;
    }
  }

  [[nodiscard]] HttpResponse get(const std::string& path, const std::string& token) const {
    HttpRequest request;
    request.url = path;
    request.headers = {{token_header, token}};
    return send(std::move(request));
  }

  [[nodiscard]] Result<std::string> session_token() const {
    HttpRequest request;
    request.method = "PUT";
    request.url = token_path;
    request.headers = {{lifetime_header, token_lifetime_s}};
    const HttpResponse response = send(std::move(request));
    if (response.ok() && !first_line(response.body).empty()) return first_line(response.body);
    if (is_unreachable(response)) return tl::unexpected(unreachable());
    return tl::unexpected(refusal(response));
  }

  [[nodiscard]] Result<std::string> role_name(const std::string& token) const {
    const HttpResponse response = get(roles_path, token);
    if (response.status == 404 || (response.ok() && first_line(response.body).empty())) {
      return fail(ErrorKind::access, "no credentials for", "S3",
                  fmt::format("{}, and the EC2 instance has no role", looked_), no_role);
    }
    if (!response.ok()) return tl::unexpected(refusal(response));
    return first_line(response.body);
  }

  [[nodiscard]] Error unreachable() const {
    return {ErrorKind::access, "no credentials for", "S3",
            fmt::format("{}, and no EC2 instance metadata answers at {}", looked_, settings_.endpoint), how_to_sign};
  }

  [[nodiscard]] Error refusal(const HttpResponse& response) const {
    if (response.failure) {
      const std::optional<Url> url = split_url(settings_.endpoint);
      Error error = transport_error(what, settings_.endpoint, url ? url->host : "", response);
      if (error.kind != ErrorKind::interrupted) error.kind = ErrorKind::access;
      return error;
    }
    return {ErrorKind::access, what, settings_.endpoint, fmt::format("it answered {}", response.status),
            "check the instance's metadata options: version 2 must be on, and in a container its hop limit 2 or more"};
  }

  const InstanceMetadataSettings settings_;
  const std::shared_ptr<HttpClient> http_;
  const std::string looked_;
};

Result<int> positive(const std::string& name, const std::string& text, int usual, int max) {
  if (text.empty()) return usual;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value > 0 && value <= max) return value;
  return fail(ErrorKind::usage, "bad setting", name, fmt::format("'{}' is no number from 1 to {}", text, max),
              "correct it");
}

}  // namespace

bool is_instance_metadata_disabled(const Environment& environment) {
  std::string value = environment("AWS_EC2_METADATA_DISABLED").value_or("");
  std::transform(value.begin(), value.end(), value.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return value == "true";
}

Result<InstanceMetadataSettings> instance_metadata_settings(const AwsProfiles& profiles,
                                                            const Environment& environment) {
  const auto setting = [&](const char* variable, const char* key) {
    const std::string value = environment(variable).value_or("");
    return value.empty() ? profiles.value(profiles.chosen(), key) : value;
  };
  constexpr int seconds_max = 600;
  constexpr int attempts_limit = 20;
  InstanceMetadataSettings settings;
  settings.endpoint = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
  if (!settings.endpoint.empty() && !split_url(settings.endpoint)) {
    return fail(ErrorKind::usage, "bad setting", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "it is no http:// or https:// address", "write it like http://169.254.169.254");
  }
  if (settings.endpoint.empty()) {
    const std::string mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    const bool is_ipv6 = mode == "IPv6" || mode == "ipv6" || mode == "IPV6";
    settings.endpoint = is_ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  WEIR_TRY_ASSIGN(const int timeout_s,
                  positive("AWS_METADATA_SERVICE_TIMEOUT",
                           setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"), 1, seconds_max));
  settings.timeout_ms = timeout_s * 1'000;
  WEIR_TRY_ASSIGN(
      settings.attempts_max,
      positive("AWS_METADATA_SERVICE_NUM_ATTEMPTS",
               setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"), 1, attempts_limit));
  return settings;
}

std::unique_ptr<CredentialSource> instance_metadata(InstanceMetadataSettings settings, std::shared_ptr<HttpClient> http,
                                                    std::string looked) {
  return std::make_unique<InstanceMetadata>(std::move(settings), std::move(http), std::move(looked));
}

}  // namespace weir::source
