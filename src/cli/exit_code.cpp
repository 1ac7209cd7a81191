#include "cli/exit_code.h"

namespace weir::cli {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::failed:
    case ErrorKind::missing: return ExitCode::failed;
    case ErrorKind::usage: return ExitCode::usage;
    case ErrorKind::rejects: return ExitCode::rejects;
    case ErrorKind::access: return ExitCode::access;
    case ErrorKind::interrupted: return ExitCode::interrupted;
  }
  return ExitCode::failed;
}

}  // namespace weir::cli
