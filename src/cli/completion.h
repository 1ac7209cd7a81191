// Shell completion, made from the program that prints --help.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command_tree.h"

namespace weir::cli {

enum class Shell { bash, zsh, fish };

// The word of `weir completion`: bash, zsh, fish; nullopt: no such shell.
[[nodiscard]] std::optional<Shell> shell_named(std::string_view word);

// A script for that shell, which completes commands at every depth, their flags, listed values (see command_tree.h),
// and files. bash: to be sourced, or put below bash-completion's completions/; needs no package of its own, bash 4.
// zsh: to be put as _weir into a folder of $fpath, or sourced after compinit. fish: to be sourced, or put into
// completions/weir.fish. Pure. The root's name is the command's.
[[nodiscard]] std::string completion_script(const CLI::App& root, Shell shell, const ValueWords& words = {});

}  // namespace weir::cli
