#include "cli/place_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/databases.h"
#include "cli/hints.h"
#include "cli/secrets.h"
#include "cli/setting.h"
#include "cli/values.h"

namespace weir::cli {
namespace {

constexpr const char* database_group = "Database";
constexpr const char* source_group = "Source";

}  // namespace

void DatabaseFlags::add_to(CLI::App& app) {
  app.add_option("--db", db_, std::string("The database; the default is WEIR_DB or ") + default_database)
      ->type_name("URL")
      ->group(database_group);
  app.add_option("--wait", wait_, "How long to wait for others who use the database; the default is 60")
      ->type_name("SECONDS")
      ->group(database_group);
}

Result<std::unique_ptr<Store>> DatabaseFlags::open(const Context& context) const {
  return open(context, url(context).text, false);
}

Result<std::unique_ptr<Store>> DatabaseFlags::open_for_loads(const Context& context) const {
  return open(context, url(context).text, true);
}

Result<std::unique_ptr<Store>> DatabaseFlags::open(const Context& context, const std::string& url) const {
  return open(context, url, false);
}

Result<std::unique_ptr<Store>> DatabaseFlags::open(const Context& context, const std::string& url,
                                                   bool loads_follow) const {
  StoreOptions options;
  options.loads_follow = loads_follow;
  options.on_wait = [&reporter = context.reporter](const std::string& holder) {
    reporter.note("waiting for the database: " + holder);
  };
  options.threads = context.common.threads;
  options.memory_limit_bytes = context.common.memory_limit_bytes;
  if (const auto wait = this->wait(context)) {
    WEIR_TRY_ASSIGN(options.wait_s, parse_seconds(wait->said_by, wait->text));
  }
  WEIR_TRY_ASSIGN(std::unique_ptr<Store> store, make_store(url, options));
  if (db_) {
    context.reporter.set_hint_flags("--db " + shell_word(holds_password(*db_) ? store->display_url() : *db_));
  }
  if (db_ && holds_password(*db_)) {
    context.reporter.warn(
        "a password on the command line can be seen by others on this machine while weir starts; keep "
        "it in PGPASSFILE or ~/.pgpass");
  }
  return store;
}

Setting DatabaseFlags::url(const Context& context) const {
  if (db_) return {"--db", *db_};
  if (const auto variable = context.variables("WEIR_DB")) return {"WEIR_DB", *variable};
  if (context.config.db) return {context.config.origin("db") + ": db", *context.config.db};
  return {"the default", default_database};
}

std::optional<Setting> DatabaseFlags::wait(const Context& context) const {
  if (wait_) return Setting{"--wait", *wait_};
  if (!context.config.wait_s) return std::nullopt;
  return Setting{context.config.origin("wait") + ": wait", fmt::format("{}", *context.config.wait_s)};
}

void SourceFlags::add_to(CLI::App& app) {
  add_template_to(app);
  app.add_option("--source-name", source_name_, "The source's name in the ledger; the default is events")
      ->type_name("NAME")
      ->group(source_group);
}

void SourceFlags::add_template_to(CLI::App& app) {
  app.add_option("--source", source_, "Where dumps lie: s3://bucket/{YYYY}/{MM}/events.csv; the default is WEIR_SOURCE")
      ->type_name("TEMPLATE")
      ->group(source_group);
}

std::optional<Setting> SourceFlags::setting(const Context& context) const {
  if (const auto variable = context.variables("WEIR_SOURCE"); variable && !source_)
    return Setting{"WEIR_SOURCE", *variable};
  return setting_of("--source", source_, context.config, "source", context.config.source);
}

Result<std::optional<UriTemplate>> SourceFlags::uri_template(const Context& context) const {
  const std::optional<Setting> setting = this->setting(context);
  if (!setting) return std::optional<UriTemplate>();
  Result<UriTemplate> parsed = UriTemplate::parse(setting->text);
  if (parsed) return std::optional<UriTemplate>(*std::move(parsed));
  parsed.error().where = setting->said_by + " " + display_name(setting->text);
  return tl::unexpected(std::move(parsed).error());
}

Result<UriTemplate> SourceFlags::required_template(const Context& context) const {
  WEIR_TRY_ASSIGN(std::optional<UriTemplate> found, uri_template(context));
  if (found) return *std::move(found);
  return fail(ErrorKind::usage, "no source named", "--source", "where the dumps lie is not known",
              "name it: --source 's3://bucket/{YYYY}/{MM}/events.csv', WEIR_SOURCE, or source = \"…\" in weir.toml");
}

std::string SourceFlags::name(const Context& context) const {
  return name_if_given(context).value_or(Slot().source);
}

std::optional<std::string> SourceFlags::name_if_given(const Context& context) const {
  return source_name_ ? source_name_ : context.config.source_name;
}

}  // namespace weir::cli
