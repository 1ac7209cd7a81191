// weir trend: over time, and against the period before.
#include <CLI/CLI.hpp>
#include <array>
#include <memory>

#include "ask/trend.h"
#include "cli/answer_flags.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/output.h"
#include "cli/place_flags.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t rows_shown = 10;

constexpr const char* examples =
    R"(  weir trend events                          each month, against the one before and the year before
  weir trend active-users --by week --since 2021
  weir trend countries -n 5                  the five countries with most events, one line each
  weir trend tags --where country=France -f csv -o tags.csv
  weir trend lifecycle                       users: new, returning and lost each month
  weir trend cohorts --of companies          who stays, by the month they were first seen in)";

// What can be asked beside the questions.
enum class Series { events, active_users, active_companies, lifecycle, cohorts };
struct NamedSeries {
  std::string_view name;
  Series series;
};
constexpr std::array<NamedSeries, 5> named_series{{{"events", Series::events},
                                                   {"active-users", Series::active_users},
                                                   {"active-companies", Series::active_companies},
                                                   {"lifecycle", Series::lifecycle},
                                                   {"cohorts", Series::cohorts}}};

struct Flags {
  std::string what;
  std::optional<std::string> of;
  AnswerFlags answer{rows_shown, By::month};
  DatabaseFlags database;
};

// Whose lifecycle and cohorts: users, unless somebody says companies.
const Question& people(const Flags& flags) {
  return *find_question(flags.of.value_or("users"));
}

std::optional<Series> series_named(std::string_view word) {
  for (const NamedSeries& named : named_series) {
    if (named.name == word) return named.series;
  }
  return std::nullopt;
}

tl::unexpected<Error> no_such_trend(const std::string& word) {
  std::vector<std::string_view> names;
  names.reserve(named_series.size() + all_questions().size());
  for (const NamedSeries& named : named_series) names.push_back(named.name);
  for (const Question* question : all_questions()) {
    if (question->field != Field::day) names.push_back(question->name);
  }
  std::string known;
  for (const std::string_view name : names) known.append(known.empty() ? "" : ", ").append(name);
  return fail(ErrorKind::usage, "no such trend", word, "weir does not know it" + did_you_mean(word, names),
              "there are " + known);
}

Status check_of(const Flags& flags, std::optional<Series> series) {
  if (!flags.of || series == Series::lifecycle || series == Series::cohorts) return {};
  return fail(ErrorKind::usage, "bad flags", "--of", "it says whose lifecycle or cohorts are asked for",
              "`weir trend active-" + *flags.of + "` counts who is active");
}

Status check_keys(const Flags& flags) {
  const std::optional<std::string_view> flag = flags.answer.flag_about_keys();
  if (!flag) return {};
  return fail(ErrorKind::usage, "bad flags", std::string(*flag), "it is about the keys of a question",
              "leave it out, or ask for a question: `weir trend countries`");
}

Status show(const std::string& text, const Context& context) {
  return write_output(context.common.output_file, text);
}

template <class Result>
Status show(const Result& result, const Context& context) {
  return show(render(result, context.common.format, context.common.style), context);
}

Status show_series(Store& store, Series series, const TrendAsked& asked, const Flags& flags, const Context& context) {
  switch (series) {
    case Series::events: {
      WEIR_TRY_ASSIGN(const Trend trend, ask_event_trend(store, asked));
      return show(trend, context);
    }
    case Series::active_users: {
      WEIR_TRY_ASSIGN(const Trend trend, ask_active_trend(store, *find_question("users"), asked));
      return show(trend, context);
    }
    case Series::active_companies: {
      WEIR_TRY_ASSIGN(const Trend trend, ask_active_trend(store, *find_question("companies"), asked));
      return show(trend, context);
    }
    case Series::lifecycle: {
      WEIR_TRY_ASSIGN(const Lifecycle lifecycle, ask_lifecycle(store, people(flags), asked));
      return show(lifecycle, context);
    }
    case Series::cohorts: break;
  }
  WEIR_TRY_ASSIGN(const Cohorts cohorts, ask_cohorts(store, people(flags), asked));
  return show(cohorts, context);
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  const std::optional<Series> series = series_named(flags.what);
  const Question* question = series ? nullptr : find_question(flags.what);
  if (question != nullptr && question->field == Field::day) {
    return fail(ErrorKind::usage, "no such trend", flags.what, "a trend is by dates in any case",
                "ask `weir trend events --by day`");
  }
  if (!series && question == nullptr) return no_such_trend(flags.what);
  WEIR_TRY(check_of(flags, series));
  if (series) WEIR_TRY(check_keys(flags));
  TrendAsked asked;
  WEIR_TRY_ASSIGN(asked.filter, flags.answer.filter());
  WEIR_TRY_ASSIGN(asked.options, flags.answer.options(context));
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  if (series) {
    WEIR_TRY(show_series(*store, *series, asked, flags, context));
    return ExitCode::done;
  }
  WEIR_TRY_ASSIGN(const QuestionTrend trend, ask_question_trend(*store, *question, asked));
  WEIR_TRY(show(trend, context));
  return ExitCode::done;
}

}  // namespace

void add_trend(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("trend", "Over time, from the database: against the period before and a year ago",
                                      examples, [flags](Context& context) { return run(*flags, context); });
  app.add_option("WHAT", flags->what,
                 "events, active-users, active-companies, lifecycle, cohorts, or a question: countries, users, …")
      ->required()
      ->type_name("");
  app.add_option("--of", flags->of, "Whose lifecycle or cohorts; the default is users")
      ->type_name("WHO")
      ->check(CLI::IsMember(std::vector<std::string>{"users", "companies"}));
  flags->answer.add_to(app);
  flags->database.add_to(app);
}

}  // namespace weir::cli
