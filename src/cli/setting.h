// One setting as text, and who said it, for errors: "--db", "WEIR_DB", "weir.toml:2: db".
#pragma once

#include <optional>
#include <string>

#include "cli/config.h"

namespace weir::cli {

struct Setting {
  std::string said_by;
  std::string text;
};

// A flag goes before what a file says under `key`.
[[nodiscard]] std::optional<Setting> setting_of(const std::string& flag_name, const std::optional<std::string>& flag,
                                                const FileConfig& config, const std::string& key,
                                                const std::optional<std::string>& in_file);

}  // namespace weir::cli
