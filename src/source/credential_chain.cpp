#include "source/credential_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "source/container_credentials.h"
#include "source/credential_process.h"
#include "source/instance_metadata.h"
#include "source/sts.h"

namespace weir::source {
namespace {

using Provider = std::shared_ptr<CredentialProvider>;
using File = AwsProfiles::File;

constexpr const char* environment_place = "the environment (AWS_ACCESS_KEY_ID)";

Provider provider_of(std::unique_ptr<CredentialSource> source) {
  return std::make_shared<CredentialProvider>(std::move(source));
}

class Chain {
 public:
  Chain(const AwsProfiles& profiles, const AwsSettings& settings, const AccessOptions& options,
        const Environment& environment)
      : profiles_(profiles), settings_(settings), environment_(environment), is_named_(!options.profile.empty()) {}

  Result<Provider> find() {
    const std::string& profile = profiles_.chosen();
    if (!is_named_) {
      WEIR_TRY_ASSIGN(Provider found, from_environment());
      if (found) return found;
    }
    WEIR_TRY_ASSIGN(Provider found, of_profile(profile));
    if (found) return found;
    if (!is_named_) {
      WEIR_TRY_ASSIGN(found, web_identity_of_environment());
      if (found) return found;
    }
    WEIR_TRY(refuse_sign_in(profile));
    if (has_container_credentials(environment_)) return provider_of(container_credentials(environment_, http()));
    return of_instance(looked());
  }

 private:
  [[nodiscard]] std::string variable(const char* name) const { return environment_(name).value_or(""); }
  [[nodiscard]] std::string value(const std::string& profile, std::string_view key) const {
    return profiles_.value(profile, key);
  }

  // Made when somebody has to be asked: loading the library takes a while.
  std::shared_ptr<HttpClient> http() {
    if (!http_) http_ = std::make_shared<HttpClient>(settings_.ca_bundle);
    return http_;
  }

  [[nodiscard]] Result<Provider> from_environment() const {
    WEIR_TRY_ASSIGN(auto pair, pair_of(variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
                                       variable("AWS_SESSION_TOKEN"), environment_place));
    return pair ? fixed_credentials(*std::move(pair), environment_place) : nullptr;
  }

  // The keys that the profile has or gets; null: none.
  Result<Provider> of_profile(const std::string& profile) {
    if (!value(profile, "role_arn").empty()) return of_role(profile);
    return without_role(profile);
  }

  Result<Provider> without_role(const std::string& profile) {
    WEIR_TRY_ASSIGN(Provider found, keys_in(profile, File::credentials));
    if (found) return found;
    if (std::string command = value(profile, "credential_process"); !command.empty()) {
      return provider_of(credential_process(std::move(command), fmt::format("profile '{}'", profile)));
    }
    return keys_in(profile, File::config);
  }

  [[nodiscard]] Result<Provider> keys_in(const std::string& profile, File file) const {
    WEIR_TRY_ASSIGN(auto pair, profiles_.keys(profile, file));
    return pair ? fixed_credentials(*std::move(pair), profiles_.place(profile, file)) : nullptr;
  }

  Result<Provider> of_role(const std::string& profile) {
    const std::string place = fmt::format("profile '{}'", profile);
    WEIR_TRY_ASSIGN(RoleToTake role, role_of(profile));
    if (std::string file = value(profile, "web_identity_token_file"); !file.empty()) {
      return provider_of(web_identity_role(std::move(role), std::move(file), sts(), place));
    }
    if (!value(profile, "mfa_serial").empty()) return needs_person(profile, "a code of an MFA device (mfa_serial)", "");
    WEIR_TRY_ASSIGN(Provider base, base_of(profile));
    return provider_of(assumed_role(std::move(role), std::move(base), sts(), place));
  }

  [[nodiscard]] Result<RoleToTake> role_of(const std::string& profile) const {
    RoleToTake role;
    role.arn = value(profile, "role_arn");
    role.external_id = value(profile, "external_id");
    role.session_name = session_name(value(profile, "role_session_name"));
    const std::string duration = value(profile, "duration_seconds");
    if (duration.empty()) return role;
    constexpr int shortest_s = 900;
    constexpr int longest_s = 43'200;
    const auto [end, error] = std::from_chars(duration.data(), duration.data() + duration.size(), role.duration_s);
    const bool is_number = error == std::errc{} && end == duration.data() + duration.size();
    if (is_number && role.duration_s >= shortest_s && role.duration_s <= longest_s) return role;
    return bad_profile(profile, fmt::format("its duration_seconds is '{}'", duration),
                       fmt::format("set it to a number from {} to {}", shortest_s, longest_s));
  }

  static std::string session_name(std::string configured) {
    return configured.empty() ? fmt::format("weir-{}", unix_time_s()) : std::move(configured);
  }

  // Whose keys take the role.
  Result<Provider> base_of(const std::string& profile) {
    const std::string source_profile = value(profile, "source_profile");
    const std::string source = value(profile, "credential_source");
    if (source_profile.empty() == source.empty()) {
      return bad_profile(profile,
                         fmt::format("it has role_arn, and {} of source_profile and credential_source",
                                     source.empty() ? "neither" : "both"),
                         "name with one of them whose keys take the role");
    }
    return source.empty() ? of_source_profile(profile, source_profile) : of_credential_source(profile, source);
  }

