// weir completion, and the man page: both made from the tree of commands that --help prints.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/man_page.h"
#include "cli/output.h"
#include "weir/question.h"

namespace weir::cli {
namespace {

constexpr const char* completion_examples = R"(  source <(weir completion bash)             for this shell
  weir completion bash > ~/.local/share/bash-completion/completions/weir
  weir completion zsh > "${fpath[1]}/_weir"
  weir completion fish > ~/.config/fish/completions/weir.fish)";
constexpr const char* man_examples = R"(  weir man-page > weir.1 && man ./weir.1)";

ValueWords question_words() {
  ValueWords words;
  words["WHAT"] = {"events", "active-users", "active-companies", "lifecycle", "cohorts"};
  for (const Question* question : all_questions()) {
    words["QUESTION"].emplace_back(question->name);
    if (question->field != Field::day) words["WHAT"].emplace_back(question->name);
  }
  return words;
}

Result<ExitCode> complete(const std::string& shell_name, const CLI::App& root, Context& context) {
  const std::optional<Shell> shell = shell_named(shell_name);
  if (!shell) {
    return fail(ErrorKind::usage, "no completion for", shell_name, "weir knows no such shell",
                "the shells are bash, zsh and fish");
  }
  WEIR_TRY(write_output(context.common.output_file, completion_script(root, *shell, question_words())));
  return ExitCode::done;
}

Result<ExitCode> write_man_page(const CLI::App& root, Context& context) {
  WEIR_TRY(write_output(context.common.output_file, man_page(root, WEIR_VERSION, WEIR_RELEASE_DATE)));
  return ExitCode::done;
}

}  // namespace

void add_completion(Program& program) {
  auto shell = std::make_shared<std::string>();
  CLI::App& completion =
      program.add_command("completion", "Shell completion for bash, zsh or fish", completion_examples,
                          [shell, &program](Context& context) { return complete(*shell, program.root(), context); });
  completion.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("");
  CLI::App& manual =
      program.add_command("man-page", "The manual page, in roff", man_examples,
                          [&program](Context& context) { return write_man_page(program.root(), context); });
  manual.group("");  // for packagers: not in --help
  for (const CLI::App* command : {&completion, &manual}) program.without_config(*command);
}

}  // namespace weir::cli
