#include "source/sigv4.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "source/url.h"

namespace weir::source {
namespace {

constexpr const char* algorithm = "AWS4-HMAC-SHA256";

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  return out;
}

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest_text(const std::array<unsigned char, EVP_MAX_MD_SIZE>& digest, unsigned length) {
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(text), text.size(), digest.data(), &length);
  return digest_text(digest, length);
}

std::string timestamp(const SigningScope& scope) {
  const std::chrono::sys_seconds time{std::chrono::seconds{scope.unix_time_s}};
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string scope_text(const SigningScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", timestamp(scope).substr(0, 8), scope.region, scope.service);
}

std::string signing_key(const SigningScope& scope, const std::string& secret) {
  const std::string date = hmac_sha256("AWS4" + secret, timestamp(scope).substr(0, 8));
  return hmac_sha256(hmac_sha256(hmac_sha256(date, scope.region), scope.service), "aws4_request");
}

// Leading and trailing blanks go, runs of them become one.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<NameValue> sorted(std::vector<NameValue> pairs) {
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::string signed_headers(const SignableRequest& request) {
  std::string names;
  for (const auto& [name, value] : sorted(request.headers)) names += (names.empty() ? "" : ";") + name;
  return names;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return hex(digest_text(digest, length));
}

// Sorted after encoding: that is the order AWS checks.
std::string encoded_query(std::vector<NameValue> query) {
  for (auto& [name, value] : query) {
    name = percent_encode(name, false);
    value = percent_encode(value, false);
  }
  std::string out;
  for (const auto& [name, value] : sorted(std::move(query))) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  }
  return out;
}

std::string canonical_request(const SignableRequest& request) {
  std::string headers;
  for (const auto& [name, value] : sorted(request.headers)) headers += fmt::format("{}:{}\n", name, trimmed(value));
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.encoded_path, encoded_query(request.query),
                     headers, signed_headers(request), request.payload_sha256);
}

std::string string_to_sign(const SigningScope& scope, const std::string& canonical) {
  return fmt::format("{}\n{}\n{}\n{}", algorithm, timestamp(scope), scope_text(scope), sha256_hex(canonical));
}

std::string authorization(const SignableRequest& request, const SigningScope& scope, const Credentials& credentials) {
  const std::string text = string_to_sign(scope, canonical_request(request));
  return fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", algorithm, credentials.access_key_id,
                     scope_text(scope), signed_headers(request),
                     hex(hmac_sha256(signing_key(scope, credentials.secret_access_key), text)));
}

std::vector<NameValue> sign(SignableRequest request, const SigningScope& scope, const Credentials& credentials) {
  request.headers.emplace_back("x-amz-date", timestamp(scope));
  request.headers.emplace_back("x-amz-content-sha256", request.payload_sha256);
  if (!credentials.session_token.empty()) {
    request.headers.emplace_back("x-amz-security-token", credentials.session_token);
  }
  const std::string value = authorization(request, scope, credentials);
  std::erase_if(request.headers, [](const NameValue& header) { return header.first == "host"; });
  request.headers.emplace_back("authorization", value);
  return std::move(request.headers);
}

}  // namespace weir::source
