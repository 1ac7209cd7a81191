// Files for a cloud: Kubernetes, and AWS Lambda by SAM or Terraform.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/schedule/database_url.h"
#include "cli/schedule/files.h"
#include "cli/schedule/form.h"
#include "cli/schedule/measured.h"
#include "cli/schedule/quoting.h"
#include "schedule_forms.h"

namespace weir::cli::schedule {
namespace {

constexpr const char* monthly = "0 10 1 * ? *";
constexpr const char* daily = "0 10 * * ? *";

std::vector<std::string> ingest_words(const Job& job) {
  std::vector<std::string> words{"ingest", "--log-format", "json"};
  words.insert(words.end(), job.settings.begin(), job.settings.end());
  return words;
}

// As main.cpp reads them.
std::string flags_of(const Job& job) {
  return nlohmann::json(job.settings).dump();
}

// All objects that the template may name, as a pattern of IAM.
std::string object_pattern(const std::string& key) {
  std::string pattern = iam_literal(key);
  for (const auto& [placeholder, digits] : {std::pair("{YYYY}", "????"), {"{MM}", "??"}, {"{DD}", "??"}}) {
    const std::string_view name = placeholder;
    for (std::size_t at = pattern.find(name); at != std::string::npos; at = pattern.find(name, at)) {
      pattern.replace(at, name.size(), digits);
    }
  }
  return pattern;
}

// What is listed to find them: whatever begins as they all do.
std::string prefix_pattern(const std::string& key) {
  return iam_literal(key.substr(0, key.find('{'))) + "*";
}

std::string description_of(const Job& job) {
  return fmt::format("Loads the {} dumps of {} with weir", job.daily ? "daily" : "monthly", job.source_name);
}

// A function signs with its role's keys, which only AWS knows; PrivateLink's addresses are AWS's too.
Status check_for_lambda(const Job& job) {
  WEIR_TRY(check_elsewhere(job, "AWS Lambda"));
  if (job.signs && !job.endpoint_host.empty() && job.endpoint_host.find(".amazonaws.com") == std::string::npos) {
    return fail(ErrorKind::usage, "cannot schedule", job.endpoint_host,
                "a function's keys are its role's, and no other S3 than AWS's knows them",
                "read it with --no-sign-request, or use `weir schedule k8s`, `systemd` or `cron`");
  }
  return {};
}

Values values_of(const Job& job) {
  return {{"ID", job.id},
          {"SOURCE_NAME", job.source_name},
          {"DAILY", present(job.daily)},
          {"SCHEDULE", job.daily ? daily : monthly},
          {"NOTIFIES", present(job.notifies)},
          {"SIGNS", present(job.signs)},
          {"MEASURED", measured_postgres}};
}

// "NAME = value" lines, as `terraform fmt` has them.
std::string hcl_attributes(const std::vector<std::pair<std::string, std::string>>& attributes) {
  std::size_t width = 0;
  for (const auto& [name, value] : attributes) width = std::max(width, name.size());
  std::string lines;
  for (const auto& [name, value] : attributes) lines += fmt::format("{:<{}} = {}\n", name, width, value);
  return lines;
}

// Inside of a string that has begun already.
std::string hcl_inside(const std::string& text) {
  const std::string quoted = hcl_string(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Result<std::string> kubernetes_cron_job(const Job& job, const std::string& image) {
  WEIR_TRY(check_elsewhere(job, "Kubernetes"));
  std::string variables;
  for (const auto& [name, value] : job.variables) {
    variables += fmt::format("- name: {}\n  value: {}\n", name, yaml_string(value));
  }
  Values values = values_of(job);
  values["VARIABLES"] = variables;
  values["IMAGE"] = yaml_string(image);
  values["INGEST"] = yaml_list(ingest_words(job));
  return fill_form(schedule_forms::k8s, values);
}

Result<std::string> sam_template(const Job& job, const LambdaPlace& place) {
  WEIR_TRY(check_for_lambda(job));
  std::string variables;
  for (const auto& [name, value] : job.variables) variables += fmt::format("{}: {}\n", name, yaml_string(value));
  if (!job.settings.empty()) variables += fmt::format("WEIR_LAMBDA_FLAGS: {}\n", yaml_string(flags_of(job)));
  variables += "WEIR_DB_SECRET: !Ref DatabaseSecretArn\n";
  if (job.notifies) variables += "WEIR_NOTIFY: !Ref NotifyUrl\n";
  const S3Place s3 = job.s3.value_or(S3Place());
  constexpr std::string_view arn = "arn:${AWS::Partition}:s3:::";
  Values values = values_of(job);
  values["DESCRIPTION"] = yaml_string(description_of(job));
  values["SECRET_ARN"] = place.secret_arn ? yaml_string(*place.secret_arn) : "";
  values["ZIP"] = yaml_string(place.zip);
  values["VARIABLES"] = variables;
  values["S3_BUCKET"] = yaml_string(fmt::format("{}{}", arn, sub_text(s3.bucket)));
  values["S3_OBJECTS"] = yaml_string(fmt::format("{}{}", arn, sub_text(s3.bucket + "/" + object_pattern(s3.key))));
  values["S3_PREFIX"] = yaml_string(prefix_pattern(s3.key));
  return fill_form(schedule_forms::sam, values);
}

Result<std::string> terraform_configuration(const Job& job, const LambdaPlace& place) {
  WEIR_TRY(check_for_lambda(job));
  std::vector<std::pair<std::string, std::string>> variables;
  for (const auto& [name, value] : job.variables) variables.emplace_back(name, hcl_string(value));
  if (!job.settings.empty()) variables.emplace_back("WEIR_LAMBDA_FLAGS", hcl_string(flags_of(job)));
  variables.emplace_back("WEIR_DB_SECRET", "var.database_secret_arn");
  if (job.notifies) variables.emplace_back("WEIR_NOTIFY", "var.notify_url");
  const S3Place s3 = job.s3.value_or(S3Place());
  Values values = values_of(job);
  values["NAME"] = hcl_string(job.id);
  values["DESCRIPTION"] = hcl_string(description_of(job));
  values["SECRET_ARN"] = place.secret_arn ? hcl_string(*place.secret_arn) : "";
  values["ZIP"] = hcl_string(place.zip);
  values["VARIABLES"] = hcl_attributes(variables);
  values["S3_BUCKET"] = hcl_inside(s3.bucket);
  values["S3_OBJECTS"] = hcl_inside(s3.bucket + "/" + object_pattern(s3.key));
  values["S3_PREFIX"] = hcl_string(prefix_pattern(s3.key));
  return fill_form(schedule_forms::terraform, values);
}

}  // namespace weir::cli::schedule
