// weir schedule: the files that make something else run weir, from the settings as they are.
#include <fmt/format.h>
#include <pwd.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <memory>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/schedule/files.h"
#include "cli/schedule/job.h"
#include "cli/schedule/quoting.h"

namespace weir::cli {
namespace {

using schedule::Job;
using schedule::Machine;

constexpr const char* group_examples =
    R"(  weir schedule cron                         with source and database from weir.toml
  weir schedule k8s --source 's3://bucket/{YYYY}/{MM}/events.csv' --db postgresql://weir@db/events

Nothing secret is printed; each file says where its secrets belong.)";
constexpr const char* cron_examples =
    R"(  weir schedule cron -o weir.cron && crontab -l | cat - weir.cron | crontab -)";
constexpr const char* systemd_examples =
    R"(  weir schedule systemd --unit service | sudo tee /etc/systemd/system/weir-events.service
  weir schedule systemd --unit timer | sudo tee /etc/systemd/system/weir-events.timer
  sudo systemctl enable --now weir-events.timer)";
constexpr const char* k8s_examples =
    R"(  weir schedule k8s --image registry.example.com/weir:0.1.0 | kubectl apply -f -)";
constexpr const char* sam_examples =
    R"(  weir schedule sam -o weir.yaml             beside weir-lambda-lean.zip, which ./package.sh makes
  sam deploy --guided --template-file weir.yaml --stack-name weir-events --capabilities CAPABILITY_IAM)";
constexpr const char* terraform_examples = R"(  weir schedule terraform -o weir.tf && terraform plan)";

enum class Unit { both, service, timer };
constexpr std::array<Choice<Unit>, 3> units{{{"both", Unit::both}, {"service", Unit::service}, {"timer", Unit::timer}}};

struct Flags {
  schedule::JobFlags job;
  std::optional<std::string> program, user, unit, db_secret;
  std::string mail_to = "root";
  std::string image = "weir:" WEIR_VERSION;
  std::string zip = "weir-lambda-lean.zip";
};

std::string user_name() {
  const passwd* const user = getpwuid(geteuid());
  return user == nullptr ? fmt::format("{}", geteuid()) : user->pw_name;
}

// Of an archive that brings its own loader (src/launch) /proc names the loader; weir itself, lib/weir/weir, is known by
// the auxiliary vector, and what people start is bin/weir.
std::filesystem::path this_program(std::error_code& error) {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto loaded = getauxval(AT_EXECFN);
  if (error || program.filename() != "loader" || loaded == 0) return program;
  const char* const name = reinterpret_cast<const char*>(loaded);  // NOLINT(performance-no-int-to-ptr): the kernel's
  return std::filesystem::absolute(name, error).lexically_normal().parent_path() / "../../bin/weir";
}

Result<Machine> machine_of(const Flags& flags) {
  std::error_code error;
  const std::filesystem::path program =
      flags.program ? std::filesystem::absolute(*flags.program, error) : this_program(error);
  if (error) {
    return fail(ErrorKind::usage, "cannot tell where weir is:", "/proc/self/exe", error.message(),
                "say it: --program PATH");
  }
  Machine machine{program.lexically_normal().string(), flags.user.value_or(user_name()), flags.mail_to};
  for (const std::string& text : {machine.program, machine.user, machine.mail_to}) {
    if (schedule::is_plain(text)) continue;
    return fail(ErrorKind::usage, "cannot schedule", text, "it holds a control character, or is not UTF-8",
                "no deployment file can hold it");
  }
  return machine;
}

Result<std::string> cron(const Flags& flags, const Job& job, Context& /*context*/) {
  WEIR_TRY_ASSIGN(const Machine machine, machine_of(flags));
  return schedule::crontab(job, machine);
}

Result<std::string> systemd(const Flags& flags, const Job& job, Context& context) {
  Unit unit = Unit::both;
  WEIR_TRY(choose(units, setting_of("--unit", flags.unit, context.config, "", {}), unit));
  WEIR_TRY_ASSIGN(const Machine machine, machine_of(flags));
  WEIR_TRY_ASSIGN(const std::string service, schedule::systemd_service(job, machine));
  WEIR_TRY_ASSIGN(const std::string timer, schedule::systemd_timer(job));
  if (unit == Unit::service) return service;
  if (unit == Unit::timer) return timer;
  return service + "\n" + timer;
}

void say_what_is_left_out(const Job& job, Context& context) {
  if (job.metrics_file) {
    context.reporter.warn("the metrics file is left out: nobody would read it there; --notify tells people");
  }
}

