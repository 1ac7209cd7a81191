// weir doctor: what there is to work with, and what is wrong with it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/output.h"
#include "source/s3_diagnosis.h"
#include "weir/progress.h"

namespace weir::cli {
namespace {

constexpr const char* examples =
    R"(  weir doctor                                database, source and credentials as they would be used
  weir doctor --db postgresql://ann@db.example.com/events
  weir doctor s3://bucket/2021/              who am I there, what may I list and read, how fast
  weir doctor -f json | jq '.findings[] | select(.verdict != "ok")'

Exit 0: no problem; 1: a problem; 5: access is refused. It changes nothing, and shows no password and no key.)";

struct Flags {
  DatabaseFlags database;
  SourceFlags source;
  AccessFlags access;
  std::string place;
};

bool has_problem(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.verdict == Verdict::problem; });
}

std::vector<Finding> database_findings(const Flags& flags, Context& context) {
  const Setting url = flags.database.url(context);
  const auto store = flags.database.open(context);
  if (!store) return {problem_of("database", store.error())};
  std::vector<Finding> findings{
      {Verdict::ok, "database", fmt::format("{} (from {})", (*store)->display_url(), url.said_by), "", false}};
  std::vector<Finding> found = (*store)->diagnose();
  // Whoever has the file open keeps its schema from being looked at.
  const bool in_use = std::ranges::any_of(
      found, [](const Finding& finding) { return finding.about == "use" && finding.verdict != Verdict::ok; });
  const bool can_look = !has_problem(found) && !in_use;
  std::ranges::move(found, std::back_inserter(findings));
  if (can_look) findings.push_back(schema_finding(**store));
  return findings;
}

std::vector<Finding> all_findings(const Flags& flags, Context& context) {
  std::vector<Finding> findings = config_findings(context);
  std::ranges::move(database_findings(flags, context), std::back_inserter(findings));
  std::ranges::move(source_findings(flags.source, flags.access, context), std::back_inserter(findings));
  return findings;
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  std::vector<Finding> findings;
  if (flags.place.empty()) {
    findings = all_findings(flags, context);
  } else {
    WEIR_TRY_ASSIGN(findings,
                    source::diagnose_s3(flags.place, flags.access.resolve(context), source::process_environment()));
  }
  if (interrupted()) return fail(ErrorKind::interrupted, "cannot go on with", "weir doctor", "interrupted");
  WEIR_TRY(
      write_output(context.common.output_file, render_findings(findings, context.common.format, context.common.style)));
  return exit_code_of(findings);
}

}  // namespace

void add_doctor(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("doctor", "What it would connect to, and what is wrong there", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("PLACE", flags->place, "s3://bucket[/prefix]: look there, and at nothing else")->type_name("");
  flags->database.add_to(app);
  flags->source.add_to(app);
  flags->access.add_to(app);
}

}  // namespace weir::cli
