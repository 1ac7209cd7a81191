// weir tags: which tags come together, which rise and fall, and who has them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/asking.h"
#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/span_flags.h"
#include "cli/values.h"
#include "weir/tags.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t rows_shown = 10;
constexpr const char* group = "What to count and show";

constexpr const char* group_examples = R"(  weir tags pairs 2021/04/events.csv         which tags come together
  weir tags trend                            which rise and fall, from the database
  weir tags users policy                     who has a tag)";
constexpr const char* pairs_examples =
    R"(  weir tags pairs 2021/04/events.csv         the ten pairs with most events
  weir tags pairs --sort lift --min-support 100
                                             that come together most beyond chance
  weir tags pairs --like 'pol*' --since 2021 pairs of which one tag begins with pol)";
constexpr const char* trend_examples =
    R"(  weir tags trend                            the last whole month against the one before
  weir tags trend --until 2021-04 --by week  the last whole week of it
  weir tags trend --since 2021 --until 2021  a year against the year before
  weir tags trend '2021/*/events.csv' --source '{YYYY}/{MM}/events.csv')";
constexpr const char* users_examples =
    R"(  weir tags users policy                     from the database, over all months
  weir tags users policy climate --all       who has events with both
  weir tags users --like 'pol*' --since 2021 a tag that begins with pol, Pol or POL
  weir tags users "today's news" --from 2021/04/events.csv)";
constexpr const char* companies_examples =
    R"(  weir tags companies policy                 whose people have events with the tag
  weir tags companies policy climate -n all -f csv
  weir tags companies policy --where country=France)";

constexpr const char* like_description = "as a pattern: * is any text, ? one character, and letters match either case";

void add_min_support(CLI::App& app, std::optional<std::string>& value, const std::string& description) {
  app.add_option("--min-support", value, description)->type_name("N")->group(group);
}

Result<std::uint64_t> min_support_of(const std::optional<std::string>& text, std::uint64_t otherwise) {
  if (!text) return otherwise;
  WEIR_TRY_ASSIGN(const std::optional<std::uint64_t> number, parse_limit("--min-support", *text));
  if (number && *number > 0) return *number;
  return fail(ErrorKind::usage, "bad value", "--min-support " + *text, "it is no number of events",
              "give a whole number, at least 1");
}

// Of tags and pairs all are needed, and those that are not there are none.
AnswerOptions every_key() {
  AnswerOptions options;
  options.limit = std::nullopt;
  options.missing = Missing::drop;
  return options;
}

const Question& question_of(Field field) {
  return **std::ranges::find(all_questions(), field, &Question::field);
}

// weir tags users, weir tags companies.
struct WhoFlags {
  explicit WhoFlags(Field counted) : field(counted) {}
  Field field;
  std::vector<std::string> tags, like;
  bool any = false;
  bool all = false;
  AskingFlags asking{rows_shown};
};

// A dump's name in the place of a tag would be looked for in vain among the tags.
Status check_tag(const std::string& tag) {
  std::error_code ignored;
  const bool is_file = tag.find_first_of("./") != std::string::npos && std::filesystem::is_regular_file(tag, ignored);
  if (!is_file && tag.find("://") == std::string::npos) return {};
  return fail(ErrorKind::usage, "not a tag", tag, "it is a dump's name", "name dumps with --from: --from " + tag);
}

Status add_conditions(const WhoFlags& flags, Filter& filter) {
  if (flags.tags.empty() && flags.like.empty()) {
    return fail(ErrorKind::usage, "no tag given to", "weir tags", "it cannot tell whose events are meant",
                "name a TAG, or a pattern with --like");
  }
  std::vector<Condition> conditions;
  for (const std::string& tag : flags.tags) {
    WEIR_TRY(check_tag(tag));
    const bool none = tag.empty();  // as in --where tag=
    conditions.push_back({Field::tags, {none ? std::nullopt : std::optional(tag)}});
  }
  for (const std::string& pattern : flags.like) conditions.push_back({Field::tags, {}, {pattern}});
  if (!flags.all) {
    for (std::size_t i = 1; i < conditions.size(); ++i) {
      std::ranges::copy(conditions[i].any_of, std::back_inserter(conditions.front().any_of));
      std::ranges::copy(conditions[i].like, std::back_inserter(conditions.front().like));
    }
    conditions.resize(1);
  }
  std::ranges::copy(conditions, std::back_inserter(filter.where));
  return {};
}

