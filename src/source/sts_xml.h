// The XML that AWS STS answers with. Nothing in it is trusted, and none of the keys is ever part of an error. Pure.
// Format: AWS Security Token Service API Reference, AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity.
#pragma once

#include <string>
#include <string_view>

#include "source/credentials.h"

namespace weir::source {

// The keys of <`action`Response>. What is wrong with the document is the error's text.
[[nodiscard]] tl::expected<AwsCredentials, std::string> parse_assumed_role(std::string_view xml,
                                                                           const std::string& action);

// The ARN of <GetCallerIdentityResponse>.
[[nodiscard]] tl::expected<std::string, std::string> parse_caller_arn(std::string_view xml);

// Both empty when the text is no <ErrorResponse>.
struct StsErrorDocument {
  std::string code;
  std::string message;
};
[[nodiscard]] StsErrorDocument parse_sts_error(std::string_view xml);

}  // namespace weir::source
