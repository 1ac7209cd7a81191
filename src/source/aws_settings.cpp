#include "source/aws_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "source/aws_profiles.h"
#include "source/credential_chain.h"
#include "source/url.h"

namespace weir::source {
namespace {

std::string first_of(std::initializer_list<std::string> candidates) {
  for (const std::string& candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return {};
}

class Resolver {
 public:
  Resolver(const AwsProfiles& profiles, const AccessOptions& options, const Environment& environment)
      : profiles_(profiles), options_(options), environment_(environment) {}

  Result<AwsSettings> resolve() {
    AwsSettings settings;
    settings.region = first_of({options_.region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"),
                                profile_value("region"), "us-east-1"});
    settings.endpoint_url = first_of({options_.endpoint_url, endpoint_url("AWS_ENDPOINT_URL_S3", "s3.endpoint_url")});
    settings.sts_endpoint_url = endpoint_url("AWS_ENDPOINT_URL_STS", "sts.endpoint_url");
    settings.ca_bundle = first_of({variable("AWS_CA_BUNDLE"), profile_value("ca_bundle")});
    WEIR_TRY_ASSIGN(settings.addressing, addressing_style());
    if (options_.no_sign_request) return settings;
    WEIR_TRY(check_sts_endpoint(settings.sts_endpoint_url));
    WEIR_TRY_ASSIGN(settings.credentials, find_credentials(profiles_, settings, options_, environment_));
    return settings;
  }

 private:
  [[nodiscard]] std::string variable(const std::string& name) const { return environment_(name).value_or(""); }
  [[nodiscard]] std::string profile_value(std::string_view key) const {
    return profiles_.value(profiles_.chosen(), key);
  }

  // The variable of one service wins over that of all, and both over the profile's.
  [[nodiscard]] std::string endpoint_url(const char* own_variable, std::string_view own_key) const {
    const std::string ignored =
        first_of({variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), profile_value("ignore_configured_endpoint_urls")});
    if (ignored == "true") return {};
    return first_of({variable(own_variable), variable("AWS_ENDPOINT_URL"),
                     profiles_.service_value(profiles_.chosen(), own_key), profile_value("endpoint_url")});
  }

  static Status check_sts_endpoint(const std::string& endpoint_url) {
    const std::optional<Url> url = split_url(endpoint_url);
    if (endpoint_url.empty() || (url && url->user_info.empty() && url->query.empty())) return {};
    return fail(ErrorKind::usage, "not an STS endpoint:", redact_url(endpoint_url),
                url ? "it holds a user or a query" : "it is no http:// or https:// address",
                "correct AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL or the profile");
  }

  [[nodiscard]] Result<AddressingStyle> addressing_style() const {
    const std::string style = profile_value("s3.addressing_style");
    if (style.empty() || style == "auto") return AddressingStyle::automatic;
    if (style == "path") return AddressingStyle::path;
    if (style == "virtual") return AddressingStyle::virtual_host;
    return fail(ErrorKind::usage, "not an S3 addressing style:",
                fmt::format("'{}' in {}", style, profiles_.path(AwsProfiles::File::config)),
                "there are auto, path and virtual", "correct addressing_style of the profile");
  }

  const AwsProfiles& profiles_;
  const AccessOptions& options_;
  const Environment& environment_;
};

}  // namespace

Result<AwsSettings> resolve_aws_settings(const AccessOptions& options, const Environment& environment) {
  WEIR_TRY_ASSIGN(const AwsProfiles profiles, AwsProfiles::read(options.profile, environment));
  return Resolver(profiles, options, environment).resolve();
}

}  // namespace weir::source