Result<ExitCode> run_who(const WhoFlags& flags, Context& context) {
  Asked asked{{&question_of(flags.field)}, {}, {}};
  WEIR_TRY_ASSIGN(asked.filter, flags.asking.answer_flags().filter());
  WEIR_TRY_ASSIGN(asked.options, flags.asking.answer_flags().options(context));
  WEIR_TRY(add_conditions(flags, asked.filter));
  WEIR_TRY_ASSIGN(const Answered answered, flags.asking.ask(context, asked));
  WEIR_TRY(
      write_output(context.common.output_file, render(answered.insights.answers.front(), answered.insights.coverage,
                                                      context.common.format, context.common.style)));
  return answered.exit;
}

void add_who(Program& program, CLI::App& tags, Field field, const char* summary, const char* examples) {
  auto flags = std::make_shared<WhoFlags>(field);
  CLI::App& app = program.add_command(tags, std::string(question_of(field).name), summary, examples,
                                      [flags](Context& context) { return run_who(*flags, context); });
  app.add_option("TAG", flags->tags, "Tags as they are written; an event must have one of them, or with --all each")
      ->type_name("");
  app.add_option("--like", flags->like, std::string("A tag ") + like_description)
      ->type_name("PATTERN")
      ->allow_extra_args(false)
      ->group(group);
  CLI::Option* any = app.add_flag("--any", flags->any, "Events with any of the tags (the default)")->group(group);
  app.add_flag("--all", flags->all, "Events with all of the tags")->excludes(any)->group(group);
  AnswerFlags& answer = flags->asking.answer_flags();
  answer.add_limit_to(app, "How many rows, or all");
  answer.add_filter_to(app);
  answer.add_order_to(app);
  answer.add_missing_to(app);
  flags->asking.add_from_to(app);
}

// weir tags pairs
struct PairsFlags {
  std::vector<std::string> like;
  std::optional<std::string> min_support, sort;
  AskingFlags asking{rows_shown};
};

constexpr std::array<Choice<PairSort>, 3> sorts{
    {{"events", PairSort::events}, {"lift", PairSort::lift}, {"key", PairSort::key}}};

Result<ExitCode> run_pairs(const PairsFlags& flags, Context& context) {
  TagPairOptions options;
  options.like = flags.like;
  WEIR_TRY_ASSIGN(options.min_support, min_support_of(flags.min_support, options.min_support));
  WEIR_TRY(choose(sorts, setting_of("--sort", flags.sort, context.config, "", {}), options.sort));
  WEIR_TRY_ASSIGN(const AnswerOptions shown, flags.asking.answer_flags().options(context));
  options.limit = shown.limit;
  Asked asked{{&question_of(Field::tags), &tag_pairs_question()}, {}, every_key()};
  WEIR_TRY_ASSIGN(asked.filter, flags.asking.answer_flags().filter());
  WEIR_TRY_ASSIGN(const Answered answered, flags.asking.ask(context, asked));
  const std::vector<Answer>& answers = answered.insights.answers;
  const TagPairs pairs = make_tag_pairs(answers[0], answers[1], options);
  WEIR_TRY(write_output(context.common.output_file,
                        render(pairs, answered.insights.coverage, context.common.format, context.common.style)));
  return answered.exit;
}

void add_pairs(Program& program, CLI::App& tags) {
  auto flags = std::make_shared<PairsFlags>();
  CLI::App& app = program.add_command(tags, "pairs", "Which tags come together, and how much beyond chance",
                                      pairs_examples, [flags](Context& context) { return run_pairs(*flags, context); });
  app.add_option("--like", flags->like, std::string("Pairs with a tag ") + like_description)
      ->type_name("PATTERN")
      ->allow_extra_args(false)
      ->group(group);
  add_min_support(app, flags->min_support, "Pairs with at least so many events; the default is 1");
  app.add_option("--sort", flags->sort, "Most events first, or the greatest lift, or in the order of tags")
      ->type_name("ORDER")
      ->check(CLI::IsMember(words_of(sorts)))
      ->group(group);
  flags->asking.answer_flags().add_limit_to(app, "How many pairs, or all");
  flags->asking.answer_flags().add_filter_to(app);
  flags->asking.add_sources_to(app);
}

