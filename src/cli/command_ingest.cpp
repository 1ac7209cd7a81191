// weir ingest: loads dumps into the database.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/dump_notes.h"
#include "cli/ingest_summary.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/period_arguments.h"
#include "cli/planning.h"
#include "cli/progress_view.h"
#include "cli/telling_flags.h"
#include "ingest/in_flight.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir ingest 2021-04 --source 's3://bucket/{YYYY}/{MM}/events.csv'
  weir ingest                                last month, with the source from weir.toml
  weir ingest 2019-01..                      every month up to now
  weir ingest --new                          what the bucket has and the database lacks
  weir ingest april.csv.gz --period 2021-04  one file, whatever its name
  weir ingest 2021-04 --dry-run              what it would do
  weir ingest -q --metrics-file /var/lib/prometheus/node-exporter/weir.prom)";

constexpr unsigned loads_max = 4;  // at once, where the database admits several: more would wait for its disk
constexpr std::uint64_t default_memory_bytes = std::uint64_t{512} << 20U;

struct Flags {
  PlanningFlags planning;
  ReadingFlags reading;
  TellingFlags telling;
  std::optional<std::string> period;
  bool force = false;
  bool dry_run = false;
};

// What is to be ingested, and whether its absence is a failure.
struct Work {
  std::vector<PlannedDump> dumps;
  std::vector<IngestResult> failed;  // what could not even be looked at
  bool single = false;
};

Result<Work> one_file(const Flags& flags, Sources& sources) {
  const std::optional<Period> period = parse_period(*flags.period);
  if (!period) {
    return fail(ErrorKind::usage, "bad value", "--period " + *flags.period, "neither a month nor a day",
                "write it as 2021-04 or 2021-04-24");
  }
  if (flags.planning.arguments().size() != 1 || flags.planning.only_new()) {
    return fail(ErrorKind::usage, "bad flags", "--period", "it goes with exactly one SRC", "name one file, or -");
  }
  WEIR_TRY_ASSIGN(const std::vector<Object> objects, sources.expand(flags.planning.arguments().front()));
  if (objects.size() != 1) {
    return fail(ErrorKind::usage, "cannot load into one period", flags.planning.arguments().front(),
                fmt::format("it matches {} dumps", objects.size()), "name one of them");
  }
  Work work;
  work.dumps.push_back({*period, objects.front().uri, objects.front(), Change::fresh, {}});
  return work;
}

// A file in place of a period is the likeliest slip, whether or not there is a source.
Status check_periods(const std::vector<std::string>& arguments, DayNumber today) {
  const Result<AskedPeriods> asked = asked_periods(arguments, Granularity::day, today);
  if (asked) return {};
  Error error = asked.error();
  error.next += "; to load one file, say whose dump it is: weir ingest FILE --period 2021-04";
  return tl::unexpected(std::move(error));
}

IngestResult failed_result(const std::string& source_name, const PlannedDump& dump) {
  IngestResult result;
  result.slot = {source_name, dump.period};
  result.uri = dump.uri;
  result.error = dump.error;
  return result;
}

// Planning reads the ledger as this weir knows it, and an ingest may change the schema.
Status update_schema(Store& store) {
  WEIR_TRY_ASSIGN(const SchemaStatus schema, store.schema());
  return schema.exists && schema.version < schema.newest ? store.migrate() : Status();
}

Result<Work> work_of(const Flags& flags, Context& context, Store& store, Sources& sources) {
  if (flags.period) return one_file(flags, sources);
  Work work;
  if (!flags.planning.only_new()) {
    WEIR_TRY(check_periods(flags.planning.periods_named(), context.today));
    WEIR_TRY_ASSIGN(const AskedPeriods asked, flags.planning.asked(context));
    work.single = asked.single;
  }
  WEIR_TRY(update_schema(store));
  // What --new finds unchanged is not even named; of named periods each has its outcome, which its ingest settles.
  const Doubt doubt = flags.planning.only_new() ? Doubt::settle : Doubt::leave;
  WEIR_TRY_ASSIGN(work.dumps, flags.planning.plan(context, store, sources, doubt));
  report_failures(work.dumps, context.reporter);
  for (const PlannedDump& dump : work.dumps) {
    if (dump.error) work.failed.push_back(failed_result(flags.planning.source().name(context), dump));
  }
  std::erase_if(work.dumps, [](const PlannedDump& dump) { return dump.error.has_value(); });
  return work;
}

