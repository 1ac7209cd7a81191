#include "source/sts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "source/retry.h"
#include "source/s3_address.h"
#include "source/secret_file.h"
#include "source/sts_xml.h"
#include "source/url.h"

namespace weir::source {
namespace {

constexpr const char* role_what = "cannot take the role";
constexpr const char* api_version = "2011-06-15";
constexpr const char* form_type = "application/x-www-form-urlencoded; charset=utf-8";

// STS answers these with 400, and means "later".
constexpr std::array<std::string_view, 3> passing_codes{"IDPCommunicationError", "Throttling", "ThrottlingException"};

std::vector<NameValue> form_of(const std::string& action, const RoleToTake& role) {
  return {{"Action", action},
          {"Version", api_version},
          {"RoleArn", role.arn},
          {"RoleSessionName", role.session_name},
          {"DurationSeconds", fmt::format("{}", role.duration_s)}};
}

bool is_passing(const HttpResponse& response) {
  if (response.failure || response.status != 400) return false;
  const std::string code = parse_sts_error(response.body).code;
  return std::find(passing_codes.begin(), passing_codes.end(), code) != passing_codes.end();
}

bool says_expired(const HttpResponse& response) {
  if (response.failure || response.ok()) return false;
  const std::string code = parse_sts_error(response.body).code;
  return code == "ExpiredToken" || code == "ExpiredTokenException";
}

class AssumedRole final : public CredentialSource {
 public:
  AssumedRole(RoleToTake role, std::shared_ptr<CredentialProvider> base, StsClient sts, std::string place)
      : role_(std::move(role)), base_(std::move(base)), sts_(std::move(sts)), place_(std::move(place)) {}
  Result<AwsCredentials> fetch() override { return sts_.assume_role(role_, *base_); }
  [[nodiscard]] std::string origin() const override {
    return fmt::format("role {} of {}, taken with the keys from {}", role_.arn, place_, base_->origin());
  }

 private:
  const RoleToTake role_;
  const std::shared_ptr<CredentialProvider> base_;
  const StsClient sts_;
  const std::string place_;
};

class WebIdentityRole final : public CredentialSource {
 public:
  WebIdentityRole(RoleToTake role, std::string token_file, StsClient sts, std::string place)
      : role_(std::move(role)), token_file_(std::move(token_file)), sts_(std::move(sts)), place_(std::move(place)) {}
  Result<AwsCredentials> fetch() override {
    WEIR_TRY_ASSIGN(const std::string token, read_secret_file(token_file_, "the web identity token"));
    return sts_.assume_role_with_web_identity(role_, token);
  }
  [[nodiscard]] std::string origin() const override {
    return fmt::format("role {} of {}, taken with the web identity token in {}", role_.arn, place_, token_file_);
  }

