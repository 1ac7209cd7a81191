// weir fetch: downloads one dump.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/progress_view.h"
#include "cli/reading_flags.h"
#include "fetch/fetch.h"

namespace weir::cli {
namespace {

constexpr const char* examples =
    R"(  weir fetch s3://bucket/2021/04/events.csv  to events.csv here; run again, it goes on where it stopped
  weir fetch s3://bucket/2021/04/events.csv april.csv
  weir fetch https://example.org/events.csv.gz data/)";

struct Flags {
  std::string source;
  std::string destination;
  AccessFlags access;
};

Result<Object> one_object(Sources& sources, const std::string& source) {
  if (source == "-") {
    return fail(ErrorKind::usage, "cannot fetch", "-", "standard input is here already", "redirect it: weir … > FILE");
  }
  WEIR_TRY_ASSIGN(std::vector<Object> objects, sources.expand(source));
  if (objects.size() == 1) {
    // A listing may know less of the version than a look at the object does.
    WEIR_TRY_ASSIGN(std::optional<Object> object, sources.stat(objects.front().uri));
    if (object) return *std::move(object);
    return fail(ErrorKind::missing, "cannot fetch", source, "it has gone since it was looked for", "try again");
  }
  return fail(ErrorKind::usage, "cannot fetch", source, fmt::format("it matches {} dumps", objects.size()),
              "name one of them");
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  const std::unique_ptr<Sources> sources = make_sources(flags.access.resolve(context));
  WEIR_TRY_ASSIGN(const Object object, one_object(*sources, flags.source));
  const std::string path = fetch_path(object, flags.destination);
  const auto began = std::chrono::steady_clock::now();
  Progress progress;
  Result<Fetched> fetched = Fetched();
  {
    const ProgressView view(context.reporter, progress, path, context.common.progress);
    fetched = fetch(*sources, object, path, &progress);
  }
  if (!fetched) return tl::unexpected(std::move(fetched).error());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  WEIR_TRY(write_output(context.common.output_file,
                        render(fetched_listing(*fetched, seconds), context.common.format, context.common.style)));
  return ExitCode::done;
}

}  // namespace

void add_fetch(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("fetch", "Download one dump, checked and resumable", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("SRC", flags->source, "A path, s3://bucket/key or https://…")->required()->type_name("");
  app.add_option("DEST", flags->destination, "A file or a folder; here by default")->type_name("");
  flags->access.add_to(app);
}

}  // namespace weir::cli
