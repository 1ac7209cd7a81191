// weir lambda: loads what AWS Lambda's events ask for.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <set>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/dump_notes.h"
#include "cli/lambda_answer.h"
#include "cli/place_flags.h"
#include "cli/progress_view.h"
#include "cli/reading_flags.h"
#include "cli/telling_flags.h"
#include "lambda/deadline.h"
#include "lambda/events.h"
#include "lambda/runtime.h"
#include "lambda/secrets_manager.h"

namespace weir::cli {
namespace {

constexpr const char* examples =
    R"(  weir lambda                                what `bootstrap` in a function's zip does by itself

What it loads is told by the function's environment (WEIR_SOURCE, WEIR_DB, WEIR_DB_SECRET, …) or a weir.toml
beside the program; when, by its events: a schedule, S3's news of objects, SQS, SNS, {"periods":["2021-04"]}.)";

struct Flags {
  SourceFlags source;
  DatabaseFlags database;
  AccessFlags access;
  ReadingFlags reading;
  TellingFlags telling;
  std::optional<std::string> db_secret;
};

// What all invocations of one process have in common.
struct Setup {
  UriTemplate uri_template;
  std::string source_name;
  IngestOptions options;
  AccessOptions access;
  std::string db_url;                    // may hold a password: never print it
  std::optional<std::string> db_secret;  // of Secrets Manager, read for each invocation, since it may be rotated
};

Result<Setup> set_up(const Flags& flags, const Context& context) {
  WEIR_TRY(flags.telling.check(context));
  WEIR_TRY_ASSIGN(UriTemplate uri_template, flags.source.required_template(context));
  const Setting url = flags.database.url(context);
  if (url.said_by == "the default") {
    return fail(ErrorKind::usage, "no database named", "WEIR_DB", "what a function writes to its own disk is lost",
                "name a PostgreSQL database: WEIR_DB=postgresql://user@host/database");
  }
  WEIR_TRY(flags.database.open(context));
  Setup setup{std::move(uri_template),
              flags.source.name(context),
              {},
              flags.access.resolve(context),
              url.text,
              flags.db_secret ? flags.db_secret : context.variables("WEIR_DB_SECRET")};
  WEIR_TRY_ASSIGN(setup.options.scan, flags.reading.resolve(context));
  WEIR_TRY_ASSIGN(setup.options.max_rejects, flags.reading.reject_limit(context));
  setup.options.threads = context.common.threads;
  return setup;
}

DayNumber utc_today() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<DayNumber>(today.time_since_epoch().count());
}

// One invocation.
class Handler {
 public:
  Handler(const Flags& flags, const Setup& setup, Context& context)
      : flags_(flags), setup_(setup), context_(context), notes_(context.reporter) {}

  // Half of the time that is kept back is for telling of it.
  LambdaAnswer handle(const lambda::Invocation& invocation) {
    context_.today = utc_today();
    const lambda::TimePoint stop_at = lambda::stop_before(invocation.deadline, std::chrono::system_clock::now());
    IngestRun run{setup_.source_name};
    LambdaAnswer answer = answer_to(invocation, stop_at, run);
    try {
      const lambda::DeadlineWatch watch(stop_at + (invocation.deadline - stop_at) / 2);
      flags_.telling.tell(context_, run);
    } catch (const std::exception& exhausted) {
      context_.reporter.warn(fmt::format("nobody was told: {}", exhausted.what()));
    }
    return answer;
  }

 private:
  LambdaAnswer answer_to(const lambda::Invocation& invocation, lambda::TimePoint stop_at, IngestRun& run) {
    try {
      const lambda::DeadlineWatch watch(stop_at);
      Result<LambdaAnswer> answer = load(invocation.event, run.results);
      if (answer) return *std::move(answer);
      run.error = answer.error();
    } catch (const std::exception& exhausted) {  // no memory or no thread to be had
      run.error = Error{ErrorKind::failed, "cannot load", "what the event asks for", exhausted.what(),
                        "give the function more memory"};
    }
    context_.reporter.error(*run.error);
    return tl::unexpected(lambda::failure_of(*run.error));
  }

  Result<LambdaAnswer> load(const std::string& json, LambdaResults& results) {
    WEIR_TRY_ASSIGN(const lambda::Event event, lambda::read_event(json, setup_.uri_template, context_.today));
    std::set<Period> periods;
    for (const lambda::Message& message : event.messages) {
      if (message.error) context_.reporter.error(*message.error);
      for (const std::string& ignored : message.ignored) context_.reporter.note("nothing to load: " + ignored);
      periods.insert(message.periods.begin(), message.periods.end());
    }
    if (!periods.empty()) WEIR_TRY(load_all({periods.begin(), periods.end()}, results));
    LambdaAnswer answer = answer_of(event, results);
    if (!answer) context_.reporter.error({ErrorKind::failed, "not all was loaded", "", answer.error().message, ""});
    return answer;
  }

  // Results of those that there was time for; an interrupt is no error.
  Status load_all(const std::vector<Period>& periods, LambdaResults& results) {
    Status done = load_each(periods, results);
    if (!done && interrupted()) return {};
    return done;
  }

