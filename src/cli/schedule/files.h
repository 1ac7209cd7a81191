// The deployment files, each made of its form (the .in file of its name) and a job.
#pragma once

#include <optional>
#include <string>

#include "cli/schedule/job.h"
#include "weir/result.h"

namespace weir::cli::schedule {

struct Machine {
  std::string program;  // weir's absolute path
  std::string user;     // whose files the job reads and writes
  std::string mail_to;
};

// Fails (usage) on a text that a crontab cannot hold.
[[nodiscard]] Result<std::string> crontab(const Job& job, const Machine& machine);

[[nodiscard]] Result<std::string> systemd_service(const Job& job, const Machine& machine);
[[nodiscard]] Result<std::string> systemd_timer(const Job& job);

// `image` holds the program as its entry point. Fails (usage) on a job that only this machine can do.
[[nodiscard]] Result<std::string> kubernetes_cron_job(const Job& job, const std::string& image);

struct LambdaPlace {
  std::string zip;                        // the function's code
  std::optional<std::string> secret_arn;  // with the database's password; nullopt: asked for
};

// Fail (usage) on a job that only this machine can do, and on an S3 that does not know AWS's roles.
[[nodiscard]] Result<std::string> sam_template(const Job& job, const LambdaPlace& place);
[[nodiscard]] Result<std::string> terraform_configuration(const Job& job, const LambdaPlace& place);

}  // namespace weir::cli::schedule
