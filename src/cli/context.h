// What every command works with, settled before it runs: who said what, and where messages go.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/common_flags.h"
#include "cli/config.h"
#include "cli/reporter.h"
#include "weir/event.h"

namespace weir::cli {

// The value of an environment variable; nullopt: not set, or empty.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

struct Context {
  Variables variables;
  FileConfig config;
  CommonSettings common;
  Reporter& reporter;
  DayNumber today;  // of the UTC clock
};

}  // namespace weir::cli
