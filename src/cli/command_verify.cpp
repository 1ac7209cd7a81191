// weir verify: holds source, ledger, rows and counts against each other.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/output.h"
#include "cli/period_arguments.h"
#include "cli/place_flags.h"
#include "cli/reading_flags.h"
#include "cli/verification.h"
#include "weir/progress.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir verify                                everything that is loaded
  weir verify 2021-04 --read                 its dump is read again, row by row
  weir verify -q || mail -s "weir differs" me)";

struct Flags {
  std::vector<std::string> periods;
  bool read = false;
  DatabaseFlags database;
  SourceFlags source;
  AccessFlags access;
  ReadingFlags reading;
};

std::vector<std::int64_t> ids_of(const std::vector<Ingestion>& ledger) {
  std::vector<std::int64_t> ids;
  for (const Ingestion& ingestion : ledger) {
    if (ingestion.status == IngestionStatus::loaded) ids.push_back(ingestion.id);
  }
  return ids;
}

Result<std::vector<Finding>> verify_database(Store& store, const std::vector<Ingestion>& ledger,
                                             const std::vector<Ingestion>& loaded) {
  WEIR_TRY_ASSIGN(std::vector<Finding> findings, verify_rows(store, loaded));
  WEIR_TRY_ASSIGN(std::vector<Finding> counts, verify_counts(store));
  std::ranges::move(counts, std::back_inserter(findings));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> afterwards, store.ledger());
  if (ids_of(afterwards) == ids_of(ledger)) return findings;
  return fail("cannot verify", store.display_url(), "something was loaded or dropped meanwhile",
              "verify it when nobody loads");
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(ScanOptions options, flags.reading.resolve(context));
  options.hash_content = true;
  options.require_timestamp = true;
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  const std::unique_ptr<Sources> sources = make_sources(flags.access.resolve(context));
  WEIR_TRY_ASSIGN(const std::vector<Ingestion> ledger, store->ledger());
  WEIR_TRY_ASSIGN(std::vector<Ingestion> loaded,
                  named_ingestions(ledger, flags.source.name_if_given(context), flags.periods, context.today));
  std::erase_if(loaded, [](const Ingestion& ingestion) { return ingestion.status != IngestionStatus::loaded; });
  std::ranges::sort(loaded, {}, &Ingestion::slot);
  if (loaded.empty()) context.reporter.warn("nothing is loaded of what was named");
  WEIR_TRY_ASSIGN(std::vector<Finding> findings, verify_database(*store, ledger, loaded));
  for (const Ingestion& ingestion : loaded) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped verifying", store->display_url(), "interrupted");
    findings.push_back(flags.read ? verify_by_reading(*sources, ingestion, options)
                                  : verify_source(*sources, ingestion));
  }
  WEIR_TRY(
      write_output(context.common.output_file, render_findings(findings, context.common.format, context.common.style)));
  return exit_code_of(findings);
}

}  // namespace

void add_verify(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("verify", "Hold source, ledger, rows and counts against each other", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("PERIOD", flags->periods, "Of these periods; all by default. Counts are of all in any case")
      ->type_name("");
  app.add_flag("--read", flags->read, "Read each dump again, in place of asking for its version");
  flags->database.add_to(app);
  flags->source.add_to(app);
  flags->access.add_to(app);
  flags->reading.add_to(app);
}

}  // namespace weir::cli
