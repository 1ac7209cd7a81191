// The command line as one tree: weir, its commands, their flags. Help, completion and the man page are made from it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/common_flags.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "weir/result.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace weir::cli {

using Run = std::function<Result<ExitCode>(Context& context)>;

class Program {
 public:
  // All commands that there are.
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // For a command's own file: its place in the tree, with the common flags. `examples` are lines "  weir … <two spaces>
  // what it does". The returned App lives as long as the Program.
  CLI::App& add_command(const std::string& name, const std::string& summary, const std::string& examples, Run run);
  CLI::App& add_command(CLI::App& group, const std::string& name, const std::string& summary,
                        const std::string& examples, Run run);
  // For commands that look at no settings: a broken weir.toml must not break a shell's start-up.
  void without_config(const CLI::App& app);
  // A command that only has commands of its own: `weir db`.
  CLI::App& add_group(const std::string& name, const std::string& summary, const std::string& examples);
  [[nodiscard]] const CLI::App& root() const { return *root_; }

  // Who else is to know the error when no command could be started: a bad command line, a broken weir.toml.
  void when_not_started(std::function<void(const Error&)> tell) { tell_not_started_ = std::move(tell); }

  // Parses and runs; prints errors. Nothing is thrown.
  [[nodiscard]] ExitCode run(int argc, const char* const* argv);

 private:
  struct Command {
    CLI::App* app;
    Run run;
    bool with_config = true;
  };
  [[nodiscard]] Result<const Command*> parse(int argc, const char* const* argv);
  [[nodiscard]] Error explain(const CLI::ParseError& error) const;
  [[nodiscard]] Error explain_unexpected() const;
  [[nodiscard]] const CLI::App& chosen() const;
  [[nodiscard]] Result<ExitCode> run_command(const Command& command);
  [[nodiscard]] ExitCode print_error(const Error& error) const;
  [[nodiscard]] ExitCode not_started(const Error& error) const;

  std::unique_ptr<CLI::App> root_;
  CommonFlags common_;
  std::vector<Command> commands_;
  std::function<void(const Error&)> tell_not_started_;
  LogFormat error_format_ = LogFormat::text;  // of errors found before the settings are
};

}  // namespace weir::cli
