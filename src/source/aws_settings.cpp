#include "source/aws_settings.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "source/aws_files.h"

namespace weir::source {
namespace {

constexpr const char* how_to_sign =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a --profile that has them, or read public objects with "
    "--no-sign-request";

std::string first_of(std::initializer_list<std::string> candidates) {
  for (const std::string& candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

Result<AwsFile> read_aws_file(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) return AwsFile{};  // having none is usual
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::getline(file, text, '\0');  // all of it; unlike stream iterators it throws nothing
  if (!file.is_open() || file.bad()) {
    return fail("cannot read the AWS settings in", path, std::strerror(errno), "check that it is a file you may read");
  }
  return parse_aws_file(text);
}

class Resolver {
 public:
  Resolver(const AccessOptions& options, const Environment& environment)
      : options_(options), environment_(environment) {}

  Result<AwsSettings> resolve() {
    WEIR_TRY(read_files());
    AwsSettings settings;
    settings.region = first_of({options_.region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"),
                                profile_value("region"), "us-east-1"});
    settings.endpoint_url = endpoint_url();
    settings.ca_bundle = first_of({variable("AWS_CA_BUNDLE"), profile_value("ca_bundle")});
    WEIR_TRY_ASSIGN(settings.addressing, addressing_style());
    if (!options_.no_sign_request) {
      WEIR_TRY(find_credentials(settings));
    }
    return settings;
  }

 private:
  [[nodiscard]] std::string variable(const std::string& name) const { return environment_(name).value_or(""); }

  Status read_files() {
    profile_ = first_of({options_.profile, variable("AWS_PROFILE"), variable("AWS_DEFAULT_PROFILE"), "default"});
    const std::string home = variable("HOME");
    config_path_ = first_of({variable("AWS_CONFIG_FILE"), home + "/.aws/config"});
    credentials_path_ = first_of({variable("AWS_SHARED_CREDENTIALS_FILE"), home + "/.aws/credentials"});
    WEIR_TRY_ASSIGN(config_, read_aws_file(config_path_));
    WEIR_TRY_ASSIGN(credentials_, read_aws_file(credentials_path_));
    const bool found = config_section() != nullptr || credentials_.contains(profile_);
    if (found || profile_ == "default") return {};
    return fail(ErrorKind::usage, "no such AWS profile:", fmt::format("'{}'", profile_),
                fmt::format("neither {} nor {} has it", credentials_path_, config_path_),
                "check --profile or AWS_PROFILE; `aws configure list-profiles` shows those there are");
  }

  [[nodiscard]] const AwsSection* section(const AwsFile& file, const std::string& name) const {
    const auto found = file.find(name);
    return found == file.end() ? nullptr : &found->second;
  }

  // The config file says "[profile work]", but "[default]"; the AWS tools take "[profile default]" too, and first.
  [[nodiscard]] const AwsSection* config_section() const {
    const AwsSection* named = section(config_, "profile " + profile_);
    return named == nullptr && profile_ == "default" ? section(config_, "default") : named;
  }

  static std::string value_in(const AwsSection* section, std::string_view key) {
    if (section == nullptr) return {};
    const auto found = section->find(key);
    return found == section->end() ? std::string() : found->second;
  }

  [[nodiscard]] std::string profile_value(std::string_view key) const {
    return first_of({value_in(section(credentials_, profile_), key), value_in(config_section(), key)});
  }

  [[nodiscard]] std::string endpoint_url() const {
    if (!options_.endpoint_url.empty()) return options_.endpoint_url;
    if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return {};
    const std::string services = profile_value("services");
    const AwsSection* service = services.empty() ? nullptr : section(config_, "services " + services);
    return first_of({variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL"),
                     value_in(service, "s3.endpoint_url"), profile_value("endpoint_url")});
  }

  [[nodiscard]] Result<AddressingStyle> addressing_style() const {
    const std::string style = profile_value("s3.addressing_style");
    if (style.empty() || style == "auto") return AddressingStyle::automatic;
    if (style == "path") return AddressingStyle::path;
    if (style == "virtual") return AddressingStyle::virtual_host;
    return fail(ErrorKind::usage, "not an S3 addressing style:", fmt::format("'{}' in {}", style, config_path_),
                "there are auto, path and virtual", "correct addressing_style of the profile");
  }

  Status find_credentials(AwsSettings& settings) const {
    if (options_.profile.empty()) {
      WEIR_TRY(take_pair(settings, "the environment (AWS_ACCESS_KEY_ID)", variable("AWS_ACCESS_KEY_ID"),
                         variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")));
    }
    if (!settings.credentials) WEIR_TRY(take_section(settings, section(credentials_, profile_), credentials_path_));
    if (!settings.credentials) WEIR_TRY(take_section(settings, config_section(), config_path_));
    if (settings.credentials) return {};
    return fail(ErrorKind::access, "no credentials for", "S3", why_none(), how_to_sign);
  }

  Status take_section(AwsSettings& settings, const AwsSection* found, const std::string& path) const {
    return take_pair(settings, fmt::format("profile '{}' in {}", profile_, path), value_in(found, "aws_access_key_id"),
                     value_in(found, "aws_secret_access_key"), value_in(found, "aws_session_token"));
  }

  static Status take_pair(AwsSettings& settings, std::string origin, std::string id, std::string secret,
                          std::string token) {
    if (id.empty() && secret.empty()) return {};
    if (id.empty() || secret.empty()) {
      return fail(ErrorKind::access, "half a pair of AWS keys in", std::move(origin),
                  id.empty() ? "there is a secret access key, but no access key id"
                             : "there is an access key id, but no secret access key",
                  how_to_sign);
    }
    settings.credentials = fixed_credentials({std::move(id), std::move(secret), std::move(token)}, std::move(origin));
    return {};
  }

  // A profile that gets its keys another way is told apart from one without any.
  [[nodiscard]] std::string why_none() const {
    constexpr std::array<std::string_view, 5> unsupported{"sso_session", "sso_start_url", "role_arn",
                                                          "credential_process", "web_identity_token_file"};
    for (const std::string_view key : unsupported) {
      if (profile_value(key).empty()) continue;
      return fmt::format(
          "profile '{}' gets its keys by {}, which is read only by the AWS tools: "
          "eval \"$(aws configure export-credentials --profile '{}' --format env)\" hands them over",
          profile_, key, profile_);
    }
    return fmt::format("neither the environment nor profile '{}' in {} or {} has any", profile_, credentials_path_,
                       config_path_);
  }

  const AccessOptions& options_;
  const Environment& environment_;
  std::string profile_;
  std::string config_path_;
  std::string credentials_path_;
  AwsFile config_;
  AwsFile credentials_;
};

std::string home_of_user() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr || user->pw_dir == nullptr ? std::string() : user->pw_dir;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (const char* value = std::getenv(name.c_str())) return value;
    if (name == "HOME") return home_of_user();
    return std::nullopt;
  };
}

Result<AwsSettings> resolve_aws_settings(const AccessOptions& options, const Environment& environment) {
  return Resolver(options, environment).resolve();
}

}  // namespace weir::source
