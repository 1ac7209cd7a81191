#include "cli/planning.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

#include "cli/listings.h"
#include "cli/output.h"
#include "cli/period_arguments.h"

namespace weir::cli {
namespace {

// Planning creates no database: where there is none, nothing is loaded.
Result<std::vector<Ingestion>> ledger_or_empty(Store& store) {
  Result<std::vector<Ingestion>> ledger = store.ledger();
  if (!ledger && ledger.error().kind == ErrorKind::missing) return std::vector<Ingestion>();
  return ledger;
}

ExitCode exit_of(const std::vector<PlannedDump>& plan) {
  const auto failed = [](const PlannedDump& dump) { return dump.error.has_value(); };
  const auto first = std::ranges::find_if(plan, failed);
  if (first == plan.end()) return ExitCode::done;
  const bool only_access = std::ranges::all_of(
      plan, [&](const PlannedDump& dump) { return !failed(dump) || dump.error->kind == ErrorKind::access; });
  if (only_access) return ExitCode::access;
  const bool some_stand = std::ranges::any_of(
      plan, [&](const PlannedDump& dump) { return !failed(dump) && dump.change != Change::missing; });
  return some_stand ? ExitCode::rejects : exit_code_of(first->error->kind);
}

}  // namespace

void PlanningFlags::add_to(CLI::App& app) {
  app.add_option("PERIOD", arguments_,
                 "2021-04, 2021-04-24, 2021, 2021-01..2021-04, 2019-01.., last-month (the default), yesterday")
      ->type_name("");
  app.add_flag("--new", only_new_,
               "Every dump there is that is not loaded, or has changed; never one that was dropped");
  source_.add_to(app);
  database_.add_to(app);
  access_.add_to(app);
}

std::vector<std::string> PlanningFlags::periods_named() const {
  return arguments_.empty() ? std::vector<std::string>{"last-month"} : arguments_;
}

Result<AskedPeriods> PlanningFlags::asked(const Context& context) const {
  WEIR_TRY_ASSIGN(const UriTemplate uri_template, source_.required_template(context));
  return asked_periods(periods_named(), uri_template.granularity(), context.today);
}

Result<std::vector<PlannedDump>> PlanningFlags::plan(Context& context, Store& store, Sources& sources,
                                                     Doubt doubt) const {
  WEIR_TRY_ASSIGN(const UriTemplate uri_template, source_.required_template(context));
  if (only_new_ && !arguments_.empty()) {
    return fail(ErrorKind::usage, "bad flags", "--new", "it looks for periods itself, and some were named",
                "name periods or --new, not both");
  }
  AskedPeriods named;
  if (!only_new_) {
    WEIR_TRY_ASSIGN(named, asked(context));
  }
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, ledger_or_empty(store));
  const std::string name = source_.name(context);
  if (only_new_) return plan_new(sources, ledger, name, uri_template, context.today, doubt);
  return plan_periods(sources, ledger, name, uri_template, named.periods, doubt);
}

Result<ExitCode> PlanningFlags::show_plan(Context& context, Store& store, Sources& sources, bool force) const {
  WEIR_TRY_ASSIGN(std::vector<PlannedDump> dumps, plan(context, store, sources, force ? Doubt::leave : Doubt::settle));
  for (PlannedDump& dump : dumps) {
    if (force && dump.change == Change::unchanged) dump.change = Change::changed;
  }
  report_failures(dumps, context.reporter);
  WEIR_TRY(write_output(context.common.output_file, render(plan_listing(source_.name(context), dumps),
                                                           context.common.format, context.common.style)));
  return exit_of(dumps);
}

void report_failures(const std::vector<PlannedDump>& plan, Reporter& reporter) {
  std::set<std::string> said;
  for (const PlannedDump& dump : plan) {
    if (dump.error && said.insert(to_string(*dump.error)).second) reporter.error(*dump.error);
  }
}

}  // namespace weir::cli
