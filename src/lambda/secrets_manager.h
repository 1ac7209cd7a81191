// A database's login from AWS Secrets Manager.
//
// A secret is the password itself, or a JSON object with "password" and, as RDS makes it, "username". What it holds is
// never part of an error.
#pragma once

#include <string>
#include <string_view>

#include "source/environment.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::lambda {

struct Login {
  std::string user;  // empty: the secret names none
  std::string password;
};

// The secret that `secret_id` (an ARN, whose region is asked, or a name) holds now, by GetSecretValue with the
// credentials that S3 is read with. AWS_ENDPOINT_URL_SECRETS_MANAGER and AWS_ENDPOINT_URL name another server. Tries
// again as S3 does. Fails with kind access where it is refused.
[[nodiscard]] Result<Login> fetch_login(const std::string& secret_id, const AccessOptions& access,
                                        const source::Environment& environment);

// Fails on a JSON object without a password, and on an empty secret. Pure.
[[nodiscard]] Result<Login> parse_login(std::string_view secret, const std::string& secret_id);

// The database URL with the login in it, percent-encoded. Fails (usage) where the URL has a password of its own, or
// names another user than the secret, and on what is no URL with a host part. Pure.
[[nodiscard]] Result<std::string> with_login(const std::string& url, const Login& login);

}  // namespace weir::lambda