// weir tags trend
struct TrendFlags {
  std::vector<std::string> like;
  std::optional<std::string> min_support;
  SpanFlags span;
  AskingFlags asking{rows_shown};
};

// Against nothing, or a few events that strayed from the dump after it, everything seems to rise.
void warn_of_nothing(const TagTrend& trend, const Coverage& coverage, Reporter& reporter) {
  const DaySpan& before = trend.before;
  const bool covered = coverage.periods.empty() || std::ranges::any_of(coverage.periods, [&](const Period& period) {
                         return period.first_day() <= before.last && period.last_day() >= before.first;
                       });
  if (covered && trend.events_before > 0 && trend.events > 0) return;
  const DaySpan& without = trend.events == 0 ? trend.span : before;
  reporter.warn(fmt::format(
      "there {} from {} to {}{}", covered || trend.events == 0 ? "are no events" : "is no dump of the days",
      format_day(without.first), format_day(without.last), trend.events == 0 ? "" : ": every tag seems to rise"));
}

Result<ExitCode> run_trend(const TrendFlags& flags, Context& context) {
  TagTrendOptions options;
  options.like = flags.like;
  WEIR_TRY_ASSIGN(options.min_support, min_support_of(flags.min_support, options.min_support));
  WEIR_TRY_ASSIGN(const AnswerOptions shown, flags.asking.answer_flags().options(context));
  options.limit = shown.limit;
  Asked of_both{{&question_of(Field::tags)}, {}, every_key()};
  WEIR_TRY_ASSIGN(of_both.filter, flags.asking.answer_flags().filter());
  WEIR_TRY_ASSIGN(const DaySpan span, flags.span.resolve(context, flags.asking, of_both.filter));
  of_both.filter.until = span.last;
  Asked of_span = of_both;
  of_span.filter.since = span.first;
  of_both.filter.since = span_before(span).first;
  const std::vector<Asked> asked{of_span, of_both};
  WEIR_TRY_ASSIGN(const std::vector<Answered> answered, flags.asking.ask_all(context, asked));
  const Insights& both = answered.back().insights;
  const TagTrend trend = make_tag_trend(span, answered.front().insights.answers.front(), both.answers.front(), options);
  warn_of_nothing(trend, both.coverage, context.reporter);
  WEIR_TRY(write_output(context.common.output_file,
                        render(trend, both.coverage, context.common.format, context.common.style)));
  return answered.back().exit;
}

void add_trend(Program& program, CLI::App& tags) {
  auto flags = std::make_shared<TrendFlags>();
  CLI::App& app = program.add_command(tags, "trend", "Which tags rise and fall against the time before", trend_examples,
                                      [flags](Context& context) { return run_trend(*flags, context); });
  app.add_option("--like", flags->like, std::string("Tags ") + like_description)
      ->type_name("PATTERN")
      ->allow_extra_args(false)
      ->group(group);
  add_min_support(app, flags->min_support, "Tags with at least so many events before or after; the default is 10");
  flags->span.add_to(app);
  flags->asking.answer_flags().add_limit_to(app, "How many tags each way, or all");
  flags->asking.answer_flags().add_filter_to(app);
  flags->asking.add_sources_to(app);
}

}  // namespace

void add_tags(Program& program) {
  CLI::App& tags =
      program.add_group("tags", "Which tags come together, rise and fall, and who has them", group_examples);
  add_pairs(program, tags);
  add_trend(program, tags);
  add_who(program, tags, Field::email, "Who has events with a tag", users_examples);
  add_who(program, tags, Field::company, "Whose people have events with a tag", companies_examples);
}

}  // namespace weir::cli
