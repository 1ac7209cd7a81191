// What the commands that answer share: their flags, and getting the answers from dumps or from the database.
#pragma once

#include <span>
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
  // For commands that declare flags of their own about what to count and show: the SRCs as arguments, or where other
  // arguments stand there by --from, and how they are read.
  void add_sources_to(CLI::App& app);
  void add_from_to(CLI::App& app);
  [[nodiscard]] AnswerFlags& answer_flags() { return answer_; }
  [[nodiscard]] const AnswerFlags& answer_flags() const { return answer_; }
  [[nodiscard]] const DatabaseFlags& database() const { return database_; }
  [[nodiscard]] bool reads_dumps() const { return !sources_.empty(); }

  // Answers from the SRCs, or from the database where there is none; says on the way what was found in the dumps.
  [[nodiscard]] Result<Answered> ask(Context& context, std::vector<const Question*> questions) const;
  [[nodiscard]] Result<Answered> ask(Context& context, const Asked& asked) const;
  // The same of several. Of a database all are about one state of what is loaded; dumps are read once for each,
  // and what was found in them, too many rejects among it, is told with the last.
  [[nodiscard]] Result<std::vector<Answered>> ask_all(Context& context, std::span<const Asked> asked) const;
  // The periods that the names of the dumps tell, of those that they do, ascending.
  [[nodiscard]] Result<std::vector<Period>> periods_of_dumps(Context& context) const;

 private:
  void add_places_to(CLI::App& app);
  [[nodiscard]] Result<Answered> ask_sources(Context& context, const Asked& asked, bool tells) const;

  std::vector<std::string> sources_;
  AnswerFlags answer_;
  ReadingFlags reading_;
  AccessFlags access_;
  DatabaseFlags database_;
  SourceFlags source_;
};

}  // namespace weir::cli