void report(const IngestResult& result, bool several, Reporter& reporter, DumpNotes& notes) {
  notes.say(result.unused_columns, result.absent_fields);
  const std::string period = to_string(result.slot.period);
  if (result.error) {
    reporter.error(*result.error);
  } else if (result.outcome == Outcome::missing && !several) {
    reporter.error({ErrorKind::missing, "no dump for", period, "there is nothing at " + result.uri,
                    "`weir plan` shows what there is; check --source"});
  } else if (result.rows_rejected > 0 && result.outcome != Outcome::unchanged) {
    reporter.warn(fmt::format("{}: {} of {} rows rejected; `weir rejects {}` shows them", period,
                              format_count(result.rows_rejected), format_count(result.rows_read), period));
  }
  if (several && !result.error) {
    reporter.note(result.outcome == Outcome::missing
                      ? fmt::format("{}: missing, nothing at {}", period, result.uri)
                      : fmt::format("{}: {}, {} row{}, {:.1f} s", period, name_of(result.outcome),
                                    format_count(result.rows_loaded), result.rows_loaded == 1 ? "" : "s",
                                    result.seconds));
  }
}

// An interrupt that came when all was loaded has interrupted nothing.
ExitCode exit_of(const std::vector<IngestResult>& results, bool all_tried, bool single) {
  std::vector<ErrorKind> failures;
  for (const IngestResult& result : results) {
    if (result.error) failures.push_back(result.error->kind);
  }
  if (!all_tried || std::ranges::count(failures, ErrorKind::interrupted) > 0) return ExitCode::interrupted;
  if (failures.empty()) {
    const bool gone = single && results.size() == 1 && results.front().outcome == Outcome::missing;
    return gone ? ExitCode::missing : ExitCode::done;
  }
  if (std::ranges::all_of(failures, [](ErrorKind kind) { return kind == ErrorKind::access; })) return ExitCode::access;
  const bool some_stand = std::ranges::any_of(results, [](const IngestResult& result) {
    return result.outcome != Outcome::failed && result.outcome != Outcome::missing;
  });
  if (some_stand || std::ranges::count(failures, ErrorKind::rejects) > 0) return ExitCode::rejects;
  return failures.size() == 1 ? exit_code_of(failures.front()) : ExitCode::failed;
}

// How the dumps of one ingest share the machine.
struct Shares {
  InFlightLimits limits;
  unsigned threads_each = 1;
};

// Threads are shared out among as many dumps as there is room for even if all were as large as the largest.
Shares shares_of(const std::vector<PlannedDump>& dumps, const Context& context, const Store& store, bool force) {
  unsigned to_load = 0;
  std::uint64_t largest_bytes = 1;
  for (const PlannedDump& dump : dumps) {
    if (!dump.object || (dump.change == Change::unchanged && !force)) continue;
    ++to_load;
    largest_bytes = std::max(largest_bytes, load_memory_bytes(dump, 1));
  }
  const CommonSettings& common = context.common;
  const unsigned threads = common.threads != 0 ? common.threads : std::max(1U, std::thread::hardware_concurrency());
  Shares shares;
  shares.limits.memory_bytes = common.memory_limit_bytes != 0 ? common.memory_limit_bytes : default_memory_bytes;
  const auto fitting =
      static_cast<unsigned>(std::min<std::uint64_t>(shares.limits.memory_bytes / largest_bytes, loads_max));
  const unsigned admitted = store.loads_side_by_side() ? std::min({threads, fitting, to_load}) : 1U;
  shares.limits.dumps = std::max(1U, admitted);
  shares.threads_each = std::max(1U, threads / shares.limits.dumps);
  return shares;
}

