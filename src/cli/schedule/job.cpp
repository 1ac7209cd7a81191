#include "cli/schedule/job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "cli/schedule/database_url.h"
#include "cli/schedule/quoting.h"
#include "cli/secrets.h"
#include "source/aws_settings.h"
#include "source/s3_address.h"
#include "source/url.h"

namespace weir::cli::schedule {
namespace {

constexpr const char* cannot_schedule = "cannot schedule";
constexpr std::string_view s3_scheme = "s3://";
constexpr std::string_view default_region = "us-east-1";

// What libpq takes from the environment, but for what is secret.
constexpr std::array<const char*, 12> libpq_variables{"PGHOST",    "PGHOSTADDR", "PGPORT",    "PGDATABASE",
                                                      "PGUSER",    "PGSERVICE",  "PGSSLMODE", "PGSSLROOTCERT",
                                                      "PGSSLCERT", "PGSSLKEY",   "PGOPTIONS", "PGAPPNAME"};

std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

// "Events of ACME" -> "weir-events-of-acme"
std::string id_of(std::string_view source_name) {
  constexpr std::size_t bytes_max = 30;
  std::string id = "weir";
  for (const char c : source_name.substr(0, bytes_max)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool keep = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (id == "weir" || (!keep && id.back() != '-')) id += '-';
    if (keep) id += lower;
  }
  while (id.back() == '-') id.pop_back();
  return id;
}

// What would be printed, and lets its reader in.
Status check_address(const std::string& url, const std::string& said_by) {
  const std::optional<source::Url> parts = source::split_url(url);
  if (!parts || (parts->user_info.empty() && parts->query.empty())) return {};
  return fail(ErrorKind::usage, cannot_schedule, said_by, "it holds a login or a query, which would be printed",
              "name an address that needs none, or one of S3, whose keys have a place of their own");
}

Status take_source(const JobFlags& flags, const Context& context, Job& job) {
  WEIR_TRY_ASSIGN(const UriTemplate uri_template, flags.source.required_template(context));
  const std::string& text = uri_template.text();
  WEIR_TRY(check_address(text, flags.source.setting(context)->said_by));
  job.source_name = flags.source.name(context);
  job.id = id_of(job.source_name);
  job.daily = uri_template.granularity() == Granularity::day;
  job.source = is_remote(text) ? text : absolute(text);
  if (!text.starts_with(s3_scheme)) return {};
  const std::string name = text.substr(s3_scheme.size());
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || name.substr(0, slash).find('{') != std::string::npos) {
    return fail(ErrorKind::usage, cannot_schedule, text, "it names no bucket",
                "write it like s3://bucket/{YYYY}/{MM}/events.csv");
  }
  job.s3 = S3Place{name.substr(0, slash), name.substr(slash + 1)};
  return {};
}

Status take_access(const JobFlags& flags, const Context& context, Job& job) {
  if (!job.s3) return {};
  AccessOptions options = flags.access.resolve(context);
  job.signs = !options.no_sign_request;
  if (!options.profile.empty()) job.profile = options.profile;
  if (!job.profile) job.profile = context.variables("AWS_PROFILE");
  options.no_sign_request = true;  // the keys are the job's, and not looked for here
  WEIR_TRY_ASSIGN(const source::AwsSettings settings,
                  source::resolve_aws_settings(options, source::process_environment()));
  WEIR_TRY(source::check_endpoint(settings));
  const bool named = !options.region.empty() || context.variables("AWS_REGION") ||
                     context.variables("AWS_DEFAULT_REGION") || settings.region != default_region;
  if (named) job.settings.insert(job.settings.end(), {"--region", settings.region});
  if (!settings.endpoint_url.empty()) {
    job.settings.insert(job.settings.end(), {"--endpoint-url", settings.endpoint_url});
    job.endpoint_host = source::split_url(settings.endpoint_url)->host;
  }
  if (!job.signs) job.settings.emplace_back("--no-sign-request");
  return {};
}

Status take_columns(const ScanOptions& scan, Job& job) {
  for (std::size_t i = 0; i < stored_field_count; ++i) {
    const std::vector<std::string>& columns = scan.columns.alternatives[i];
    if (columns.empty()) continue;
    const std::string_view field = name_of(static_cast<Field>(i));
    if (std::ranges::any_of(columns, [](const std::string& name) { return name.find(',') != std::string::npos; })) {
      return fail(ErrorKind::usage, cannot_schedule, fmt::format("columns.{}", field),
                  "a column with a comma in its name cannot be named on a command line", "rename the column");
    }
    job.settings.insert(job.settings.end(), {"--map", fmt::format("{}={}", field, fmt::join(columns, ","))});
  }
  if (!scan.csv.columns.empty()) {
    job.settings.insert(job.settings.end(), {"--columns", fmt::format("{}", fmt::join(scan.csv.columns, ","))});
  }
  return {};
}

Status take_reading(const JobFlags& flags, const Context& context, Job& job) {
  WEIR_TRY_ASSIGN(const ScanOptions scan, flags.reading.resolve(context));
  WEIR_TRY_ASSIGN(const RejectLimit limit, flags.reading.reject_limit(context));
  if (!scan.csv.has_header) job.settings.emplace_back("--no-header");
  WEIR_TRY(take_columns(scan, job));
  if (scan.csv.delimiter) {
    const char delimiter = *scan.csv.delimiter;
    job.settings.insert(job.settings.end(), {"--delimiter", delimiter == '\t' ? "tab" : std::string(1, delimiter)});
  }
  if (limit.unit != RejectLimit::Unit::default_rule) {
    const char* const unit = limit.unit == RejectLimit::Unit::percent ? "%" : "";
    job.settings.insert(job.settings.end(), {"--max-rejects", fmt::format("{}{}", limit.value, unit)});
  }
  return {};
}

Status take_database(const JobFlags& flags, Context& context, Job& job) {
  WEIR_TRY(flags.database.open(context));
  const Setting url = flags.database.url(context);
  constexpr std::string_view duckdb = "duckdb:";
  if (url.text.starts_with(duckdb)) {
    job.db_file = absolute(url.text.substr(duckdb.size()));
    job.database = std::string(duckdb) + *job.db_file;
    return {};
  }
  job.database = without_passwords(url.text);
  if (holds_password(job.database)) {
    return fail(ErrorKind::usage, cannot_schedule, url.said_by, "its password cannot be told from the rest",
                "leave it out");
  }
  if (job.database != url.text) {
    context.reporter.warn(fmt::format("the password in {} is left out; the file says where it belongs", url.said_by));
  }
  for (const char* const name : libpq_variables) {
    if (const auto value = context.variables(name)) job.variables.emplace_back(name, *value);
  }
  if (const auto file = context.variables("PGPASSFILE")) job.password_file = absolute(*file);
  job.db_host = host_of(job.database);
  if (job.db_host.empty()) job.db_host = context.variables("PGHOST").value_or("");
  return {};
}

Status take_telling(const JobFlags& flags, const Context& context, Job& job) {
  WEIR_TRY(flags.telling.check(context));
  job.notifies = flags.telling.notifies(context);
  job.metrics_file = flags.telling.metrics_file(context);
  if (job.metrics_file) job.metrics_file = absolute(*job.metrics_file);
  return {};
}

void take_limits(const JobFlags& flags, const Context& context, Job& job) {
  if (const auto wait = flags.database.wait(context)) {
    job.settings.insert(job.settings.end(), {"--wait", wait->text});
  }
  if (context.common.threads > 0) {
    job.settings.insert(job.settings.end(), {"--threads", fmt::format("{}", context.common.threads)});
  }
  if (context.common.memory_limit_bytes > 0) {
    job.settings.insert(job.settings.end(), {"--memory-limit", fmt::format("{}", context.common.memory_limit_bytes)});
  }
}

Status check_plain(const Job& job) {
  std::vector<std::string> texts{job.source_name, job.profile.value_or(""), job.metrics_file.value_or(""),
                                 job.password_file.value_or("")};
  for (const auto& [name, value] : job.variables) texts.push_back(value);
  texts.insert(texts.end(), job.settings.begin(), job.settings.end());
  for (const std::string& text : texts) {
    if (is_plain(text)) continue;
    return fail(ErrorKind::usage, cannot_schedule, text, "it holds a control character, or is not UTF-8",
                "no deployment file can hold it: rename it");
  }
  return {};
}

}  // namespace

