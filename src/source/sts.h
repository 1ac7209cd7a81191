// AWS Security Token Service: keys of roles, and who somebody is.
// API: AWS Security Token Service API Reference, version 2011-06-15, its query form in the body of a POST.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "source/aws_settings.h"
#include "source/credentials.h"
#include "source/http.h"

namespace weir::source {

struct RoleToTake {
  std::string arn;
  std::string session_name;  // names the session in the account's logs
  std::string external_id;   // empty: none
  int duration_s = 3600;     // 900 to the role's own maximum
};

// Thread-safe.
class StsClient {
 public:
  // Asks `settings.sts_endpoint_url`, or AWS's of the region; `settings` have passed check_endpoint().
  StsClient(const AwsSettings& settings, std::shared_ptr<HttpClient> http);

  // Each fails with kind access, also where STS cannot be reached, since there are no keys then; or with interrupted.
  // Signed with the keys of `base`, once more with new ones where STS says that they have run out.
  [[nodiscard]] Result<AwsCredentials> assume_role(const RoleToTake& role, CredentialProvider& base) const;
  // Not signed: `token` is the proof. It is sent in the body, never in the address.
  [[nodiscard]] Result<AwsCredentials> assume_role_with_web_identity(const RoleToTake& role,
                                                                     const std::string& token) const;
  // The ARN of the user or role that `signer` is.
  [[nodiscard]] Result<std::string> caller_arn(CredentialProvider& signer) const;

  [[nodiscard]] const std::string& host() const { return host_; }

 private:
  // `signer` null: unsigned.
  [[nodiscard]] HttpResponse post(const std::string& form, const Credentials* signer) const;
  [[nodiscard]] Result<HttpResponse> post_signed(const std::string& form, CredentialProvider& signer) const;
  [[nodiscard]] Error refusal(std::string what, std::string where, const HttpResponse& response,
                              std::string next) const;

  std::string url_, host_, path_, region_;
  std::shared_ptr<HttpClient> http_;
};

// Takes a role with the keys of `base`.
[[nodiscard]] std::unique_ptr<CredentialSource> assumed_role(RoleToTake role, std::shared_ptr<CredentialProvider> base,
                                                             StsClient sts, std::string place);

// Takes a role with the token in a file, which is read anew each time: whoever issues it replaces it before it runs
// out.
[[nodiscard]] std::unique_ptr<CredentialSource> web_identity_role(RoleToTake role, std::string token_file,
                                                                  StsClient sts, std::string place);

}  // namespace weir::source
