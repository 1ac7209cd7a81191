#include "source/credential_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/moment.h"

namespace weir::source {
namespace {

using nlohmann::json;

constexpr std::size_t reason_bytes_max = 300;

// Empty: not there, or no text.
std::string text_of(const json& document, const char* name) {
  const auto found = document.find(name);
  return found == document.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

bool is_version_1(const json& document) {
  const auto found = document.find("Version");
  return found != document.end() && found->is_number_integer() && found->get<std::int64_t>() == 1;
}

// Services answer 200 and say in the document that they could not. Lower-case names are those of ECS.
std::string failure_told(const json& document) {
  std::string code = text_of(document, "Code");
  if (code.empty()) code = text_of(document, "code");
  if (code.empty() || code == "Success") return {};
  std::string message = text_of(document, "Message");
  if (message.empty()) message = text_of(document, "message");
  return fmt::format("it says {}{}{}", code, message.empty() ? "" : ": ", message).substr(0, reason_bytes_max);
}

}  // namespace

tl::expected<AwsCredentials, std::string> parse_credentials(std::string_view text, CredentialFormat format) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return tl::unexpected<std::string>("it is no JSON object");
  const bool is_process = format == CredentialFormat::process;
  if (is_process && !is_version_1(document)) return tl::unexpected<std::string>("its Version is not 1");
  if (!is_process) {
    std::string failure = failure_told(document);
    if (!failure.empty()) return tl::unexpected(std::move(failure));
  }
  AwsCredentials credentials{{text_of(document, "AccessKeyId"), text_of(document, "SecretAccessKey"),
                              text_of(document, is_process ? "SessionToken" : "Token")},
                             0,
                             text_of(document, "RoleArn")};
  if (credentials.keys.access_key_id.empty()) return tl::unexpected<std::string>("it has no AccessKeyId");
  if (credentials.keys.secret_access_key.empty()) return tl::unexpected<std::string>("it has no SecretAccessKey");
  if (!could_be_keys(credentials.keys)) return tl::unexpected<std::string>("its keys hold characters that no key has");
  const std::string expiration = text_of(document, "Expiration");
  if (expiration.empty()) return credentials;
  const std::optional<std::int64_t> expires = parse_expiration(expiration);
  if (!expires) return tl::unexpected<std::string>("its Expiration is no time like 2021-05-03T10:00:00Z");
  credentials.expires_unix_s = *expires;
  return credentials;
}

std::optional<std::int64_t> parse_expiration(std::string_view text) {
  constexpr std::size_t offset_bytes = 6;  // "+02:00"
  constexpr std::size_t date_bytes = 10;
  std::int64_t offset_s = 0;
  if (!text.ends_with('Z')) {
    if (text.size() < date_bytes + offset_bytes) return std::nullopt;
    const std::string_view offset = text.substr(text.size() - offset_bytes);
    const bool is_offset = offset[0] == '+' || offset[0] == '-';
    const auto since_midnight = time_us_of(fmt::format("1970-01-01T{}", offset.substr(1)));
    if (!is_offset || !since_midnight) return std::nullopt;
    offset_s = (offset[0] == '+' ? 1 : -1) * *since_midnight / 1'000'000;
    text.remove_suffix(offset_bytes);
  }
  const std::optional<std::int64_t> time_us = time_us_of(text);
  if (!time_us || text.size() <= date_bytes) return std::nullopt;
  return *time_us / 1'000'000 - offset_s;
}

}  // namespace weir::source
