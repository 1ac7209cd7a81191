// weir plan: what an ingest would do.
#include <memory>

#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/planning.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir plan 2021 --source 's3://bucket/{YYYY}/{MM}/events.csv'
  weir plan --new                            what the bucket has and the database lacks
  weir plan 2019-01.. -f json                every month up to now)";

Result<ExitCode> run(const PlanningFlags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database().open(context));
  const std::unique_ptr<Sources> sources = make_sources(flags.access().resolve(context));
  WEIR_TRY_ASSIGN(const std::vector<PlannedDump> plan, flags.plan(context, *store, *sources));
  const Listing listing = plan_listing(flags.source().name(context), plan);
  WEIR_TRY(write_output(context.common.output_file, render(listing, context.common.format, context.common.style)));
  return ExitCode::done;
}

}  // namespace

void add_plan(Program& program) {
  auto flags = std::make_shared<PlanningFlags>();
  flags->add_to(program.add_command("plan", "What an ingest would do: new, changed, unchanged, missing", examples,
                                    [flags](Context& context) { return run(*flags, context); }));
}

}  // namespace weir::cli