  // Its own keys come before its role, so that a profile may hold the keys that take its own role.
  Result<Provider> of_source_profile(const std::string& profile, const std::string& source_profile) {
    visited_.push_back(profile);
    if (!profiles_.contains(source_profile)) {
      return tl::unexpected(profiles_.no_such_profile(
          source_profile, fmt::format("it is the source_profile of '{}': correct one of them", profile)));
    }
    WEIR_TRY_ASSIGN(Provider found, keys_in(source_profile, File::credentials));
    if (!found) {
      WEIR_TRY_ASSIGN(found, keys_in(source_profile, File::config));
    }
    if (found) return found;
    if (std::find(visited_.begin(), visited_.end(), source_profile) != visited_.end()) {
      return bad_profile(profile, fmt::format("its source_profile '{}' leads back to itself", source_profile),
                         "one profile of the circle needs keys");
    }
    WEIR_TRY_ASSIGN(found, of_profile(source_profile));
    if (found) return found;
    WEIR_TRY(refuse_sign_in(source_profile));
    return fail(ErrorKind::access, "no credentials in", fmt::format("profile '{}'", source_profile),
                fmt::format("it is the source_profile of '{}' and has none", profile),
                "give it keys, a role or a credential_process");
  }

  Result<Provider> of_credential_source(const std::string& profile, const std::string& source) {
    const std::string said = fmt::format("profile '{}' wants credential_source = {}", profile, source);
    if (source == "Environment") {
      WEIR_TRY_ASSIGN(Provider found, from_environment());
      if (found) return found;
      return fail(ErrorKind::access, "no credentials in", "the environment", said,
                  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
    if (source == "EcsContainer") {
      if (has_container_credentials(environment_)) return provider_of(container_credentials(environment_, http()));
      return fail(ErrorKind::access, "no credentials of", "a container", said,
                  "run it where AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set");
    }
    if (source == "Ec2InstanceMetadata") return of_instance(said);
    return bad_profile(profile, fmt::format("its credential_source is '{}'", source),
                       "there are Environment, Ec2InstanceMetadata and EcsContainer");
  }

  Result<Provider> web_identity_of_environment() {
    std::string file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (file.empty()) return nullptr;
    RoleToTake role;
    role.arn = variable("AWS_ROLE_ARN");
    role.session_name = session_name(variable("AWS_ROLE_SESSION_NAME"));
    if (role.arn.empty()) {
      return fail(ErrorKind::access, "no role for", file, "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not",
                  "set AWS_ROLE_ARN; in Kubernetes, annotate the service account with eks.amazonaws.com/role-arn");
    }
    return provider_of(
        web_identity_role(std::move(role), std::move(file), sts(), "the environment (AWS_WEB_IDENTITY_TOKEN_FILE)"));
  }

  [[nodiscard]] std::string looked() const {
    const std::string profile = fmt::format("profile '{}' in {} or {}", profiles_.chosen(),
                                            profiles_.path(File::credentials), profiles_.path(File::config));
    return is_named_ ? profile + " has none" : fmt::format("neither the environment nor {} has any", profile);
  }

  Result<Provider> of_instance(std::string looked_in) {
    if (is_instance_metadata_disabled(environment_)) {
      return fail(ErrorKind::access, "no credentials for", "S3",
                  std::move(looked_in) + "; instance metadata is turned off (AWS_EC2_METADATA_DISABLED)", how_to_sign);
    }
    WEIR_TRY_ASSIGN(InstanceMetadataSettings metadata, instance_metadata_settings(profiles_, environment_));
    return provider_of(instance_metadata(std::move(metadata), http(), std::move(looked_in)));
  }

  // Profiles whose keys a person gets in a browser.
  [[nodiscard]] Status refuse_sign_in(const std::string& profile) const {
    for (const char* key : {"sso_session", "sso_start_url", "sso_account_id"}) {
      if (!value(profile, key).empty()) {
        return needs_person(profile, fmt::format("an SSO sign-in ({})", key),
                            fmt::format("aws sso login --profile '{}'", profile));
      }
    }
    if (!value(profile, "login_session").empty()) {
      return needs_person(profile, "a sign-in in a browser (login_session)",
                          fmt::format("aws login --profile '{}'", profile));
    }
    return {};
  }

  // `first`: what to run before the keys can be handed over; empty: nothing.
  [[nodiscard]] tl::unexpected<Error> needs_person(const std::string& profile, const std::string& need,
                                                   const std::string& first) const {
    return fail(ErrorKind::access, "no credentials in", fmt::format("profile '{}'", profile),
                fmt::format("it needs {}, which weir does not ask for", need),
                fmt::format("run: {}eval \"$(aws configure export-credentials --profile '{}' --format env)\"{}",
                            first.empty() ? "" : first + " && ", profile,
                            is_named_ ? " and name no --profile: the keys are in the environment then" : ""));
  }

  static tl::unexpected<Error> bad_profile(const std::string& profile, std::string why, std::string next) {
    return fail(ErrorKind::usage, "cannot use", fmt::format("AWS profile '{}'", profile), std::move(why),
                std::move(next));
  }

  StsClient sts() { return {settings_, http()}; }

  const AwsProfiles& profiles_;
  const AwsSettings& settings_;
  const Environment& environment_;
  const bool is_named_;  // the profile, by flag: it and nothing of the environment is meant
  std::vector<std::string> visited_;
  std::shared_ptr<HttpClient> http_;
};

}  // namespace

Result<std::shared_ptr<CredentialProvider>> find_credentials(const AwsProfiles& profiles, const AwsSettings& settings,
                                                             const AccessOptions& options,
                                                             const Environment& environment) {
  return Chain(profiles, settings, options, environment).find();
}

}  // namespace weir::source
