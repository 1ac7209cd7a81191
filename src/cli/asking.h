// What `insights` and `top` share: their flags, and getting the answers from dumps or from the database.
#pragma once

#include <string>
#include <vector>

#include "ask/ask.h"
#include "cli/answer_flags.h"
#include "cli/exit_code.h"
#include "cli/place_flags.h"
#include "cli/reading_flags.h"

namespace CLI {
class App;
}

namespace weir::cli {

struct Answered {
  Insights insights;
  ExitCode exit = ExitCode::done;  // rejects: the answer stands, but too many rows are not in it
};

class AskingFlags {
 public:
  explicit AskingFlags(std::uint64_t default_limit) : answer_(default_limit) {}
  void add_to(CLI::App& app);
  // Answers from the SRCs, or from the database where there is none; says on the way what was found in the dumps.
  [[nodiscard]] Result<Answered> ask(Context& context, std::vector<const Question*> questions) const;

 private:
  [[nodiscard]] Result<Answered> ask_sources(Context& context, const Asked& asked) const;

  std::vector<std::string> sources_;
  AnswerFlags answer_;
  ReadingFlags reading_;
  AccessFlags access_;
  DatabaseFlags database_;
  SourceFlags source_;
};

}  // namespace weir::cli
