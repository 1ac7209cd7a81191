// weir status: the calendar of periods, or the ledger itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/calendar.h"
#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/place_flags.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir status                                one line a period
  weir status --ledger                       one line an attempt, failed and replaced ones too
  weir status --check -q || mail -s "dumps missing" me)";

struct Flags {
  bool ledger = false;
  bool check = false;
  DatabaseFlags database;
};

std::string list_of(const std::vector<Period>& periods) {
  std::string text;
  for (const Period& period : periods) text.append(text.empty() ? "" : ", ").append(to_string(period));
  return text;
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, store->ledger());
  const std::vector<CalendarEntry> calendar = calendar_of(ledger);
  const Listing listing = flags.ledger ? ledger_listing(ledger) : calendar_listing(calendar);
  WEIR_TRY(write_output(context.common.output_file, render(listing, context.common.format, context.common.style)));
  const std::vector<Period> gaps = gaps_of(calendar);
  if (!flags.check || gaps.empty()) return ExitCode::done;
  context.reporter.error({ErrorKind::missing, "periods are missing from", store->display_url(), list_of(gaps),
                          fmt::format("`weir ingest {}` loads them", to_string(gaps.front()))});
  return ExitCode::missing;
}

}  // namespace

void add_status(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("status", "The calendar: periods, rows, rejects, when ingested", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_flag("--ledger", flags->ledger, "Every attempt there was, with all that is known of it");
  app.add_flag("--check", flags->check, "Exit 4 when a period is missing between the first and the last");
  flags->database.add_to(app);
}

}  // namespace weir::cli
