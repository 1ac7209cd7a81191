// weir-sample: writes dumps that look like real ones, for demonstrations, tests and measurements.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

#include "base/text.h"
#include "sample/sample_options.h"
#include "weir/progress.h"

namespace weir::sample {
namespace {

constexpr const char* examples = R"(
Examples:
  weir-sample --month 2021-04 -o data              data/2021/04/events.csv, 1.2 million rows
  weir-sample --month 2021-01..2021-03 --gzip      sample/2021/01/events.csv.gz and two more
  weir-sample --month 2021-04 --layout daily       sample/2021/04/01/events.csv and 29 more
  weir-sample --month 2021-04 --rows 20 -o -       to standard output

The same --month, --rows, --seed, --users, --companies and --layout give the same CSV on every machine.
Users keep their company and country in every month of a seed.)";

void add_options(CLI::App& app, SampleOptions& options) {
  app.footer(examples);
  app.add_option("--month", options.months, "Month or range of months: 2021-04, 2021-01..2021-04; may be repeated")
      ->required()
      ->type_name("MONTH")
      ->allow_extra_args(false);
  app.add_option("--months", options.months_from_first, "How many months, from --month on")
      ->type_name("N")
      ->check(CLI::Range(1, 12'000));
  app.add_option("--rows", options.rows, "Rows a month")->type_name("N")->capture_default_str();
  app.add_option("--seed", options.population.seed, "Another seed, other data")->type_name("N")->capture_default_str();
  app.add_option("--users", options.population.users, "Users there are; the busiest come first in every month")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--companies", options.population.companies, "Companies they work for")
      ->type_name("N")
      ->check(CLI::Range(1, 2'500))
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--layout", [&options](const std::string& layout) { options.daily = layout == "daily"; },
         "One dump a month (monthly) or a day (daily)")
      ->type_name("LAYOUT")
      ->check(CLI::IsMember({"monthly", "daily"}));
  auto* const gzip = app.add_flag_callback(
      "--gzip", [&options] { options.compression = Compression::gzip; }, "Compress with gzip");
  app.add_flag_callback(
         "--zstd", [&options] { options.compression = Compression::zstd; }, "Compress with zstd")
      ->excludes(gzip);
  app.add_option(
         "-o,--output", options.output,
         "Folder for YYYY/MM/events.csv, a file that ends in .csv (.csv.gz, .csv.zst), or - for standard output")
      ->type_name("DIR|FILE|-")
      ->capture_default_str();
}

int exit_code(const Status& status) {
  if (status) return 0;
  const Error& error = status.error();
  std::cerr << "weir-sample: " << printable(error.what + " " + error.where + ": " + error.why) << '\n';
  if (!error.next.empty()) std::cerr << "  " << printable(error.next) << '\n';
  switch (error.kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::interrupted: return 130;
    default: return 1;
  }
}

extern "C" void on_signal(int) {
  request_interrupt();
}

int run(int argc, char** argv) {
  // SIGPIPE keeps its default: a reader that closed the pipe has had enough, and the writer just ends.
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  CLI::App app("Writes sample event dumps: CSV with the columns id,timestamp,email,country,ip,uri,action,tags.",
               "weir-sample");
  SampleOptions options;
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11's way to leave, for --help too
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code(write_dumps(options));
}

}  // namespace
}  // namespace weir::sample

int main(int argc, char** argv) {
  try {
    return weir::sample::run(argc, argv);
  } catch (const std::exception& error) {  // out of memory: nothing else throws
    std::fprintf(stderr, "weir-sample: %s\n", error.what());
  } catch (...) {
    std::fputs("weir-sample: unknown failure\n", stderr);
  }
  return 1;
}
