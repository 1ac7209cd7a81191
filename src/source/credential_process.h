// Keys from a program of the user's: credential_process of a profile.
#pragma once

#include <memory>
#include <string>

#include "source/credentials.h"

namespace weir::source {

// `command` is given to /bin/sh, as the AWS SDKs do, with no standard input; within a minute it prints the document of
// CredentialFormat::process. What it prints on standard output is never shown; the end of what it says on standard
// error is, where it fails, unless that looks like such a document. Ended with everything it started when it is too
// slow or the user interrupts.
[[nodiscard]] std::unique_ptr<CredentialSource> credential_process(std::string command, std::string place);

// What a program left behind.
struct ProcessOutput {
  int status = 0;  // as of waitpid()
  std::string out;
  std::string err;
};

// Runs `command` by /bin/sh. Fails (access) when it cannot be started, takes longer than `timeout_ms`, or prints more
// than a MiB; with interrupted. `place` names the profile in the error.
[[nodiscard]] Result<ProcessOutput> run_process(const std::string& command, int timeout_ms, const std::string& place);

}  // namespace weir::source
