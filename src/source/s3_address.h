// Names and addresses of S3: s3://bucket/key, and where on the web that is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/aws_settings.h"
#include "weir/result.h"

namespace weir::source {

struct S3Name {
  std::string bucket;
  std::string key;  // raw bytes, as S3 has it; empty: the bucket itself
};
[[nodiscard]] std::string to_uri(const S3Name& name);

// Fails (usage) without a bucket, or with one that S3 could not have: also when it holds a wildcard or a placeholder.
[[nodiscard]] Result<S3Name> parse_s3_uri(const std::string& uri);

// Where requests go. `host` is what the Host header says and what is signed: a scheme's own port is left out of it.
struct S3Address {
  std::string scheme;
  std::string host;
  std::string path;  // percent-encoded once, from '/'
  [[nodiscard]] std::string url() const { return scheme + "://" + host + path; }
};

// Path style (host/bucket/key) or virtual-host style (bucket.host/key). The automatic choice is that of the AWS tools:
// virtual-host at AWS where the bucket's name is a DNS label (one with dots would not match AWS's certificate), path
// style at every
// --endpoint-url. `settings` have passed check_endpoint().
[[nodiscard]] S3Address s3_address(const AwsSettings& settings, const std::string& region, const S3Name& name);

// Fails (usage) when the endpoint is no plain http(s) address, or the region could be none.
[[nodiscard]] Status check_endpoint(const AwsSettings& settings);

// Where AWS itself has a service: "sts.eu-west-1.amazonaws.com".
[[nodiscard]] std::string aws_host(std::string_view service, std::string_view region);

// curl leaves a scheme's own port out of the Host header, and so must what is signed.
[[nodiscard]] std::string without_own_port(std::string_view scheme, std::string_view host);

// Lower-case letters, digits and '-': what may become part of a host's name. Servers name regions too.
[[nodiscard]] bool is_region_name(std::string_view text);

}  // namespace weir::source
