// Where the keys come from: the first of these that has any. Asks no network; the provider does, when it is asked.
//
//   1. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY       (not where a profile is named by flag)
//   2. the profile: role_arn by source_profile, credential_source or web_identity_token_file; keys in credentials;
//      credential_process; keys in config
//   3. AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN      (EKS service accounts; not where a profile is named by flag)
//   4. AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, _FULL_URI (ECS tasks, EKS Pod Identity)
//   5. the EC2 instance's role                           (unless AWS_EC2_METADATA_DISABLED)
//
// That is the order of the AWS CLI. Sign-ins that a person renews in a browser (SSO, `aws login`) and codes of MFA
// devices are not asked for: the error says what to run.
#pragma once

#include <memory>

#include "source/aws_profiles.h"
#include "source/aws_settings.h"
#include "source/credentials.h"
#include "source/environment.h"
#include "weir/source.h"

namespace weir::source {

// `settings` have all but their credentials. Fails with kind access where there are no keys, half of a pair, or a
// profile that needs a person; with usage where profiles contradict themselves or go round in circles.
[[nodiscard]] Result<std::shared_ptr<CredentialProvider>> find_credentials(const AwsProfiles& profiles,
                                                                           const AwsSettings& settings,
                                                                           const AccessOptions& options,
                                                                           const Environment& environment);

}  // namespace weir::source
