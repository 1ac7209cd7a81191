#include "source/s3_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "source/url.h"

namespace weir::source {
namespace {

constexpr std::string_view scheme_prefix = "s3://";
constexpr std::size_t bucket_bytes_max = 255;  // of the oldest buckets; 63 today
constexpr std::size_t label_bytes_max = 63;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_bucket_name(std::string_view text) {
  return !text.empty() && text.size() <= bucket_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  });
}

bool is_dns_label(std::string_view text) {
  return text.size() <= label_bytes_max && is_region_name(text) && text.front() != '-' && text.back() != '-';
}

bool is_virtual_host(const AwsSettings& settings, const std::string& bucket) {
  switch (settings.addressing) {
    case AddressingStyle::path: return false;
    case AddressingStyle::virtual_host: return true;
    case AddressingStyle::automatic: break;
  }
  return settings.endpoint_url.empty() && is_dns_label(bucket);
}

}  // namespace

std::string to_uri(const S3Name& name) {
  return fmt::format("{}{}/{}", scheme_prefix, name.bucket, name.key);
}

Result<S3Name> parse_s3_uri(const std::string& uri) {
  std::string_view rest = uri;
  if (rest.starts_with(scheme_prefix)) rest.remove_prefix(scheme_prefix.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  S3Name name{std::string(rest.substr(0, slash)), std::string(rest.substr(std::min(slash + 1, rest.size())))};
  if (is_bucket_name(name.bucket)) return name;
  return fail(ErrorKind::usage, "not an S3 address:", uri,
              name.bucket.empty() ? "it names no bucket" : fmt::format("'{}' is no bucket's name", name.bucket),
              "write it like s3://bucket/key; wildcards and placeholders belong in the key");
}

S3Address s3_address(const AwsSettings& settings, const std::string& region, const S3Name& name) {
  S3Address address{"https", aws_host("s3", region), ""};
  if (const std::optional<Url> endpoint = split_url(settings.endpoint_url)) {
    address.scheme = endpoint->scheme;
    address.host = without_own_port(endpoint->scheme, endpoint->host);
    address.path = endpoint->path;
    while (address.path.ends_with('/')) address.path.pop_back();
  }
  if (is_virtual_host(settings, name.bucket)) {
    address.host = name.bucket + '.' + address.host;
  } else {
    address.path += '/' + percent_encode(name.bucket, false);
  }
  if (!name.key.empty() || address.path.empty()) address.path += '/' + percent_encode(name.key, true);
  return address;
}

Status check_endpoint(const AwsSettings& settings) {
  if (!is_region_name(settings.region)) {
    return fail(ErrorKind::usage, "not a region:", fmt::format("'{}'", settings.region),
                "regions are named like eu-central-1", "check --region, AWS_REGION and the profile");
  }
  if (settings.endpoint_url.empty()) return {};
  const std::optional<Url> url = split_url(settings.endpoint_url);
  if (url && url->user_info.empty() && url->query.empty()) return {};
  return fail(ErrorKind::usage, "not an S3 endpoint:", redact_url(settings.endpoint_url),
              url ? "it holds a user or a query" : "it is no http:// or https:// address",
              "write it like https://s3.example.com or http://localhost:9000; keys go into AWS_ACCESS_KEY_ID and "
              "AWS_SECRET_ACCESS_KEY");
}

// The partitions of AWS other than "aws", by how the names of their regions begin.
std::string aws_host(std::string_view service, std::string_view region) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> partitions{{{"cn-", "amazonaws.com.cn"},
                                                                                     {"us-isob-", "sc2s.sgov.gov"},
                                                                                     {"us-isof-", "csp.hci.ic.gov"},
                                                                                     {"us-iso-", "c2s.ic.gov"},
                                                                                     {"eu-isoe-", "cloud.adc-e.uk"},
                                                                                     {"eusc-", "amazonaws.eu"}}};
  std::string_view domain = "amazonaws.com";
  for (const auto& [prefix, own] : partitions) {
    if (region.starts_with(prefix)) domain = own;
  }
  return fmt::format("{}.{}.{}", service, region, domain);
}

std::string without_own_port(std::string_view scheme, std::string_view host) {
  const std::string_view own = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(own)) host.remove_suffix(own.size());
  return std::string(host);
}

bool is_region_name(std::string_view text) {
  return !text.empty() && text.size() <= label_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

}  // namespace weir::source
