#include "cli/planning.h"

#include <CLI/CLI.hpp>

#include "cli/period_arguments.h"

namespace weir::cli {
namespace {

// Planning creates no database: where there is none, nothing is loaded.
Result<std::vector<Ingestion>> ledger_or_empty(Store& store) {
  Result<std::vector<Ingestion>> ledger = store.ledger();
  if (!ledger && ledger.error().kind == ErrorKind::missing) return std::vector<Ingestion>();
  return ledger;
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

Result<std::vector<PlannedDump>> PlanningFlags::plan(Context& context, Store& store, Sources& sources) const {
  WEIR_TRY_ASSIGN(const UriTemplate uri_template, source_.required_template(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, ledger_or_empty(store));
  const std::string name = source_.name(context);
  if (only_new_) {
    if (arguments_.empty()) return plan_new(sources, ledger, name, uri_template, context.today);
    return fail(ErrorKind::usage, "bad flags", "--new", "it looks for periods itself, and some were named",
                "name periods or --new, not both");
  }
  WEIR_TRY_ASSIGN(const AskedPeriods asked, asked_periods(periods_named(), uri_template.granularity(), context.today));
  return plan_periods(sources, ledger, name, uri_template, asked.periods);
}

}  // namespace weir::cli
