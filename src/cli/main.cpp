// weir: the program.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/program.h"
#include "cli/secrets.h"
#include "weir/progress.h"

namespace {

// The first signal asks for an orderly end; a second one, from somebody who will not wait, ends at once. Either way the
// database stays as it was: what is not committed is undone when it is opened next.
extern "C" void on_signal(int) {
  if (weir::interrupted()) ::_exit(static_cast<int>(weir::cli::ExitCode::interrupted));
  weir::request_interrupt();
}

// Where the caller closed a standard stream, the next file to be opened would take its number: the database's log would
// be what messages are written to. The stand-in is opened the wrong way round, so that using it still fails.
bool hold_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return false;  // the lowest free number
  }
  return true;
}

// AWS Lambda starts the file called bootstrap in a function's zip, without arguments.
bool is_started_by_lambda(const std::vector<std::string>& words) {
  return words.size() == 1 && words.front().substr(words.front().rfind('/') + 1) == "bootstrap";
}

// They are a JSON list in WEIR_LAMBDA_FLAGS. What is no such list is an argument itself, so that the command line
// refuses it by its text.
std::vector<std::string> with_lambda_flags(std::vector<std::string> words) {
  words.insert(words.end(), {"lambda", "--log-format=json"});
  const char* const text = std::getenv("WEIR_LAMBDA_FLAGS");
  if (text == nullptr || *text == '\0') return words;
  const auto flags = nlohmann::json::parse(text, nullptr, false);
  const bool is_list =
      flags.is_array() && std::all_of(flags.begin(), flags.end(), [](const auto& flag) { return flag.is_string(); });
  if (!is_list)
    words.emplace_back(text);
  else
    for (const auto& flag : flags) words.push_back(flag.get<std::string>());
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  if (!hold_standard_streams()) return static_cast<int>(weir::cli::ExitCode::failed);
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: a read that waits returns
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is told by write()
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
  try {
    std::vector<std::string> words = weir::cli::take_command_line(argc, argv);
    weir::cli::Program program;
    if (is_started_by_lambda(words)) {
      words = with_lambda_flags(std::move(words));
      program.when_not_started(weir::cli::tell_lambda_of_no_start);
    }
    std::vector<const char*> pointers;
    pointers.reserve(words.size());
    for (const std::string& word : words) pointers.push_back(word.c_str());
    return static_cast<int>(program.run(static_cast<int>(pointers.size()), pointers.data()));
  } catch (const std::exception& error) {  // memory ran out before there was anything to say it with
    std::fprintf(stderr, "weir: %s\n", error.what());
    return static_cast<int>(weir::cli::ExitCode::failed);
  }
}
