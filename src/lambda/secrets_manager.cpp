#include "lambda/secrets_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "source/aws_settings.h"
#include "source/credentials.h"
#include "source/http.h"
#include "source/retry.h"
#include "source/sigv4.h"
#include "source/url.h"

namespace weir::lambda {
namespace {

using Json = nlohmann::json;
using source::HttpRequest;
using source::HttpResponse;

constexpr const char* read_what = "cannot read the secret";
constexpr std::string_view allow_next =
    "allow the role secretsmanager:GetSecretValue on it (and kms:Decrypt on its key)";

std::string text(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME; empty where it is none.
std::string region_of_arn(std::string_view arn) {
  constexpr int fields_before_region = 3;
  if (!arn.starts_with("arn:")) return {};
  for (int i = 0; i < fields_before_region; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

// Where the service is, and what its Host header says.
struct Endpoint {
  std::string url;
  std::string host;
};

Result<Endpoint> endpoint_of(const std::string& region, const source::Environment& environment) {
  for (const char* const name : {"AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"}) {
    const std::optional<std::string> given = environment(name);
    if (!given || given->empty()) continue;
    const std::optional<source::Url> url = source::split_url(*given);
    if (url && url->user_info.empty() && url->query.empty() && (url->path.empty() || url->path == "/")) {
      return Endpoint{fmt::format("{}://{}/", url->scheme, url->host), std::string(url->host)};
    }
    return fail(ErrorKind::usage, "not an endpoint:", name, "it is no address such as https://host:port",
                "correct it, or unset it");
  }
  const std::string host =
      fmt::format("secretsmanager.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
  return Endpoint{fmt::format("https://{}/", host), host};
}

HttpRequest get_secret_value(const Endpoint& endpoint, const std::string& secret_id, const std::string& region,
                             const source::Credentials& keys) {
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint.url;
  request.body = Json{{"SecretId", secret_id}}.dump(-1, ' ', true, Json::error_handler_t::replace);
  source::SignableRequest signable{"POST", "/", {}, {}, source::sha256_hex(request.body)};
  signable.headers = {{"host", endpoint.host},
                      {"content-type", "application/x-amz-json-1.1"},
                      {"x-amz-target", "secretsmanager.GetSecretValue"}};
  request.headers = source::sign(std::move(signable), {region, "secretsmanager", source::unix_time_s()}, keys);
  return request;
}

// {"__type":"ResourceNotFoundException","Message":"…"}; AWS is not of one mind about the case of "message".
Error refusal(const std::string& secret_id, const HttpResponse& response) {
  const Json json = Json::parse(response.body, nullptr, false);
  std::string type = text(json, "__type");
  type = type.substr(type.find('#') == std::string::npos ? 0 : type.find('#') + 1);
  std::string message = text(json, "message");
  if (message.empty()) message = text(json, "Message");
  Error error{ErrorKind::failed, read_what, secret_id, fmt::format("{} {}: {}", response.status, type, message),
              "try again"};
  constexpr std::array<std::string_view, 8> refused{
      "AccessDeniedException",       "DecryptionFailure",   "ExpiredTokenException", "InvalidSignatureException",
      "UnrecognizedClientException", "IncompleteSignature", "InvalidClientTokenId",  "MissingAuthenticationToken"};
  if (std::ranges::find(refused, std::string_view(type)) != refused.end() || response.status == 401 ||
      response.status == 403) {
    error.kind = ErrorKind::access;
    error.next = allow_next;
  } else if (type == "ResourceNotFoundException") {
    error.next = "check the ARN, and that the secret's region is in it";
  }
  return error;
}

}  // namespace

Result<Login> fetch_login(const std::string& secret_id, const AccessOptions& access,
                          const source::Environment& environment) {
  AccessOptions signing = access;
  signing.no_sign_request = false;  // that is for public objects; no secret is
  WEIR_TRY_ASSIGN(const source::AwsSettings settings, source::resolve_aws_settings(signing, environment));
  const std::string told = region_of_arn(secret_id);
  const std::string& region = told.empty() ? settings.region : told;
  WEIR_TRY_ASSIGN(const Endpoint endpoint, endpoint_of(region, environment));
  WEIR_TRY_ASSIGN(const source::AwsCredentials signer, settings.credentials->get());
  source::HttpClient http(settings.ca_bundle);
  const HttpResponse response = source::send_with_retries(
      [&] { return http.send(get_secret_value(endpoint, secret_id, region, signer.keys), nullptr); });
  if (response.failure) return tl::unexpected(transport_error(read_what, secret_id, endpoint.host, response));
  if (!response.ok()) return tl::unexpected(refusal(secret_id, response));
  const std::string secret = text(Json::parse(response.body, nullptr, false), "SecretString");
  return parse_login(secret, secret_id);
}

Result<Login> parse_login(std::string_view secret, const std::string& secret_id) {
  if (secret.empty()) {
    return fail(read_what, secret_id, "it holds no text", "store the password, or JSON with username and password");
  }
  const Json json = Json::parse(secret, nullptr, false);
  if (!json.is_object()) return Login{"", std::string(secret)};
  Login login{text(json, "username"), text(json, "password")};
  if (!login.password.empty()) return login;
  return fail(read_what, secret_id, "it is JSON without a password",
              R"(store the password alone, or {"username":"…","password":"…"})");
}

Result<std::string> with_login(const std::string& url, const Login& login) {
  constexpr std::string_view mark = "://";
  constexpr const char* what = "cannot put the secret into";
  constexpr const char* where = "the database's URL";
  const std::size_t scheme = url.find(mark);
  if (scheme == std::string::npos) {
    return fail(ErrorKind::usage, what, where, "it is no URL of a server",
                "name one, such as postgresql://user@host/database; a file needs no password");
  }
  const std::size_t begin = scheme + mark.size();
  const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
  const std::size_t at = std::string_view(url).substr(0, end).rfind('@');
  const bool has_user = at != std::string::npos && at >= begin;
  const std::string own = has_user ? url.substr(begin, at - begin) : std::string();
  if (own.find(':') != std::string::npos) {
    return fail(ErrorKind::usage, what, where, "it has a password of its own", "leave one of the two out");
  }
  const std::string named = source::percent_encode(login.user, false);
  if (!own.empty() && !named.empty() && source::percent_decode(own, false) != login.user) {
    return fail(ErrorKind::usage, what, where, fmt::format("it names the user {}, and the secret another", own),
                "leave the user out of it, or name the secret of this user");
  }
  return fmt::format("{}{}:{}@{}", url.substr(0, begin), own.empty() ? named : own,
                     source::percent_encode(login.password, false), url.substr(has_user ? at + 1 : begin));
}

}  // namespace weir::lambda
