// weir rejects: the rows that could not be read as events.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/period_arguments.h"
#include "cli/place_flags.h"
#include "cli/values.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir rejects 2021-04                       line, reason and text of each
  weir rejects -f csv -o rejects.csv         of every period
  weir rejects 2021-04 -n 20)";

struct Flags {
  std::vector<std::string> periods;
  std::optional<std::string> limit;
  DatabaseFlags database;
  SourceFlags source;
};

// Of each slot what it holds, and the attempt after that if it failed: its rejects may be why.
std::vector<std::int64_t> ids_to_show(const std::vector<Ingestion>& ledger) {
  std::map<Slot, std::int64_t> failed_last;
  std::vector<std::int64_t> ids;
  for (const Ingestion& ingestion : ledger) {
    failed_last.erase(ingestion.slot);
    if (ingestion.status == IngestionStatus::loaded) ids.push_back(ingestion.id);
    if (ingestion.status == IngestionStatus::failed) failed_last[ingestion.slot] = ingestion.id;
  }
  for (const auto& [slot, id] : failed_last) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  std::optional<std::uint64_t> limit;
  if (flags.limit) {
    WEIR_TRY_ASSIGN(limit, parse_limit("--limit", *flags.limit));
  }
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, store->ledger());
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> named,
                  named_ingestions(ledger, flags.source.name_if_given(context), flags.periods, context.today));
  if (named.empty() && !flags.periods.empty()) context.reporter.warn("nothing was ever ingested for what was named");
  const std::vector<std::int64_t> ids = ids_to_show(named);
  WEIR_TRY_ASSIGN(const std::vector<RejectedRow> rows, store->rejected_rows(ids, limit));
  WEIR_TRY(write_output(context.common.output_file,
                        render(rejected_listing(rows, ledger), context.common.format, context.common.style)));
  return ExitCode::done;
}

}  // namespace

void add_rejects(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("rejects", "The rejected rows: line, reason, text", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("PERIOD", flags->periods, "Of these periods; all by default")->type_name("");
  app.add_option("-n,--limit", flags->limit, "How many rows, or all (the default)")->type_name("N|all");
  flags->database.add_to(app);
  flags->source.add_to(app);
}

}  // namespace weir::cli
