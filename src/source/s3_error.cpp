#include "source/s3_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "source/s3_xml.h"

namespace weir::source {
namespace {

constexpr std::array<std::string_view, 9> key_codes{
    "InvalidAccessKeyId",           "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken",  "TokenRefreshRequired",
    "AuthorizationHeaderMalformed", "RequestTimeTooSkewed",  "NotSignedUp",  "RequestExpired"};

bool is_about_keys(const S3ErrorDocument& document) {
  return std::find(key_codes.begin(), key_codes.end(), document.code) != key_codes.end();
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

// "SlowDown: Please reduce your request rate", or the status where no document came.
std::string in_words(const S3ErrorDocument& document, const S3Question& question, int status) {
  if (document.code.empty()) return fmt::format("{} answered {}", question.host, status);
  if (document.message.empty()) return document.code;
  return fmt::format("{}: {}", document.code, document.message);
}

std::string next_for_access(const S3ErrorDocument& document, const S3Question& question, const AwsSettings& settings) {
  if (!settings.credentials) {
    return "unsigned requests reach public objects only: leave --no-sign-request out, or ask the bucket's owner";
  }
  const std::string keys = fmt::format("the keys came from {}", settings.credentials->origin());
  if (document.code == "RequestTimeTooSkewed") return "set this machine's clock: signatures carry the time";
  if (document.code.find("Token") != std::string::npos || document.code == "RequestExpired") {
    return keys + ": get new ones, these have run out or lack their session token";
  }
  if (is_about_keys(document)) return keys + ": check both of the pair, --profile and --endpoint-url";
  if (question.access == S3Access::write) {
    return fmt::format("{}: their user needs s3:PutObject and s3:AbortMultipartUpload on s3://{}/*, and may look there",
                       keys, question.name.bucket);
  }
  return fmt::format(
      "{}: their user needs s3:GetObject on s3://{}/* and s3:ListBucket on the bucket (without the latter an object "
      "that is not there looks forbidden too)",
      keys, question.name.bucket);
}

}  // namespace

Error s3_error(const S3Question& question, const AwsSettings& settings, const HttpResponse& response) {
  const std::string where = to_uri(question.name);
  if (response.failure) return transport_error(question.what, where, question.host, response);
  const S3ErrorDocument document = parse_s3_error(response.body);
  Error error{ErrorKind::failed, question.what, where, in_words(document, question, response.status), ""};
  const std::string region = region_told(response);
  if (document.code == "NoSuchBucket") {
    error.why = fmt::format("there is no bucket '{}' at {}", question.name.bucket, question.host);
    error.next = "check the bucket's name, and --endpoint-url if it is not at AWS";
  } else if (document.code == "NoSuchKey" || (response.status == 404 && document.code.empty())) {
    error.kind = ErrorKind::missing;
    error.why = fmt::format("bucket '{}' has no such object", question.name.bucket);
    error.next = "check the key: capitals count, and it does not begin with a slash";
  } else if (document.code == "InvalidObjectState") {
    error.next = "the object is archived: restore it first (`aws s3api restore-object`)";
  } else if (!region.empty() && region != question.region) {
    error.why = fmt::format("the bucket is in region {}, and {} was asked", region, question.region);
    error.next = fmt::format("name it: --region {}", region);
  } else if (is_redirect(response.status)) {
    if (!document.endpoint.empty()) error.why += fmt::format(" ({})", document.endpoint);
    error.next = "the bucket is elsewhere: name its --region, or its --endpoint-url";
  } else if (response.status == 407) {
    error.kind = ErrorKind::access;
    error.next = how_to_pass_proxy;
  } else if (response.status == 401 || response.status == 403 || is_about_keys(document)) {
    error.kind = ErrorKind::access;
    error.next = next_for_access(document, question, settings);
  } else if (response.status == 429 || response.status >= 500) {
    error.next = "the server is in trouble or busy: try again later";
  } else {
    error.next = "check the address, and that --endpoint-url is an S3 server";
  }
  return error;
}

bool is_expired(const HttpResponse& response) {
  if (response.failure || response.status < 400 || response.status >= 500) return false;
  const std::string code = parse_s3_error(response.body).code;
  return code == "ExpiredToken" || code == "TokenRefreshRequired";
}

bool is_passing(const HttpResponse& response) {
  if (is_expired(response)) return true;
  return !response.failure && response.status == 400 && parse_s3_error(response.body).code == "RequestTimeout";
}

// Other refusals carry the bucket's region too, as a courtesy.
std::string region_told(const HttpResponse& response) {
  if (response.failure || (!is_redirect(response.status) && response.status != 400)) return {};
  std::string region = response.header("x-amz-bucket-region");
  if (region.empty()) region = parse_s3_error(response.body).region;
  return is_region_name(region) ? region : std::string();
}

}  // namespace weir::source
