// Flags that every command takes.
#pragma once

#include <optional>
#include <string>

#include "cli/config.h"
#include "cli/progress_view.h"
#include "cli/reporter.h"
#include "render/render.h"
#include "weir/result.h"

namespace CLI {
class App;
}

namespace weir::cli {

struct CommonSettings {
  Format format = Format::table;
  TableStyle style;
  std::optional<std::string> output_file;  // nullopt: standard output
  ProgressMode progress = ProgressMode::automatic;
  LogFormat log_format = LogFormat::text;
  Verbosity verbosity = Verbosity::normal;
  bool colour_messages = false;
  unsigned threads = 0;                  // 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // of counting or of the database; 0: its choice
};

// One object takes the values for the program and for each of its commands, so that their order does not matter.
class CommonFlags {
 public:
  void add_to(CLI::App& app);
  // Fails (usage) on a value that weir.toml has and no flag would admit.
  [[nodiscard]] Result<CommonSettings> resolve(const FileConfig& config) const;

 private:
  std::optional<std::string> format_, output_, progress_, log_format_, memory_limit_, threads_;
  bool quiet_ = false;
  bool verbose_ = false;
};

}  // namespace weir::cli
