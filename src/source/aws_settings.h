// How to reach S3: what flags, AWS_* variables and the shared AWS files say together.
//
// As the AWS tools: a flag wins over the environment, the environment over the files. A profile named by flag means the
// profile's keys, also when AWS_ACCESS_KEY_ID is set; one named by AWS_PROFILE does not. AWS_CONFIG_FILE and
// AWS_SHARED_CREDENTIALS_FILE move the files. Not supported, and said so where a profile asks for them: SSO, assumed
// roles, credential processes, instance metadata.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "source/credentials.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::source {

enum class AddressingStyle { automatic, path, virtual_host };

struct AwsSettings {
  std::shared_ptr<CredentialProvider> credentials;  // null: requests go unsigned, as --no-sign-request asks
  std::string region;                               // never empty
  std::string endpoint_url;                         // empty: AWS itself
  AddressingStyle addressing = AddressingStyle::automatic;
  std::string ca_bundle;  // a PEM file, empty: the system's
};

// The value of an environment variable; nullopt or empty: not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] Environment process_environment();

// Fails with kind access when requests must be signed and no keys are found, or half of a pair; with kind usage when a
// named profile is in no file, or a setting has a value that means nothing; with failed when a file cannot be read.
[[nodiscard]] Result<AwsSettings> resolve_aws_settings(const AccessOptions& options, const Environment& environment);

}  // namespace weir::source