  Status load_each(const std::vector<Period>& periods, LambdaResults& results) {
    WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, open_store());
    const std::unique_ptr<Sources> sources = make_sources(setup_.access);
    WEIR_TRY_ASSIGN(const std::vector<PlannedDump> plan,
                    plan_periods(*sources, {}, setup_.source_name, setup_.uri_template, periods));
    for (const PlannedDump& dump : plan) {
      if (interrupted()) break;
      results.push_back(load_dump(*store, *sources, dump));
      report(results.back());
    }
    return {};
  }

  [[nodiscard]] Result<std::unique_ptr<Store>> open_store() const {
    if (!setup_.db_secret) return flags_.database.open(context_);
    WEIR_TRY_ASSIGN(const lambda::Login login,
                    lambda::fetch_login(*setup_.db_secret, setup_.access, context_.variables));
    WEIR_TRY_ASSIGN(const std::string url, lambda::with_login(setup_.db_url, login));
    return flags_.database.open(context_, url);
  }

  [[nodiscard]] IngestResult load_dump(Store& store, Sources& sources, const PlannedDump& dump) const {
    if (dump.error) {
      IngestResult result;
      result.slot = {setup_.source_name, dump.period};
      result.uri = dump.uri;
      result.error = dump.error;
      return result;
    }
    Progress progress;
    const ProgressMode mode = context_.common.progress;
    const ProgressView view(context_.reporter, progress, to_string(dump.period),
                            mode == ProgressMode::automatic ? ProgressMode::log : mode);
    return ingest_dump(store, sources, setup_.source_name, dump, setup_.options, &progress);
  }

  void report(const IngestResult& result) {
    notes_.say(result.unused_columns, result.absent_fields);
    const std::string period = to_string(result.slot.period);
    if (result.error) return context_.reporter.error(*result.error);
    if (result.outcome == Outcome::missing) {
      return context_.reporter.warn(fmt::format("{}: missing, nothing at {}", period, result.uri));
    }
    context_.reporter.note(fmt::format("{}: {}, {} rows, {} rejected, {}, {:.1f} s", period, name_of(result.outcome),
                                       format_count(result.rows_loaded), format_count(result.rows_rejected),
                                       format_bytes(result.bytes), result.seconds));
  }

  const Flags& flags_;
  const Setup& setup_;
  Context& context_;
  DumpNotes notes_;
};

// Until Lambda ends the process, or the API is out of reach.
Result<ExitCode> serve(const Flags& flags, const Setup& setup, Context& context, lambda::RuntimeApi& api) {
  for (;;) {
    const Result<lambda::Invocation> invocation = api.next();
    if (!invocation && interrupted()) return ExitCode::done;
    if (!invocation) return tl::unexpected(invocation.error());
    context.reporter.set_request_id(invocation->request_id);
    const LambdaAnswer answer = Handler(flags, setup, context).handle(*invocation);
    const bool stopped = interrupted();  // by SIGTERM: the answer is given all the same
    clear_interrupt();
    const Status sent = answer ? api.respond(invocation->request_id, *answer)
                               : api.fail_invocation(invocation->request_id, answer.error());
    if (!sent) context.reporter.error(sent.error());
    context.reporter.set_request_id("");
    if (stopped) return ExitCode::done;
  }
}

// Lambda reads no text: the errors of starting are told to its API, and everything is logged as JSON.
Result<ExitCode> run(const Flags& flags, Context& outer) {
  const std::optional<std::string> host = outer.variables("AWS_LAMBDA_RUNTIME_API");
  if (!host) {
    return fail(ErrorKind::usage, "cannot run as a function", "AWS_LAMBDA_RUNTIME_API",
                "AWS Lambda, which sets it, is not there", "to load by hand: `weir ingest`");
  }
  Reporter reporter(LogFormat::json, outer.common.verbosity, false);
  Context context{outer.variables, outer.config, outer.common, reporter, outer.today};
  lambda::RuntimeApi api(*host);
  const Result<Setup> setup = set_up(flags, context);
  if (!setup) {
    reporter.error(setup.error());
    const Status told = api.fail_start(lambda::failure_of(setup.error()));
    if (!told) reporter.error(told.error());
    return exit_code_of(setup.error().kind);
  }
  const Result<ExitCode> served = serve(flags, *setup, context, api);
  if (!served) reporter.error(served.error());
  return served ? *served : exit_code_of(served.error().kind);
}

}  // namespace

void tell_lambda_of_no_start(const Error& error) {
  const char* const host = std::getenv("AWS_LAMBDA_RUNTIME_API");
  if (host == nullptr) return;
  const Status told = lambda::RuntimeApi(host).fail_start(lambda::failure_of(error));
  if (!told) Reporter(LogFormat::json, Verbosity::quiet, false).error(told.error());
}

void add_lambda(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("lambda", "Load what AWS Lambda's events ask for", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  flags->source.add_to(app);
  flags->database.add_to(app);
  app.add_option("--db-secret", flags->db_secret,
                 "The database's password in AWS Secrets Manager; the default is WEIR_DB_SECRET")
      ->type_name("ARN")
      ->group("Database");
  flags->access.add_to(app);
  flags->reading.add_to(app);
  flags->telling.add_notify_to(app);
}

}  // namespace weir::cli
