// weir drop: takes a period's rows out again.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/period_arguments.h"
#include "cli/place_flags.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir drop 2021-04                          its rows are gone, the ledger says so
  weir drop 2021-04-01..2021-04-30           thirty daily dumps)";

struct Flags {
  std::vector<std::string> periods;
  DatabaseFlags database;
  SourceFlags source;
};

Result<ExitCode> run(const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, store->ledger());
  std::map<std::int64_t, Ingestion> to_drop;
  for (const std::string& argument : flags.periods) {
    WEIR_TRY_ASSIGN(std::vector<Ingestion> named,
                    named_ingestions(ledger, flags.source.name(context), {argument}, context.today));
    std::erase_if(named, [](const Ingestion& ingestion) { return ingestion.status != IngestionStatus::loaded; });
    if (named.empty()) context.reporter.warn(fmt::format("nothing is loaded for {}", argument));
    for (Ingestion& ingestion : named) to_drop.emplace(ingestion.id, std::move(ingestion));
  }
  // What was dropped before one could not be is said all the same.
  std::vector<Ingestion> dropped;
  Status done;
  for (auto& [id, ingestion] : to_drop) {
    done = store->drop(id);
    if (!done) break;
    dropped.push_back(std::move(ingestion));
  }
  WEIR_TRY(write_output(context.common.output_file,
                        render(dropped_listing(dropped), context.common.format, context.common.style)));
  WEIR_TRY(std::move(done));
  return ExitCode::done;
}

}  // namespace

void add_drop(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("drop", "Take a period's rows out again", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("PERIOD", flags->periods, "Which: 2021-04, 2021-04-24, 2021, 2021-01..2021-04")
      ->required()
      ->type_name("");
  flags->database.add_to(app);
  flags->source.add_to(app);
}

}  // namespace weir::cli
