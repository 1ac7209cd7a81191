#include "cli/asking.h"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cli/dump_notes.h"
#include "cli/progress_view.h"

namespace weir::cli {
namespace {

constexpr const char* sources_description = "Dumps: paths, globs, -, s3://bucket/key, https://…; none: the database";

// The dumps that the arguments name, each once: a file that two globs match is not counted twice.
Result<std::vector<NamedDump>> expand(Sources& sources, const std::vector<std::string>& arguments,
                                      const std::optional<UriTemplate>& uri_template, Reporter& reporter) {
  std::vector<NamedDump> dumps;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    WEIR_TRY_ASSIGN(const std::vector<Object> objects, sources.expand(argument));
    for (const Object& object : objects) {
      if (!seen.insert(object.uri).second) {
        reporter.warn(fmt::format("{} is named twice; it is counted once", object.uri));
        continue;
      }
      dumps.push_back({object.uri, {}});
      if (!uri_template) continue;
      // The address of a web object lacks in its name what the template has of passwords and queries.
      std::optional<Period>& period = dumps.back().period;
      period = uri_template->match(object.uri);
      if (!period) period = uri_template->match(argument);
    }
  }
  return dumps;
}

// True when some dump has more rejects than the limit admits.
bool report_rejects(const std::vector<DumpReading>& dumps, const RejectLimit& limit, Reporter& reporter) {
  bool exceeded = false;
  for (const DumpReading& dump : dumps) {
    if (dump.rows_rejected == 0) continue;
    const Reject& first = dump.first_rejects.front();
    const std::string count = fmt::format("{}: {} of {} rows rejected", dump.uri, format_count(dump.rows_rejected),
                                          format_count(dump.rows_read));
    if (limit.exceeded(dump.rows_rejected, dump.rows_read)) {
      exceeded = true;
      reporter.error({ErrorKind::rejects, "too many rejected rows in", dump.uri,
                      fmt::format("{} of {} (line {}: {}); admitted are {}", format_count(dump.rows_rejected),
                                  format_count(dump.rows_read), first.line, first.reason, to_string(limit)),
                      "the answer stands on the others; -v shows the first rejected rows, --max-rejects admits more"});
    } else {
      reporter.warn(fmt::format("{} (line {}: {}); -v shows more", count, first.line, first.reason));
    }
    for (const Reject& reject : dump.first_rejects) {
      reporter.detail(fmt::format("{}:{}: {}: {}", dump.uri, reject.line, reject.reason, reject.raw));
    }
  }
  return exceeded;
}

}  // namespace

void AskingFlags::add_to(CLI::App& app) {
  app.add_option("SRC", sources_, sources_description)->type_name("");
  answer_.add_to(app);
  add_places_to(app);
}

void AskingFlags::add_sources_to(CLI::App& app) {
  app.add_option("SRC", sources_, sources_description)->type_name("");
  add_places_to(app);
}

void AskingFlags::add_from_to(CLI::App& app) {
  app.add_option("--from", sources_, sources_description)->type_name("SRC")->allow_extra_args(false);
  add_places_to(app);
}

void AskingFlags::add_places_to(CLI::App& app) {
  reading_.add_to(app);
  database_.add_to(app);
  source_.add_template_to(app);
  access_.add_to(app);
}

Result<Answered> AskingFlags::ask_sources(Context& context, const Asked& asked, bool tells) const {
  WEIR_TRY_ASSIGN(const ScanOptions scan, reading_.resolve(context));
  WEIR_TRY_ASSIGN(const RejectLimit limit, reading_.reject_limit(context));
  WEIR_TRY_ASSIGN(const std::optional<UriTemplate> names, source_.uri_template(context));
  const std::unique_ptr<Sources> sources = make_sources(access_.resolve(context));
  WEIR_TRY_ASSIGN(const std::vector<NamedDump> dumps, expand(*sources, sources_, names, context.reporter));
  Progress progress;
  Result<DumpAnswers> answers = DumpAnswers();
  {
    const std::string label = dumps.size() == 1 ? dumps.front().uri : fmt::format("{} dumps", dumps.size());
    const ProgressView view(context.reporter, progress, label, context.common.progress);
    answers =
        ask_dumps(*sources, dumps, asked, scan, {context.common.threads, context.common.memory_limit_bytes}, &progress);
  }
  if (!answers) return tl::unexpected(std::move(answers).error());
  if (!tells) return Answered{std::move(answers->insights), ExitCode::done};
  DumpNotes notes(context.reporter);
  for (const DumpReading& dump : answers->dumps) notes.say(dump.unused_columns, dump.absent_fields);
  const bool too_many = report_rejects(answers->dumps, limit, context.reporter);
  return Answered{std::move(answers->insights), too_many ? ExitCode::rejects : ExitCode::done};
}

Result<Answered> AskingFlags::ask(Context& context, std::vector<const Question*> questions) const {
  Asked asked{std::move(questions), {}, {}};
  WEIR_TRY_ASSIGN(asked.filter, answer_.filter());
  WEIR_TRY_ASSIGN(asked.options, answer_.options(context));
  const bool about_dates =
      std::ranges::any_of(asked.questions, [](const Question* q) { return q->field == Field::day; });
  if (answer_.groups_dates() && !about_dates) {
    return fail(ErrorKind::usage, "bad flags", "--by", "only dates are grouped", "ask `weir top dates --by …`");
  }
  return ask(context, asked);
}

Result<Answered> AskingFlags::ask(Context& context, const Asked& asked) const {
  if (!sources_.empty()) return ask_sources(context, asked, true);
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, database_.open(context));
  WEIR_TRY_ASSIGN(Insights insights, ask_store(*store, asked));
  return Answered{std::move(insights), ExitCode::done};
}

Result<std::vector<Answered>> AskingFlags::ask_all(Context& context, std::span<const Asked> asked) const {
  std::vector<Answered> answered;
  if (!sources_.empty()) {
    if (std::ranges::find(sources_, "-") != sources_.end()) {
      return fail(ErrorKind::usage, "cannot read", "standard input", "it would be read twice",
                  "write the dump to a file first");
    }
    for (const Asked& one : asked) {
      WEIR_TRY_ASSIGN(answered.emplace_back(), ask_sources(context, one, &one == &asked.back()));
    }
    return answered;
  }
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, database_.open(context));
  WEIR_TRY_ASSIGN(std::vector<Insights> insights, ask_store(*store, asked));
  for (Insights& one : insights) answered.push_back({std::move(one), ExitCode::done});
  return answered;
}

Result<std::vector<Period>> AskingFlags::periods_of_dumps(Context& context) const {
  WEIR_TRY_ASSIGN(const std::optional<UriTemplate> names, source_.uri_template(context));
  const std::unique_ptr<Sources> sources = make_sources(access_.resolve(context));
  WEIR_TRY_ASSIGN(const std::vector<NamedDump> dumps, expand(*sources, sources_, names, context.reporter));
  std::vector<Period> periods;
  for (const NamedDump& dump : dumps) {
    if (dump.period) periods.push_back(*dump.period);
  }
  std::ranges::sort(periods);
  return periods;
}

}  // namespace weir::cli
