// weir: the program.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/program.h"
#include "weir/progress.h"

namespace {

// The first signal asks for an orderly end; a second one, from somebody who will not wait, ends at once. Either way the
// database stays as it was: what is not committed is undone when it is opened next.
extern "C" void on_signal(int) {
  if (weir::interrupted()) ::_exit(static_cast<int>(weir::cli::ExitCode::interrupted));
  weir::request_interrupt();
}

}  // namespace

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: a read that waits returns
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is told by write()
  try {
    weir::cli::Program program;
    return static_cast<int>(program.run(argc, argv));
  } catch (const std::exception& error) {  // memory ran out before there was anything to say it with
    std::fprintf(stderr, "weir: %s\n", error.what());
    return static_cast<int>(weir::cli::ExitCode::failed);
  }
}
