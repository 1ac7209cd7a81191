// weir db: the schema.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/listings.h"
#include "cli/output.h"
#include "cli/place_flags.h"

namespace weir::cli {
namespace {

constexpr const char* group_examples = R"(  weir db init --db duckdb:events.duckdb
  weir db status --db postgresql://ann@db.example.com/events)";
constexpr const char* init_examples =
    R"(  weir db init                               makes weir.duckdb with weir's tables; `ingest` does so too)";
constexpr const char* migrate_examples = R"(  weir db migrate                            after an update of weir)";
constexpr const char* status_examples =
    R"(  weir db status                             which migrations there are, and which were applied)";

// A schema's version in words.
std::string in_words(const SchemaStatus& schema) {
  return fmt::format("schema version {}, newest known {}", schema.version, schema.newest);
}

Result<ExitCode> migrate(const DatabaseFlags& flags, Context& context, bool create) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.open(context));
  WEIR_TRY_ASSIGN(const SchemaStatus before, store->schema());
  if (!create && !before.exists) {
    return fail(ErrorKind::missing, "cannot migrate", store->display_url(), "there is no database of weir's",
                "`weir db init` makes one");
  }
  WEIR_TRY(store->migrate());
  WEIR_TRY_ASSIGN(const SchemaStatus after, store->schema());
  const bool changed = !before.exists || before.version != after.version;
  context.reporter.note(
      fmt::format("{}: {}{}", store->display_url(), changed ? "" : "nothing to do, ", in_words(after)));
  return ExitCode::done;
}

Result<ExitCode> status(const DatabaseFlags& flags, Context& context) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.open(context));
  WEIR_TRY_ASSIGN(const SchemaStatus schema, store->schema());
  if (!schema.exists) {
    return fail(ErrorKind::missing, "cannot read the schema of", store->display_url(), "there is no database of weir's",
                "`weir db init` makes one");
  }
  WEIR_TRY(write_output(context.common.output_file,
                        render(schema_listing(schema), context.common.format, context.common.style)));
  context.reporter.note(fmt::format("{}: {}", store->display_url(), in_words(schema)));
  return ExitCode::done;
}

}  // namespace

void add_db(Program& program) {
  auto flags = std::make_shared<DatabaseFlags>();
  CLI::App& group = program.add_group("db", "The database's schema", group_examples);
  flags->add_to(program.add_command(group, "init", "Make the database, with weir's tables", init_examples,
                                    [flags](Context& context) { return migrate(*flags, context, true); }));
  flags->add_to(program.add_command(group, "migrate", "Bring the schema up to this program's version", migrate_examples,
                                    [flags](Context& context) { return migrate(*flags, context, false); }));
  flags->add_to(program.add_command(group, "status", "Which migrations were applied, and when", status_examples,
                                    [flags](Context& context) { return status(*flags, context); }));
}

}  // namespace weir::cli
