// weir status: the calendar of periods, or the ledger itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/text.h"
#include "cli/calendar.h"
#include "cli/column_drift.h"
#include "cli/commands.h"
#include "cli/expectation.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/place_flags.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir status                                one line a period
  weir status --ledger                       one line an attempt, failed and replaced ones too
  weir status --columns                      when the columns of dumps changed, and how
  weir status --check -q || mail -s "dumps missing" me
  weir status --check --expect monthly       last month's too, three days after its end
  weir status --check --expect daily --grace 2d --min-volume 50%)";

constexpr int monthly_grace_days = 3;
constexpr int daily_grace_days = 1;

struct Flags {
  bool ledger = false;
  bool columns = false;
  bool check = false;
  std::optional<std::string> expect, since, grace, min_volume, source_name;
  DatabaseFlags database;
};

// What --check is to find.
struct Checks {
  std::optional<Expectation> expectation;
  std::optional<DayNumber> since;
  std::optional<double> min_share;
};

Result<Checks> checks_of(const Flags& flags) {
  Checks checks;
  if (flags.since) {
    WEIR_TRY_ASSIGN(checks.since, parse_since(*flags.since));
  }
  if (flags.min_volume) {
    WEIR_TRY_ASSIGN(checks.min_share, parse_share(*flags.min_volume));
  }
  if (flags.grace && !flags.expect) {
    return fail(ErrorKind::usage, "bad flags", "--grace", "nothing is expected",
                "say what: --expect monthly, or daily");
  }
  if (!flags.expect) return checks;
  const bool daily = *flags.expect == "daily";
  checks.expectation = Expectation{daily ? Granularity::day : Granularity::month, checks.since,
                                   daily ? daily_grace_days : monthly_grace_days};
  if (flags.grace) {
    WEIR_TRY_ASSIGN(checks.expectation->grace_days, parse_grace_days(*flags.grace));
  }
  return checks;
}

// Each source that there is; before anything was ever loaded, the one that will be.
std::vector<std::string> sources_of(const std::vector<CalendarEntry>& calendar,
                                    const std::optional<std::string>& named) {
  if (named) return {*named};
  std::vector<std::string> sources;
  for (const CalendarEntry& entry : calendar) {
    if (sources.empty() || sources.back() != entry.slot.source) sources.push_back(entry.slot.source);
  }
  return sources.empty() ? std::vector<std::string>{Slot().source} : sources;
}

// Puts what is overdue into its place, as a gap.
void add_overdue(std::vector<CalendarEntry>& calendar, const std::vector<std::string>& sources,
                 const Expectation& expectation, DayNumber today) {
  const std::vector<CalendarEntry> known = calendar;
  for (const std::string& source : sources) {
    for (const Slot& slot : overdue(known, source, expectation, today)) {
      if (std::ranges::find(known, slot, &CalendarEntry::slot) == known.end()) calendar.push_back({slot, {}, {}});
    }
  }
  std::ranges::sort(calendar, {}, &CalendarEntry::slot);
}

std::string list_of(const std::vector<Period>& periods) {
  std::string text;
  for (const Period& period : periods) text.append(text.empty() ? "" : ", ").append(to_string(period));
  return text;
}

std::vector<Period> missing_of(const std::vector<CalendarEntry>& calendar, const std::vector<std::string>& sources,
                               const Checks& checks, DayNumber today) {
  std::vector<Period> missing = gaps_of(calendar);
  std::erase_if(missing, [&](const Period& period) { return checks.since && period.last_day() < *checks.since; });
  for (const std::string& source : sources) {
    if (!checks.expectation) break;
    for (const Slot& slot : overdue(calendar, source, *checks.expectation, today)) missing.push_back(slot.period);
  }
  std::ranges::sort(missing);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

ExitCode check(const std::vector<CalendarEntry>& calendar, const std::vector<std::string>& sources,
               const Checks& checks, const Store& store, const Context& context) {
  const std::vector<Period> missing = missing_of(calendar, sources, checks, context.today);
  if (!missing.empty()) {
    context.reporter.error({ErrorKind::missing, "periods are missing from", store.display_url(), list_of(missing),
                            fmt::format("`weir ingest {}` loads them", to_string(missing.front()))});
  }
  std::vector<ThinDump> thin;
  if (checks.min_share) thin = thin_dumps(calendar, *checks.min_share, checks.since);
  for (const ThinDump& dump : thin) {
    context.reporter.error(
        {ErrorKind::missing, "few rows in", fmt::format("{} of {}", to_string(dump.slot.period), dump.slot.source),
         fmt::format("{}, and the median of those before it is {}", format_count(dump.rows), format_count(dump.median)),
         "see whether the dump is whole; --since leaves out what is known"});
  }
  return missing.empty() && thin.empty() ? ExitCode::done : ExitCode::missing;
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const Checks checks, checks_of(flags));
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  WEIR_TRY_ASSIGN(std::vector<Ingestion> ledger, store->ledger());
  if (flags.source_name) {
    std::erase_if(ledger, [&](const Ingestion& ingestion) { return ingestion.slot.source != *flags.source_name; });
  }
  std::vector<CalendarEntry> calendar = calendar_of(ledger);
  const std::vector<std::string> sources = sources_of(calendar, flags.source_name);
  if (checks.expectation) add_overdue(calendar, sources, *checks.expectation, context.today);
  const Listing listing = flags.ledger    ? ledger_listing(ledger)
                          : flags.columns ? column_listing(column_eras(calendar))
                                          : calendar_listing(calendar);
  WEIR_TRY(write_output(context.common.output_file, render(listing, context.common.format, context.common.style)));
  return flags.check ? check(calendar, sources, checks, *store, context) : ExitCode::done;
}

}  // namespace

void add_status(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("status", "The calendar: periods, rows, rejects, when ingested", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  CLI::Option* const ledger =
      app.add_flag("--ledger", flags->ledger, "Every attempt there was, with all that is known of it");
  app.add_flag("--columns", flags->columns,
               "When the columns of the loaded dumps changed: which appeared, which are gone")
      ->excludes(ledger);
  app.add_flag("--check", flags->check, "Exit 4 when a period is missing between the first and the last");
  app.add_option("--expect", flags->expect, "A dump should come each month, or day: what is overdue is missing too")
      ->type_name("monthly|daily")
      ->check(CLI::IsMember(std::vector<std::string>{"monthly", "daily"}));
  app.add_option("--grace", flags->grace, "How long after its end a dump may come; the default is 3d, of days 1d")
      ->type_name("DAYS");
  app.add_option("--min-volume", flags->min_volume,
                 "Check that each dump has this share of the rows that those before it had in the median")
      ->type_name("P%");
  app.add_option("--since", flags->since, "Check no period that ends before")->type_name("DATE");
  app.add_option("--source-name", flags->source_name, "Look at this source alone")->type_name("NAME");
  flags->database.add_to(app);
}

}  // namespace weir::cli
