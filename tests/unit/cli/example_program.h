// A command line like weir's, small: every kind of flag, argument and nesting once.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_tree.h"

namespace weir::cli {

[[nodiscard]] std::unique_ptr<CLI::App> example_program();
[[nodiscard]] ValueWords example_words();

}  // namespace weir::cli