Result<Job> job_of(const JobFlags& flags, Context& context) {
  Job job;
  WEIR_TRY(take_source(flags, context, job));
  if (job.source_name != Slot().source) job.settings = {"--source-name", job.source_name};
  WEIR_TRY(take_database(flags, context, job));
  WEIR_TRY(take_access(flags, context, job));
  WEIR_TRY(take_reading(flags, context, job));
  WEIR_TRY(take_telling(flags, context, job));
  take_limits(flags, context, job);
  job.variables.insert(job.variables.begin(), {{"WEIR_SOURCE", job.source}, {"WEIR_DB", job.database}});
  WEIR_TRY(check_plain(job));
  return job;
}

Status check_elsewhere(const Job& job, const std::string& platform) {
  if (!is_remote(job.source)) {
    return fail(ErrorKind::usage, cannot_schedule, job.source,
                fmt::format("{} does not see this machine's files", platform),
                "name a template in S3 or on the web, or use `weir schedule cron` or `systemd`");
  }
  if (job.db_file) {
    return fail(
        ErrorKind::usage, cannot_schedule, job.database,
        fmt::format("what is written to a disk of {} is lost when the load ends", platform),
        "use a PostgreSQL database, --db postgresql://USER@HOST/DATABASE, or `weir schedule cron` or `systemd`");
  }
  if (is_this_machine(job.db_host)) {
    return fail(ErrorKind::usage, cannot_schedule, job.database,
                fmt::format("{} cannot reach a database by {}", platform,
                            job.db_host.empty() ? "a URL without a host" : job.db_host),
                "name its host: --db postgresql://USER@HOST/DATABASE");
  }
  const std::optional<source::Url> web = source::split_url(job.source);
  const std::string host = web ? std::string(web->host) : job.endpoint_host;
  if (!host.empty() && is_this_machine(without_port(host))) {
    return fail(ErrorKind::usage, cannot_schedule, host, fmt::format("for {} that is another machine", platform),
                "name the host as others know it");
  }
  return {};
}

}  // namespace weir::cli::schedule
