// AWS Signature Version 4, the header form. Pure: the time is an argument, nothing is read from the environment.
// Algorithm: AWS, "Signature Version 4 signing process" and "Authenticating Requests: Using the Authorization Header
// (AWS Signature Version 4)" of the S3 API reference.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::source {

// Never printed, never part of an error.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for keys that do not expire
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

struct SigningScope {
  std::string region;
  std::string service;  // "s3", "sts"
  std::int64_t unix_time_s = 0;
};

using NameValue = std::pair<std::string, std::string>;

// What is signed. `encoded_path` is signed as it is, so it must be what is sent: percent-encoded once for S3, twice for
// other services. `query` is raw; encoded_query() gives what must be sent for it. `headers` have lower-case names and
// include host.
struct SignableRequest {
  std::string method;
  std::string encoded_path;
  std::vector<NameValue> query;
  std::vector<NameValue> headers;
  std::string payload_sha256;  // hexadecimal, or UNSIGNED-PAYLOAD
};

// SHA-256 of no bytes, in hexadecimal: the payload of GET and HEAD.
inline constexpr const char* empty_payload_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// Sorted and percent-encoded, without '?'.
[[nodiscard]] std::string encoded_query(std::vector<NameValue> query);

// The two texts that the signature stands on; also what AWS answers with when signatures differ.
[[nodiscard]] std::string canonical_request(const SignableRequest& request);
[[nodiscard]] std::string string_to_sign(const SigningScope& scope, const std::string& canonical);

// The value of the Authorization header for exactly these headers.
[[nodiscard]] std::string authorization(const SignableRequest& request, const SigningScope& scope,
                                        const Credentials& credentials);

// All headers to send for a signed request: those given but host, with x-amz-date, x-amz-content-sha256 (S3 wants it;
// others accept it), x-amz-security-token where there is one, and authorization.
[[nodiscard]] std::vector<NameValue> sign(SignableRequest request, const SigningScope& scope,
                                          const Credentials& credentials);

}  // namespace weir::source
