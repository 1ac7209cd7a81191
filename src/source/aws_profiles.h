// The profiles of ~/.aws/config and ~/.aws/credentials, seen as one. Immutable once read.
//
// A profile is "[profile work]" of config (the default one also "[default]", which counts only where there is no
// "[profile default]") and "[work]" of credentials; a key of both has the value of credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/aws_files.h"
#include "source/environment.h"
#include "source/sigv4.h"
#include "weir/result.h"

namespace weir::source {

class AwsProfiles {
 public:
  enum class File { config, credentials };

  // AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE move the files; a file that is not there is empty. `chosen`: the
  // profile's name when a person gave it; empty: AWS_PROFILE, AWS_DEFAULT_PROFILE, "default". Fails (usage) when the
  // chosen profile is not there, unless it is the default one; with failed when a file cannot be read.
  static Result<AwsProfiles> read(const std::string& chosen, const Environment& environment);

  [[nodiscard]] const std::string& chosen() const { return chosen_; }
  [[nodiscard]] bool contains(std::string_view profile) const;
  // Empty: not set.
  [[nodiscard]] std::string value(std::string_view profile, std::string_view key) const;
  // Of the section that the profile's key "services" names: "s3.endpoint_url".
  [[nodiscard]] std::string service_value(std::string_view profile, std::string_view key) const;

  // The keys that one file has for a profile; nullopt: none. Fails (access) on half of a pair.
  [[nodiscard]] Result<std::optional<Credentials>> keys(std::string_view profile, File file) const;
  // "profile 'work' in ~/.aws/credentials", with the file's path.
  [[nodiscard]] std::string place(std::string_view profile, File file) const;
  [[nodiscard]] const std::string& path(File file) const;

  [[nodiscard]] Error no_such_profile(std::string_view profile, std::string next) const;

 private:
  [[nodiscard]] const AwsSection* section(std::string_view profile, File file) const;

  std::string chosen_;
  std::string config_path_, credentials_path_;
  AwsFile config_, credentials_;
};

// A pair of keys, or nullopt where both are empty. Fails (access) on half of a pair, which `where` has, and on what
// cannot be keys.
[[nodiscard]] Result<std::optional<Credentials>> pair_of(std::string id, std::string secret, std::string token,
                                                         const std::string& where);

// What to do where there are no keys.
inline constexpr const char* how_to_sign =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a --profile that has them, or read public objects with "
    "--no-sign-request";

}  // namespace weir::source
