#include "cli/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <new>

#include "clean/clean.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "store/duckdb/duckdb_store.h"
#include "weir/progress.h"
#include "weir/source.h"

namespace weir::cli {
namespace {

constexpr const char* root_examples = R"(Examples:
  weir insights 2021/04/events.csv           every question at once, from one dump
  weir top countries s3://bucket/2021/04/events.csv -n 20
  weir ingest 2021-01..2021-04 --source 's3://bucket/{YYYY}/{MM}/events.csv'
  weir top users --since 2021                over all months in the database

Each command has its own --help, with examples.)";

constexpr std::size_t help_column = 34;

DayNumber utc_today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<DayNumber>(std::chrono::duration_cast<std::chrono::hours>(now).count() / 24);
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::vector<std::string_view> flag_names(const CLI::App& app, std::vector<std::string>& storage) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) storage.push_back("--" + name);
  }
  return {storage.begin(), storage.end()};
}

// "weir db init"
std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + " " + app.get_name();
}

// Asked of the bare words, since a command line that cannot be parsed wants its error in that form too.
bool asks_for_json_messages(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--log-format=json") return true;
    if (word == "--log-format" && i + 1 < argc && std::string_view(argv[i + 1]) == "json") return true;
  }
  return false;
}

// CLI11 leaves two blank lines between groups; one is enough.
std::string help_of(const CLI::App& app) {
  std::string text = app.help(app.get_parent() == nullptr ? "" : path_of(*app.get_parent()));
  for (std::size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
  return text;
}

std::string how_to(const CLI::App& app) {
  return fmt::format("`{} --help` shows what there is", path_of(app));
}

// CLI11 counts values: "--limit: 1 required N|all missing", "--format: At Most 1 required but received 2".
std::string why_of(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr || option == nullptr) return text;
  if (text.find("At Most") != std::string::npos) return name + " stands there more than once";
  return fmt::format("{} needs a value: {}", name, option->get_type_name());
}

}  // namespace

Program::Program()
    : root_(std::make_unique<CLI::App>(
          "Measures what flows through your buckets: answers from event dumps, and from all of them.", "weir")) {
  root_->get_formatter()->column_width(help_column);
  root_->footer(root_examples);
  root_->set_version_flag("--version", fmt::format("weir {} ({}Public Suffix List {})", WEIR_VERSION,
                                                   has_duckdb() ? "" : "without DuckDB, ", psl_version()));
  common_.add_to(*root_);
  add_insights(*this);
  add_top(*this);
  add_trend(*this);
  add_tags(*this);
  add_fetch(*this);
  add_convert(*this);
  add_plan(*this);
  add_ingest(*this);
  add_status(*this);
  add_verify(*this);
  add_rejects(*this);
  add_drop(*this);
  add_query(*this);
  add_lambda(*this);
  add_schedule(*this);
  add_doctor(*this);
  add_db(*this);
  add_completion(*this);
}

Program::~Program() = default;

CLI::App& Program::add_command(const std::string& name, const std::string& summary, const std::string& examples,
                               Run run) {
  return add_command(*root_, name, summary, examples, std::move(run));
}

CLI::App& Program::add_command(CLI::App& group, const std::string& name, const std::string& summary,
                               const std::string& examples, Run run) {
  CLI::App& app = *group.add_subcommand(name, summary);
  app.footer("Examples:\n" + examples);
  common_.add_to(app);
  commands_.push_back({&app, std::move(run)});
  return app;
}

void Program::without_config(const CLI::App& app) {
  std::ranges::find(commands_, &app, &Command::app)->with_config = false;
}

CLI::App& Program::add_group(const std::string& name, const std::string& summary, const std::string& examples) {
  CLI::App& app = *root_->add_subcommand(name, summary);
  app.footer("Examples:\n" + examples);
  return app;
}

const CLI::App& Program::chosen() const {
  const CLI::App* app = root_.get();
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

// What stood on the command line and has no place there: a mistyped command or flag, most likely.
Error Program::explain_unexpected() const {
  const CLI::App& app = chosen();
  std::vector<std::string> left = app.remaining(true);
  if (left.empty()) left = root_->remaining(true);
  const std::string word = left.empty() ? "" : left.front();
  Error error{ErrorKind::usage, "unexpected argument", display_name(word), "", how_to(app)};
  std::vector<std::string> storage;
  if (word.starts_with('-')) {
    error.why = "there is no such flag" + did_you_mean(word.substr(0, word.find('=')), flag_names(app, storage));
  } else if (!app.get_subcommands({}).empty()) {
    for (const CLI::App* command : app.get_subcommands({})) storage.push_back(command->get_name());
    const std::vector<std::string_view> names(storage.begin(), storage.end());
    error.why = "there is no such command" + did_you_mean(word, names);
  } else {
    error.why = fmt::format("`{}` takes no more than it was given", path_of(app));
  }
  return error;
}

Error Program::explain(const CLI::ParseError& error) const {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return explain_unexpected();
  const CLI::App& app = chosen();
  return {ErrorKind::usage, "cannot follow the command line of", path_of(app), why_of(app, error), how_to(app)};
}

Result<const Program::Command*> Program::parse(int argc, const char* const* argv) {
  try {
    root_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    WEIR_TRY(write_output({}, help_of(chosen())));
    return nullptr;
  } catch (const CLI::CallForVersion& version) {
    WEIR_TRY(write_output({}, std::string(version.what()) + "\n"));
    return nullptr;
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(explain(error));
  }
  const auto found = std::ranges::find_if(commands_, [](const Command& command) { return command.app->parsed(); });
  if (found != commands_.end()) return &*found;
  return fail(ErrorKind::usage, "no command given to", path_of(chosen()), "it does nothing by itself",
              how_to(chosen()));
}

ExitCode Program::print_error(const Error& error) const {
  Reporter(error_format_, Verbosity::quiet, false).error(error);
  return exit_code_of(error.kind);
}

ExitCode Program::not_started(const Error& error) const {
  if (tell_not_started_) tell_not_started_(error);
  return print_error(error);
}

// What the command itself fails with it has reported by then.
Result<ExitCode> Program::run_command(const Command& command) {
  FileConfig config;
  if (command.with_config) {
    WEIR_TRY_ASSIGN(config, load_configs(config_places()));
  }
  WEIR_TRY_ASSIGN(CommonSettings common, common_.resolve(config));
  Reporter reporter(common.log_format, common.verbosity, common.colour_messages);
  Context context{variable, std::move(config), std::move(common), reporter, utc_today()};
  Result<ExitCode> done = command.run(context);
  if (done) return done;
  Error error = std::move(done).error();
  if (interrupted()) error.kind = ErrorKind::interrupted;
  reporter.error(error);
  return exit_code_of(error.kind);
}

ExitCode Program::run(int argc, const char* const* argv) {
  if (asks_for_json_messages(argc, argv)) error_format_ = LogFormat::json;
  const Result<const Command*> command = parse(argc, argv);
  if (!command) return not_started(command.error());
  if (*command == nullptr) return ExitCode::done;
  try {
    const Result<ExitCode> done = run_command(**command);
    return done ? *done : not_started(done.error());
  } catch (const std::bad_alloc&) {
    return print_error({ErrorKind::failed, "cannot go on with", path_of(*(*command)->app), "out of memory",
                        "free some memory, or ask for less at once"});
  }
}

}  // namespace weir::cli
