// Flags about reading dumps: how to reach them and what their columns are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "ingest/ingest.h"
#include "scan/scan.h"
#include "weir/source.h"

namespace CLI {
class App;
}

namespace weir::cli {

class AccessFlags {
 public:
  void add_to(CLI::App& app);
  [[nodiscard]] AccessOptions resolve(const Context& context) const;

 private:
  std::optional<std::string> region_, profile_, endpoint_url_;
  bool no_sign_request_ = false;
};

class ReadingFlags {
 public:
  void add_to(CLI::App& app);
  // Fails (usage) on a --map that names no field, a delimiter that is none, --columns without --no-header.
  [[nodiscard]] Result<ScanOptions> resolve(const Context& context) const;
  // Fails (usage) on a --max-rejects that is none.
  [[nodiscard]] Result<RejectLimit> reject_limit(const Context& context) const;

 private:
  std::vector<std::string> maps_;
  std::optional<std::string> columns_, delimiter_, max_rejects_;
  bool no_header_ = false;
};

}  // namespace weir::cli
