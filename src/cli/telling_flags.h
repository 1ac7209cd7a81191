// Flags that say who is told what an ingest came to. Telling never changes what it came to: where it fails, that is a
// warning.
#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "cli/ingest_run.h"
#include "weir/result.h"

namespace CLI {
class App;
}

namespace weir::cli {

class TellingFlags {
 public:
  void add_to(CLI::App& app);
  // --notify alone, for a program whose disk nobody reads.
  void add_notify_to(CLI::App& app);
  // Fails (usage) on an address that is none, without showing it.
  [[nodiscard]] Status check(const Context& context) const;
  // Somebody is named to tell.
  [[nodiscard]] bool notifies(const Context& context) const;
  [[nodiscard]] std::optional<std::string> metrics_file(const Context& context) const;
  // Posts and writes what there is to tell: nothing is, to people, of an ingest that had nothing to do. An interrupt
  // that came before is no reason to keep it; a new one is.
  void tell(Context& context, const IngestRun& run) const;

 private:
  [[nodiscard]] std::optional<std::string> url(const Context& context) const;
  std::optional<std::string> notify_, metrics_file_;
};

}  // namespace weir::cli
