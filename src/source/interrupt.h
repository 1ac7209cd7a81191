// The error of a read that Ctrl-C ended.
#pragma once

#include <string>

#include "weir/result.h"

namespace weir::source {

[[nodiscard]] inline tl::unexpected<Error> interrupted_while_reading(std::string where) {
  return fail(ErrorKind::interrupted, "stopped reading", std::move(where), "interrupted");
}

}  // namespace weir::source