 private:
  const RoleToTake role_;
  const std::string token_file_;
  const StsClient sts_;
  const std::string place_;
};

}  // namespace

StsClient::StsClient(const AwsSettings& settings, std::shared_ptr<HttpClient> http)
    : url_(settings.sts_endpoint_url.empty() ? "https://" + aws_host("sts", settings.region)
                                             : settings.sts_endpoint_url),
      region_(settings.region),
      http_(std::move(http)) {
  if (const std::optional<Url> url = split_url(url_)) {
    host_ = without_own_port(url->scheme, url->host);
    path_ = url->path.empty() ? "/" : std::string(url->path);
    url_ = fmt::format("{}://{}{}", url->scheme, url->host, path_);
  }
}

HttpResponse StsClient::post(const std::string& form, const Credentials* signer) const {
  return send_with_retries([&] {
    HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.body = form;
    request.headers = {{"content-type", form_type}};
    if (signer != nullptr) {
      SignableRequest signable{"POST", path_, {}, request.headers, sha256_hex(form)};
      signable.headers.emplace_back("host", host_);
      request.headers = sign(std::move(signable), {region_, "sts", unix_time_s()}, *signer);
    }
    HttpResponse response = http_->send(request, nullptr);
    if (is_passing(response)) response.status = 503;  // what it means, and what is tried again
    return response;
  });
}

Result<HttpResponse> StsClient::post_signed(const std::string& form, CredentialProvider& signer) const {
  WEIR_TRY_ASSIGN(const AwsCredentials first, signer.get());
  HttpResponse response = post(form, &first.keys);
  if (!says_expired(response)) return response;
  signer.renew(first.keys);
  WEIR_TRY_ASSIGN(const AwsCredentials renewed, signer.get());
  if (renewed.keys == first.keys) return response;
  return post(form, &renewed.keys);
}

Result<AwsCredentials> StsClient::assume_role(const RoleToTake& role, CredentialProvider& base) const {
  std::vector<NameValue> form = form_of("AssumeRole", role);
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  WEIR_TRY_ASSIGN(const HttpResponse response, post_signed(encoded_query(std::move(form)), base));
  if (!response.ok()) {
    return tl::unexpected(refusal(
        role_what, role.arn, response,
        fmt::format("the keys from {} need sts:AssumeRole on the role, and its trust policy must name whose they are",
                    base.origin())));
  }
  auto credentials = parse_assumed_role(response.body, "AssumeRole");
  if (credentials) return *std::move(credentials);
  return fail(ErrorKind::access, role_what, role.arn, fmt::format("{}'s answer: {}", host_, credentials.error()),
              "check that the STS endpoint is one");
}

Result<AwsCredentials> StsClient::assume_role_with_web_identity(const RoleToTake& role,
                                                                const std::string& token) const {
  std::vector<NameValue> form = form_of("AssumeRoleWithWebIdentity", role);
  form.emplace_back("WebIdentityToken", token);
  const HttpResponse response = post(encoded_query(std::move(form)), nullptr);
  if (!response.ok()) {
    return tl::unexpected(refusal(role_what, role.arn, response,
                                  "its trust policy must name the token's issuer, audience and subject; a token that "
                                  "has run out is replaced by whoever writes its file"));
  }
  auto credentials = parse_assumed_role(response.body, "AssumeRoleWithWebIdentity");
  if (credentials) return *std::move(credentials);
  return fail(ErrorKind::access, role_what, role.arn, fmt::format("{}'s answer: {}", host_, credentials.error()),
              "check that the STS endpoint is one");
}

Result<std::string> StsClient::caller_arn(CredentialProvider& signer) const {
  const std::string form = encoded_query({{"Action", "GetCallerIdentity"}, {"Version", api_version}});
  WEIR_TRY_ASSIGN(const HttpResponse response, post_signed(form, signer));
  constexpr const char* what = "cannot ask whose keys these are:";
  if (!response.ok()) {
    return tl::unexpected(refusal(what, host_, response, fmt::format("the keys came from {}", signer.origin())));
  }
  auto arn = parse_caller_arn(response.body);
  if (arn) return *std::move(arn);
  return fail(ErrorKind::access, what, host_, fmt::format("its answer: {}", arn.error()),
              "check that the STS endpoint is one");
}

Error StsClient::refusal(std::string what, std::string where, const HttpResponse& response, std::string next) const {
  if (response.failure) {
    Error error = transport_error(std::move(what), std::move(where), host_, response);
    if (error.kind != ErrorKind::interrupted) error.kind = ErrorKind::access;
    return error;
  }
  const StsErrorDocument document = parse_sts_error(response.body);
  Error error{ErrorKind::access, std::move(what), std::move(where), "", std::move(next)};
  if (document.code.empty()) {
    error.why = fmt::format("{} answered {}", host_, response.status);
  } else {
    error.why = fmt::format("{}: {}{}{}", host_, document.code, document.message.empty() ? "" : ": ", document.message);
  }
  if (response.status == 407) error.next = how_to_pass_proxy;
  if (response.status == 429 || response.status >= 500)
    error.next = "the service is in trouble or busy: try again later";
  return error;
}

std::unique_ptr<CredentialSource> assumed_role(RoleToTake role, std::shared_ptr<CredentialProvider> base, StsClient sts,
                                               std::string place) {
  return std::make_unique<AssumedRole>(std::move(role), std::move(base), std::move(sts), std::move(place));
}

std::unique_ptr<CredentialSource> web_identity_role(RoleToTake role, std::string token_file, StsClient sts,
                                                    std::string place) {
  return std::make_unique<WebIdentityRole>(std::move(role), std::move(token_file), std::move(sts), std::move(place));
}

}  // namespace weir::source
