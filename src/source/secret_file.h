// Files that hold one secret: tokens that somebody else keeps fresh.
#pragma once

#include <string>

#include "weir/result.h"

namespace weir::source {

// Its text without blanks and line ends around it. Fails (access) when it cannot be read, is empty, or holds what no
// token does (control characters, more than 64 KiB). `what` names it: "the web identity token".
[[nodiscard]] Result<std::string> read_secret_file(const std::string& path, const std::string& what);

}  // namespace weir::source
