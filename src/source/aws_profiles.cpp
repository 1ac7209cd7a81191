#include "source/aws_profiles.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "source/credentials.h"

namespace weir::source {
namespace {

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
  return parse_aws_file(text, path);
}

std::string value_in(const AwsSection* section, std::string_view key) {
  if (section == nullptr) return {};
  const auto found = section->find(key);
  return found == section->end() ? std::string() : found->second;
}

const AwsSection* section_in(const AwsFile& file, std::string_view name) {
  const auto found = file.find(name);
  return found == file.end() ? nullptr : &found->second;
}

}  // namespace

Result<AwsProfiles> AwsProfiles::read(const std::string& chosen, const Environment& environment) {
  const auto variable = [&](const char* name) { return environment(name).value_or(""); };
  const std::string home = variable("HOME");
  // The AWS tools take "~/" in these two for the home folder, also where no shell has.
  const auto path = [&](const char* name, const char* usual) {
    const std::string moved = variable(name);
    return moved.empty() ? home + usual : moved.starts_with("~/") ? home + moved.substr(1) : moved;
  };
  AwsProfiles profiles;
  profiles.chosen_ = first_of({chosen, variable("AWS_PROFILE"), variable("AWS_DEFAULT_PROFILE"), "default"});
  profiles.config_path_ = path("AWS_CONFIG_FILE", "/.aws/config");
  profiles.credentials_path_ = path("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
  WEIR_TRY_ASSIGN(profiles.config_, read_aws_file(profiles.config_path_));
  WEIR_TRY_ASSIGN(profiles.credentials_, read_aws_file(profiles.credentials_path_));
  if (profiles.chosen_ == "default" || profiles.contains(profiles.chosen_)) return profiles;
  return tl::unexpected(profiles.no_such_profile(
      profiles.chosen_, "check --profile or AWS_PROFILE; `aws configure list-profiles` shows those there are"));
}

Error AwsProfiles::no_such_profile(std::string_view profile, std::string next) const {
  return {ErrorKind::usage, "no such AWS profile:", fmt::format("'{}'", profile),
          fmt::format("neither {} nor {} has it", credentials_path_, config_path_), std::move(next)};
}

const AwsSection* AwsProfiles::section(std::string_view profile, File file) const {
  if (file == File::credentials) return section_in(credentials_, profile);
  const AwsSection* named = section_in(config_, fmt::format("profile {}", profile));
  return named == nullptr && profile == "default" ? section_in(config_, profile) : named;
}

bool AwsProfiles::contains(std::string_view profile) const {
  return section(profile, File::credentials) != nullptr || section(profile, File::config) != nullptr;
}

std::string AwsProfiles::value(std::string_view profile, std::string_view key) const {
  return first_of({value_in(section(profile, File::credentials), key), value_in(section(profile, File::config), key)});
}

std::string AwsProfiles::service_value(std::string_view profile, std::string_view key) const {
  const std::string services = value(profile, "services");
  return services.empty() ? std::string() : value_in(section_in(config_, "services " + services), key);
}

Result<std::optional<Credentials>> AwsProfiles::keys(std::string_view profile, File file) const {
  const AwsSection* found = section(profile, file);
  return pair_of(value_in(found, "aws_access_key_id"), value_in(found, "aws_secret_access_key"),
                 value_in(found, "aws_session_token"), place(profile, file));
}

std::string AwsProfiles::place(std::string_view profile, File file) const {
  return fmt::format("profile '{}' in {}", profile, path(file));
}

const std::string& AwsProfiles::path(File file) const {
  return file == File::config ? config_path_ : credentials_path_;
}

Result<std::optional<Credentials>> pair_of(std::string id, std::string secret, std::string token,
                                           const std::string& where) {
  if (id.empty() && secret.empty()) return std::nullopt;
  if (!id.empty() && !secret.empty()) {
    Credentials keys{std::move(id), std::move(secret), std::move(token)};
    if (could_be_keys(keys)) return keys;
    return fail(ErrorKind::access, "no AWS keys in", where,
                "a blank, a line end or another character that no key has is in them",
                "set them again, without what a file or a copy put around them");
  }
  return fail(ErrorKind::access, "half a pair of AWS keys in", where,
              id.empty() ? "there is a secret access key, but no access key id"
                         : "there is an access key id, but no secret access key",
              how_to_sign);
}

}  // namespace weir::source
