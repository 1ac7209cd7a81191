// Keys of an EC2 instance's role, by its metadata service, version 2 (a token first). The older version without tokens
// is never used.
// Rules: AWS SDKs and Tools Reference Guide, "IMDS credential provider"; Amazon EC2 User Guide, "instance metadata".
#pragma once

#include <memory>
#include <string>

#include "source/aws_profiles.h"
#include "source/credentials.h"
#include "source/environment.h"
#include "source/http.h"

namespace weir::source {

struct InstanceMetadataSettings {
  std::string endpoint;  // without '/' at its end
  int timeout_ms = 1'000;
  int attempts_max = 1;  // of reaching it: where there is none, that is how long one waits
};

// AWS_EC2_METADATA_DISABLED=true: nobody may ask.
[[nodiscard]] bool is_instance_metadata_disabled(const Environment& environment);

// AWS_EC2_METADATA_SERVICE_ENDPOINT, else ec2_metadata_service_endpoint of the chosen profile, else the mode's (IPv4 or
// IPv6) well-known address; AWS_METADATA_SERVICE_TIMEOUT and _NUM_ATTEMPTS likewise. Fails (usage) on values that mean
// nothing.
[[nodiscard]] Result<InstanceMetadataSettings> instance_metadata_settings(const AwsProfiles& profiles,
                                                                          const Environment& environment);

// `looked` says where else keys were looked for, for the error where no service answers: "neither … nor … has any".
[[nodiscard]] std::unique_ptr<CredentialSource> instance_metadata(InstanceMetadataSettings settings,
                                                                  std::shared_ptr<HttpClient> http, std::string looked);

}  // namespace weir::source