Result<std::string> k8s(const Flags& flags, const Job& job, Context& context) {
  if (!schedule::is_plain(flags.image) || flags.image.empty()) {
    return fail(ErrorKind::usage, "bad value", "--image", "it is no image's name", "write it like registry/weir:0.1.0");
  }
  say_what_is_left_out(job, context);
  return schedule::kubernetes_cron_job(job, flags.image);
}

Result<std::optional<std::string>> secret_of(const Flags& flags, const Context& context) {
  const std::optional<std::string> arn = flags.db_secret ? flags.db_secret : context.variables("WEIR_DB_SECRET");
  if (!arn || (arn->starts_with("arn:") && schedule::is_plain(*arn))) return arn;
  return fail(ErrorKind::usage, "bad value", "--db-secret", "it is no ARN, and the role's rights are given by ARN",
              "`aws secretsmanager describe-secret --secret-id NAME` shows it");
}

Result<schedule::LambdaPlace> place_of(const Flags& flags, const Job& job, Context& context) {
  if (!schedule::is_plain(flags.zip) || flags.zip.empty()) {
    return fail(ErrorKind::usage, "bad value", "--zip", "it is no file's name", "./package.sh makes the file");
  }
  WEIR_TRY_ASSIGN(const std::optional<std::string> secret, secret_of(flags, context));
  say_what_is_left_out(job, context);
  return schedule::LambdaPlace{flags.zip, secret};
}

Result<std::string> sam(const Flags& flags, const Job& job, Context& context) {
  WEIR_TRY_ASSIGN(const schedule::LambdaPlace place, place_of(flags, job, context));
  return schedule::sam_template(job, place);
}

Result<std::string> terraform(const Flags& flags, const Job& job, Context& context) {
  WEIR_TRY_ASSIGN(const schedule::LambdaPlace place, place_of(flags, job, context));
  return schedule::terraform_configuration(job, place);
}

using Writer = Result<std::string> (*)(const Flags&, const Job&, Context&);

Result<ExitCode> print(Writer write, const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const Job job, schedule::job_of(flags.job, context));
  WEIR_TRY_ASSIGN(const std::string text, write(flags, job, context));
  WEIR_TRY(write_output(context.common.output_file, text));
  return ExitCode::done;
}

void add_job_flags(schedule::JobFlags& flags, CLI::App& app) {
  flags.source.add_to(app);
  flags.database.add_to(app);
  flags.access.add_to(app);
  flags.reading.add_to(app);
  flags.telling.add_to(app);
}

void add_program(std::optional<std::string>& program, CLI::App& app) {
  app.add_option("--program", program, "Where weir will be; the default is where it is")->type_name("PATH");
}

void add_lambda_place(Flags& flags, CLI::App& app) {
  app.add_option("--zip", flags.zip, "The function's code, from the file's folder; the default is weir-lambda-lean.zip")
      ->type_name("FILE");
  app.add_option("--db-secret", flags.db_secret,
                 "The database's password in AWS Secrets Manager; the default is WEIR_DB_SECRET")
      ->type_name("ARN")
      ->group("Database");
}

}  // namespace

void add_schedule(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& group = program.add_group("schedule", "Files that make something else run weir", group_examples);
  const auto add = [&](const std::string& name, const std::string& summary, const char* examples,
                       Writer write) -> CLI::App& {
    CLI::App& app = program.add_command(group, name, summary, examples,
                                        [flags, write](Context& context) { return print(write, *flags, context); });
    add_job_flags(flags->job, app);
    return app;
  };
  CLI::App& crontab = add("cron", "Lines for a crontab", cron_examples, cron);
  crontab.add_option("--mail-to", flags->mail_to, "Who is mailed of errors; the default is root")->type_name("ADDRESS");
  add_program(flags->program, crontab);
  CLI::App& service = add("systemd", "A service and its timer", systemd_examples, systemd);
  service.add_option("--unit", flags->unit, "service or timer alone; the default is both")->type_name("UNIT");
  service.add_option("--user", flags->user, "Whose files it reads and writes, where it does; the default is who asks")
      ->type_name("NAME");
  add_program(flags->program, service);
  CLI::App& job = add("k8s", "A CronJob for Kubernetes", k8s_examples, k8s);
  job.add_option("--image", flags->image, "The image of deploy/Dockerfile; the default is weir:" WEIR_VERSION)
      ->type_name("IMAGE");
  add_lambda_place(*flags, add("sam", "An AWS Lambda function, by SAM or CloudFormation", sam_examples, sam));
  add_lambda_place(*flags, add("terraform", "An AWS Lambda function, by Terraform", terraform_examples, terraform));
}

}  // namespace weir::cli
