// How to reach S3: what flags, AWS_* variables and the shared AWS files say together.
//
// As the AWS tools: a flag wins over the environment, the environment over the files. A profile named by flag means the
// profile's keys, also when AWS_ACCESS_KEY_ID is set; one named by AWS_PROFILE does not. Where the keys come from is
// credential_chain.h's.
#pragma once

#include <memory>
#include <string>

#include "source/credentials.h"
#include "source/environment.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::source {

enum class AddressingStyle { automatic, path, virtual_host };

struct AwsSettings {
  std::shared_ptr<CredentialProvider> credentials;  // null: requests go unsigned, as --no-sign-request asks
  std::string region;                               // never empty
  std::string endpoint_url;                         // of S3; empty: AWS itself
  std::string sts_endpoint_url;                     // empty: AWS itself
  AddressingStyle addressing = AddressingStyle::automatic;
  std::string ca_bundle;  // a PEM file, empty: the system's
};

// Asks no network: keys that a service hands out are asked for when the first request is signed. Fails with kind access
// when requests must be signed and there is nowhere to get keys from, or half of a pair; with usage when a named
// profile is in no file, or a setting has a value that means nothing; with failed when a file cannot be read.
[[nodiscard]] Result<AwsSettings> resolve_aws_settings(const AccessOptions& options, const Environment& environment);

}  // namespace weir::source
