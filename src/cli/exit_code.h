// The exit codes that other people's scripts rely on.
#pragma once

#include "weir/result.h"

namespace weir::cli {

enum class ExitCode {
  done = 0,  // or nothing to do
  failed = 1,
  usage = 2,
  rejects = 3,  // too many rejects, or some of several dumps failed
  missing = 4,  // an expected period is not there
  access = 5,   // credentials or permissions; all failures were such
  interrupted = 130,
};

// What a command that ends with `kind` exits with. ErrorKind::missing is a plain failure here: only `ingest` and
// `status --check`, which know what was expected, exit with ExitCode::missing.
[[nodiscard]] ExitCode exit_code_of(ErrorKind kind);

}  // namespace weir::cli
