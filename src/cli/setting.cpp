#include "cli/setting.h"

namespace weir::cli {

std::optional<Setting> setting_of(const std::string& flag_name, const std::optional<std::string>& flag,
                                  const FileConfig& config, const std::string& key,
                                  const std::optional<std::string>& in_file) {
  if (flag) return Setting{flag_name, *flag};
  if (in_file) return Setting{config.origin(key) + ": " + key, *in_file};
  return std::nullopt;
}

}  // namespace weir::cli
