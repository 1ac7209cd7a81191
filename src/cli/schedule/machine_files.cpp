// Files for one machine: a crontab, and systemd's units.
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "cli/schedule/files.h"
#include "cli/schedule/form.h"
#include "cli/schedule/measured.h"
#include "cli/schedule/quoting.h"
#include "schedule_forms.h"

namespace weir::cli::schedule {
namespace {

constexpr std::size_t cron_line_bytes_max = 990;  // of cron's 1000, without the times

std::vector<std::string> ingest_words(const Job& job, const std::string& program) {
  std::vector<std::string> words{program, "ingest"};
  words.insert(words.end(), job.settings.begin(), job.settings.end());
  if (job.metrics_file) words.insert(words.end(), {"--metrics-file", *job.metrics_file});
  return words;
}

std::vector<std::string> check_words(const Job& job, const std::string& program) {
  return {program, "status", "--check", "--expect", job.daily ? "daily" : "monthly", "--source-name", job.source_name};
}

// Not before the one before has ended. Only errors and warnings are written.
Result<std::string> cron_command(const Job& job, const std::vector<std::string>& words) {
  WEIR_TRY_ASSIGN(std::string command, crontab_command(fmt::format("flock -n \"$HOME/.{}.lock\" {} > /dev/null", job.id,
                                                                   shell_words(words))));
  if (command.size() <= cron_line_bytes_max) return command;
  return fail(ErrorKind::usage, "cannot write into a crontab:", fmt::format("a command of {} bytes", command.size()),
              "cron cuts lines at 1000",
              "put the settings into ~/.config/weir/weir.toml, or use `weir schedule systemd`");
}

// Folders outside of which systemd lets the job write nothing.
std::string writable(const Job& job) {
  std::set<std::string> folders;
  if (job.db_file) folders.insert(std::filesystem::path(*job.db_file).parent_path().string());
  if (job.metrics_file) folders.insert(std::filesystem::path(*job.metrics_file).parent_path().string());
  std::string lines;
  for (const std::string& folder : folders) lines += fmt::format("ReadWritePaths={}\n", systemd_word(folder));
  return lines;
}

std::string secrets_of(const Job& job) {
  std::string names = job.signs ? "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY" : "";
  if (job.notifies) names += names.empty() ? "WEIR_NOTIFY" : ", WEIR_NOTIFY";
  return names;
}

}  // namespace

Result<std::string> crontab(const Job& job, const Machine& machine) {
  std::vector<std::string> load = ingest_words(job, machine.program);
  if (job.profile) load.insert(load.end(), {"--profile", *job.profile});
  WEIR_TRY_ASSIGN(const std::string ingest, cron_command(job, load));
  WEIR_TRY_ASSIGN(const std::string check, cron_command(job, check_words(job, machine.program)));
  WEIR_TRY_ASSIGN(const std::string mail_to, crontab_value(machine.mail_to));
  std::vector<std::pair<std::string, std::string>> named = job.variables;
  if (job.password_file) named.emplace_back("PGPASSFILE", *job.password_file);
  std::string variables;
  for (const auto& [name, text] : named) {
    WEIR_TRY_ASSIGN(const std::string value, crontab_value(text));
    variables += fmt::format("{}={}\n", name, value);
  }
  return fill_form(schedule_forms::cron, {{"SOURCE_NAME", job.source_name},
                                          {"SERVER", present(!job.db_file)},
                                          {"PASSWORD_FILE", job.password_file.value_or("~/.pgpass")},
                                          {"SIGNS", present(job.signs)},
                                          {"NOTIFIES", present(job.notifies)},
                                          {"MAILTO", mail_to},
                                          {"VARIABLES", variables},
                                          {"DAILY", present(job.daily)},
                                          {"INGEST", ingest},
                                          {"CHECK", check}});
}

Result<std::string> systemd_service(const Job& job, const Machine& machine) {
  std::string variables;
  for (const auto& [name, text] : job.variables) {
    variables += fmt::format("Environment={}\n", systemd_word(fmt::format("{}={}", name, text)));
  }
  const bool uses_files = job.db_file || job.metrics_file || !is_remote(job.source);
  // Months may be days late, and days hours.
  return fill_form(schedule_forms::systemd_service, {{"ID", job.id},
                                                     {"SOURCE_NAME", systemd_path(job.source_name)},
                                                     {"RETRY_WINDOW", job.daily ? "20h" : "5d"},
                                                     {"RETRIES", job.daily ? "5" : "20"},
                                                     {"RETRY_AFTER", job.daily ? "3h" : "6h"},
                                                     {"INGEST", systemd_command(ingest_words(job, machine.program))},
                                                     {"VARIABLES", variables},
                                                     {"PASSWORD", present(!job.db_file && !job.db_host.empty())},
                                                     {"SECRETS", secrets_of(job)},
                                                     {"USER", uses_files ? systemd_path(machine.user) : ""},
                                                     {"WRITABLE", writable(job)},
                                                     {"MEASURED", job.db_file ? measured_duckdb : measured_postgres},
                                                     {"MEMORY", job.db_file ? "2G" : "1G"}});
}

Result<std::string> systemd_timer(const Job& job) {
  return fill_form(schedule_forms::systemd_timer,
                   {{"ID", job.id}, {"SOURCE_NAME", systemd_path(job.source_name)}, {"DAILY", present(job.daily)}});
}

}  // namespace weir::cli::schedule
