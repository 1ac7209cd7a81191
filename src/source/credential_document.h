// The JSON that processes and metadata services hand out keys in. Nothing of it is ever part of an error. Pure.
// Formats: AWS SDKs and Tools Reference Guide, "Process credential provider"; Amazon ECS and EC2 user guides, "task IAM
// roles" and "instance metadata".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "source/credentials.h"
#include "weir/result.h"

namespace weir::source {

enum class CredentialFormat {
  process,   // {"Version": 1, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, the last two optional
  metadata,  // {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", "RoleArn"}; "Code" and "Message" tell failures
};

// What is wrong with the document is the error's text: "it has no SecretAccessKey".
[[nodiscard]] tl::expected<AwsCredentials, std::string> parse_credentials(std::string_view json,
                                                                          CredentialFormat format);

// "2021-05-03T10:00:00Z", with a fraction, or with an offset in place of Z, as Unix time; nullopt: anything else.
[[nodiscard]] std::optional<std::int64_t> parse_expiration(std::string_view text);

}  // namespace weir::source