// With a view of each dump's progress, or one of all where several are on their way.
std::vector<IngestResult> load_all(const std::vector<PlannedDump>& dumps, const Shares& shares, Context& context,
                                   const std::function<IngestResult(const PlannedDump&, Progress&)>& load,
                                   const std::function<void(const IngestResult&)>& report) {
  if (shares.limits.dumps == 1) {
    const auto viewed = [&](const PlannedDump& dump) {
      Progress progress;
      const ProgressView view(context.reporter, progress, to_string(dump.period), context.common.progress);
      return load(dump, progress);
    };
    return load_in_flight(dumps, shares.limits, shares.threads_each, viewed, report);
  }
  Progress progress;
  const ProgressView view(context.reporter, progress, fmt::format("{} dumps", dumps.size()), context.common.progress);
  return load_in_flight(
      dumps, shares.limits, shares.threads_each, [&](const PlannedDump& dump) { return load(dump, progress); }, report);
}

bool is_wanting(const IngestResult& result) {
  return result.outcome == Outcome::missing || result.outcome == Outcome::failed;
}

Result<ExitCode> load(const Flags& flags, Context& context, Store& store, Sources& sources, Work work,
                      std::vector<IngestResult>& results) {
  const Shares shares = shares_of(work.dumps, context, store, flags.force);
  IngestOptions options;
  WEIR_TRY_ASSIGN(options.scan, flags.reading.resolve(context));
  WEIR_TRY_ASSIGN(options.max_rejects, flags.reading.reject_limit(context));
  options.force = flags.force;
  options.threads = shares.threads_each;
  const std::string name = flags.planning.source().name(context);
  const std::size_t dumps = work.dumps.size() + work.failed.size();
  DumpNotes notes(context.reporter);
  results = load_all(
      work.dumps, shares, context,
      [&](const PlannedDump& dump, Progress& progress) {
        return ingest_dump(store, sources, name, dump, options, &progress);
      },
      [&](const IngestResult& result) { report(result, dumps > 1, context.reporter, notes); });
  std::ranges::move(work.failed, std::back_inserter(results));
  std::ranges::stable_sort(results, {}, [](const IngestResult& result) { return result.slot.period; });
  if (dumps > 1 && std::ranges::any_of(results, is_wanting)) context.reporter.note(summary_of(results));
  WEIR_TRY(write_output(context.common.output_file,
                        render(ingest_listing(results), context.common.format, context.common.style)));
  return exit_of(results, results.size() == dumps, work.single);
}

Result<ExitCode> show_plan(const Flags& flags, Context& context) {
  if (flags.period) {
    return fail(ErrorKind::usage, "bad flags", "--dry-run", "a single file with --period has no plan",
                "leave one of them out");
  }
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.planning.database().open(context));
  const std::unique_ptr<Sources> sources = make_sources(flags.planning.access().resolve(context));
  return flags.planning.show_plan(context, *store, *sources, flags.force);
}

Result<ExitCode> ingest(const Flags& flags, Context& context, std::vector<IngestResult>& results) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.planning.database().open_for_loads(context));
  const std::unique_ptr<Sources> sources = make_sources(flags.planning.access().resolve(context));
  WEIR_TRY_ASSIGN(Work work, work_of(flags, context, *store, *sources));
  return load(flags, context, *store, *sources, std::move(work), results);
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  if (flags.dry_run) return show_plan(flags, context);
  WEIR_TRY(flags.telling.check(context));
  IngestRun run{flags.planning.source().name(context)};
  Result<ExitCode> done = ingest(flags, context, run.results);
  if (!done) run.error = done.error();
  flags.telling.tell(context, run);
  return done;
}

}  // namespace

void add_ingest(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("ingest", "Load dumps into the database, each once", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  flags->planning.add_to(app);
  app.add_option("--period", flags->period, "Load one SRC, named in place of PERIOD, as the dump of this period")
      ->type_name("PERIOD");
  app.add_flag("--force", flags->force, "Load again what is loaded and unchanged");
  app.add_flag("--dry-run", flags->dry_run, "Show the plan, load nothing");
  flags->reading.add_to(app);
  flags->telling.add_to(app);
}

}  // namespace weir::cli
