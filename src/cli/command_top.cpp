// weir top: one question.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/output.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t rows_shown = 10;

constexpr const char* examples = R"(  weir top countries 2021/04/events.csv      the ten countries with most events
  weir top users --since 2019 -n 20          from the database, over all months
  weir top dates FILE --by week --sort key   how the weeks went
  weir top uris FILE --where country=France --where country=Spain --where action=visit
  weir top companies FILE -n all -f csv -o companies.csv)";

struct Flags {
  std::string question;
  AskingFlags asking{rows_shown};
};

Result<const Question*> question_named(const std::string& word) {
  if (const Question* question = find_question(word)) return question;
  std::vector<std::string_view> names;
  std::string known;
  for (const Question* question : all_questions()) {
    names.push_back(question->name);
    known.append(known.empty() ? "" : ", ").append(question->name);
  }
  return fail(ErrorKind::usage, "no such question", word, "weir cannot answer it" + did_you_mean(word, names),
              "the questions are " + known);
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const Question* question, question_named(flags.question));
  WEIR_TRY_ASSIGN(const Answered answered, flags.asking.ask(context, {question}));
  const Insights& insights = answered.insights;
  WEIR_TRY(write_output(context.common.output_file, render(insights.answers.front(), insights.coverage,
                                                           context.common.format, context.common.style)));
  return answered.exit;
}

}  // namespace

void add_top(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("top", "One question: what has the most events", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("QUESTION", flags->question, "countries, users, companies, dates, actions, uris or tags")
      ->required()
      ->type_name("");
  flags->asking.add_to(app);
}

}  // namespace weir::cli
