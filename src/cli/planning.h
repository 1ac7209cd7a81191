// What `plan` and `ingest` share: the dumps that an ingest would look at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/period_arguments.h"
#include "cli/place_flags.h"
#include "cli/reading_flags.h"
#include "ingest/ingest.h"

namespace CLI {
class App;
}

namespace weir::cli {

// The flags, and the plan they ask for.
class PlanningFlags {
 public:
  void add_to(CLI::App& app);
  // What each period would come to, or with --new what is new or changed. No PERIOD is last month.
  [[nodiscard]] Result<std::vector<PlannedDump>> plan(Context& context, Store& store, Sources& sources,
                                                      Doubt doubt) const;
  // The plan as the command's output, its failures as messages too. `force`: of an ingest that would load again what is
  // loaded, which makes it changed. rejects: some could not be looked at.
  [[nodiscard]] Result<ExitCode> show_plan(Context& context, Store& store, Sources& sources, bool force) const;

  // The periods that were named, those without which last month is meant. Fails (usage) on what is no period.
  [[nodiscard]] Result<AskedPeriods> asked(const Context& context) const;

  [[nodiscard]] bool only_new() const { return only_new_; }
  [[nodiscard]] const std::vector<std::string>& arguments() const { return arguments_; }
  [[nodiscard]] const DatabaseFlags& database() const { return database_; }
  [[nodiscard]] const SourceFlags& source() const { return source_; }
  [[nodiscard]] const AccessFlags& access() const { return access_; }
  // The arguments without which last month is meant.
  [[nodiscard]] std::vector<std::string> periods_named() const;

 private:
  std::vector<std::string> arguments_;
  bool only_new_ = false;
  DatabaseFlags database_;
  SourceFlags source_;
  AccessFlags access_;
};

// Says what could not be looked at; what befell several alike (no credentials) once.
void report_failures(const std::vector<PlannedDump>& plan, Reporter& reporter);

}  // namespace weir::cli
