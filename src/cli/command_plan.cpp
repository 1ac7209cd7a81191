// weir plan: what an ingest would do.
#include <memory>

#include "cli/commands.h"
#include "cli/planning.h"

namespace weir::cli {
namespace {

constexpr const char* examples = R"(  weir plan 2021 --source 's3://bucket/{YYYY}/{MM}/events.csv'
  weir plan --new                            what the bucket has and the database lacks
  weir plan 2019-01.. -f json                every month up to now)";

Result<ExitCode> run(const PlanningFlags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database().open(context));
  const std::unique_ptr<Sources> sources = make_sources(flags.access().resolve(context));
  return flags.show_plan(context, *store, *sources, false);
}

}  // namespace

void add_plan(Program& program) {
  auto flags = std::make_shared<PlanningFlags>();
  flags->add_to(program.add_command("plan", "What an ingest would do: new, changed, unchanged, missing", examples,
                                    [flags](Context& context) { return run(*flags, context); }));
}

}  // namespace weir::cli
