// weir convert: writes a dump anew, as Parquet, as CSV, or as one file a day.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/place_flags.h"
#include "cli/progress_view.h"
#include "cli/reading_flags.h"
#include "convert/convert.h"

namespace weir::cli {
namespace {

constexpr const char* examples =
    R"(  weir convert events.csv.gz events.parquet    typed, sorted by time, a fraction of the size
  weir convert events.parquet events.csv.gz    and back: no event and no column is lost
  weir convert april.csv.gz events --split day --period 2021-04
                                               to events/2021/04/01/events.parquet and 29 more
  weir insights 'events/2021/04/*/events.parquet'
  weir convert s3://bucket/2021/04/events.csv s3://bucket/events --split day)";

struct Flags {
  std::string source;
  std::string destination;
  std::optional<std::string> split;
  std::optional<std::string> period;
  std::optional<std::string> rejected_file;
  bool force = false;
  ReadingFlags reading;
  AccessFlags access;
  SourceFlags names;
};

Result<std::string> one_dump(Sources& sources, const std::string& source) {
  WEIR_TRY_ASSIGN(const std::vector<Object> objects, sources.expand(source));
  if (objects.size() == 1) return objects.front().uri;
  return fail(ErrorKind::usage, "cannot convert", source, fmt::format("it matches {} dumps", objects.size()),
              "name one of them");
}

// Whose dump it is: as --period says, or the template that its name was made by.
Result<std::optional<Period>> period_of(const Flags& flags, const Context& context, const std::string& uri) {
  if (!flags.period) {
    WEIR_TRY_ASSIGN(const std::optional<UriTemplate> names, flags.names.uri_template(context));
    return names ? names->match(uri) : std::nullopt;
  }
  if (!flags.split) {
    return fail(ErrorKind::usage, "bad flags", "--period", "only a dump that is split needs one", "add --split day");
  }
  const std::optional<Period> period = parse_period(*flags.period);
  if (period) return period;
  return fail(ErrorKind::usage, "bad value", "--period " + *flags.period, "neither a month nor a day",
              "write it as 2021-04 or 2021-04-24");
}

Result<ConvertOptions> options_of(const Flags& flags, const Context& context, const std::string& uri) {
  ConvertOptions options;
  WEIR_TRY_ASSIGN(options.scan, flags.reading.resolve(context));
  WEIR_TRY_ASSIGN(options.period, period_of(flags, context, uri));
  options.threads = context.common.threads;
  options.memory_limit_bytes = context.common.memory_limit_bytes;
  options.split_by_day = flags.split.has_value();
  options.replace = flags.force;
  options.rejected_file = flags.rejected_file.value_or("");
  return options;
}

std::string rows_text(std::uint64_t rows) {
  return fmt::format("{} row{}", format_count(rows), rows == 1 ? "" : "s");
}

void report_split(const converting::DaySplit& split, Reporter& reporter) {
  const std::string period = to_string(split.period);
  const auto moved = [&](std::uint64_t rows, const char* side, const Period& day) {
    if (rows == 0) return;
    reporter.warn(fmt::format("{} dated {} {}: in the file of {}", rows_text(rows), side, period, to_string(day)));
  };
  moved(split.before, "before", split.files.front().day);
  moved(split.after, "after", split.files.back().day);
  if (split.without_time == 0) return;
  reporter.warn(fmt::format("{} without a time that can be read: in the file of {}", rows_text(split.without_time),
                            to_string(split.files.front().day)));
}

// What was found in the dump. Fails where too many of its rows would be lost.
Status report(const Converted& converted, const RejectLimit& limit, bool kept, Reporter& reporter) {
  for (const converting::Renamed& column : converted.renamed) {
    reporter.note(fmt::format("column {} is called {} in Parquet, where names differ in more than capitals",
                              column.from.empty() ? "without a name" : column.from, column.to));
  }
  if (converted.split) report_split(*converted.split, reporter);
  if (converted.rows_rejected == 0) return {};
  const Reject& first = converted.first_rejects.front();
  for (const Reject& reject : converted.first_rejects) {
    reporter.detail(fmt::format("{}:{}: {}: {}", converted.uri, reject.line, reject.reason, reject.raw));
  }
  const std::string count =
      fmt::format("{} of {}", format_count(converted.rows_rejected), format_count(converted.rows_read));
  if (limit.exceeded(converted.rows_rejected, converted.rows_read)) {
    return fail(ErrorKind::rejects, "too many rejected rows in", converted.uri,
                fmt::format("{} (line {}: {}); admitted are {}", count, first.line, first.reason, to_string(limit)),
                "nothing was written; -v shows the first rejected rows, --max-rejects admits more");
  }
  reporter.warn(fmt::format("{}: {} rows rejected, which no file can hold (line {}: {}); {}", converted.uri, count,
                            first.line, first.reason,
                            kept ? "they are in the file of --rejected" : "--rejected FILE keeps them, -v shows more"));
  return {};
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  const std::unique_ptr<Sources> sources = make_sources(flags.access.resolve(context));
  WEIR_TRY_ASSIGN(const std::string uri, one_dump(*sources, flags.source));
  WEIR_TRY_ASSIGN(const ConvertOptions options, options_of(flags, context, uri));
  WEIR_TRY_ASSIGN(const RejectLimit limit, flags.reading.reject_limit(context));
  const auto began = std::chrono::steady_clock::now();
  Progress progress;
  Result<Converted> converted = Converted();
  {
    const ProgressView view(context.reporter, progress, uri, context.common.progress);
    const auto admit = [&](const Converted& so_far) {
      return report(so_far, limit, flags.rejected_file.has_value(), context.reporter);
    };
    converted = convert(*sources, uri, flags.destination, options, admit, &progress);
  }
  if (!converted) return tl::unexpected(std::move(converted).error());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  WEIR_TRY(write_output(context.common.output_file,
                        render(converted_listing(*converted, seconds), context.common.format, context.common.style)));
  return ExitCode::done;
}

}  // namespace

void add_convert(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("convert", "Write a dump anew: CSV to Parquet and back, or one file a day",
                                      examples, [flags](Context& context) { return run(*flags, context); });
  app.add_option("SRC", flags->source, "A path, -, s3://bucket/key or https://…")->required()->type_name("");
  app.add_option("DST", flags->destination,
                 "A path or s3://… that ends in .parquet, .csv, .csv.gz or .csv.zst; with --split a folder")
      ->required()
      ->type_name("");
  app.add_option("--split", flags->split, "One Parquet file a day: DST/YYYY/MM/DD/events.parquet")
      ->type_name("day")
      ->check(CLI::IsMember({"day"}));
  app.add_option("--period", flags->period,
                 "Whose days a split dump holds; the default is the month most events are in")
      ->type_name("PERIOD");
  app.add_option("--rejected", flags->rejected_file, "Keep the rows that were rejected, as CSV: line, reason, raw")
      ->type_name("FILE");
  app.add_flag("--force", flags->force, "Replace what is there");
  flags->reading.add_to(app);
  flags->names.add_template_to(app);
  flags->access.add_to(app);
}

}  // namespace weir::cli
