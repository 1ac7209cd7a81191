// weir insights: every question at once.
#include <memory>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t rows_shown = 5;

constexpr const char* examples = R"(  weir insights 2021/04/events.csv           from one dump, in one pass
  weir insights '2021/*/events.csv.gz'       from several, together
  zcat dump.gz | weir insights -             from a pipe
  weir insights s3://bucket/2021/04/events.csv --no-sign-request
  weir insights --since 2021 -f json         from the database)";

Result<ExitCode> run(const AskingFlags& flags, Context& context) {
  const auto all = all_questions();
  WEIR_TRY_ASSIGN(const Answered answered, flags.ask(context, {all.begin(), all.end()}));
  WEIR_TRY(
      write_output(context.common.output_file, render(answered.insights, context.common.format, context.common.style)));
  return answered.exit;
}

}  // namespace

void add_insights(Program& program) {
  auto flags = std::make_shared<AskingFlags>(rows_shown);
  flags->add_to(program.add_command("insights", "Every question at once, with totals and what the answers stand on",
                                    examples, [flags](Context& context) { return run(*flags, context); }));
}

}  // namespace weir::cli
