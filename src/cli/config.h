// weir.toml: the settings one would otherwise type as flags. Flags and the environment go before it.
//
//   source = "s3://work-sample-mk/{YYYY}/{MM}/events.csv"
//   db = "duckdb:weir.duckdb"
//   max_rejects = "2%"                      # or a number of rows
//   [columns]
//   email = ["client_id", "clientId"]       # or one name; the first that a dump has is taken
//   [fill]
//   country = "unknown"
//   [s3]
//   endpoint_url = "http://localhost:8080"
//
// The file may hold a database URL with a password, which is never printed; passwords and keys have no settings of
// their own.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "weir/event.h"
#include "weir/result.h"

namespace weir::cli {

// What one file, or several laid over each other, say; nullopt: nothing. Types are checked, and the fields of [columns]
// and [fill]; what a text means is for whoever would judge the same flag (origin() gives that message its place).
struct FileConfig {
  std::optional<std::string> source;  // template of URIs
  std::optional<std::string> source_name;
  std::optional<std::string> db;           // a URL; may hold a password: never print it
  std::optional<std::string> max_rejects;  // N or P%; a number in the file is its text
  std::optional<unsigned> threads;
  std::optional<std::string> memory_limit;  // "2GB"; a number in the file is its text
  std::optional<double> wait_s;             // key `wait`
  std::optional<std::string> format;
  std::optional<std::string> progress;
  std::optional<std::string> log_format;
  std::optional<std::string> missing;
  std::optional<std::string> personal_mail;
  std::optional<std::string> delimiter;
  std::optional<std::string> notify;  // a URL, most of which is a secret: never print it
  std::optional<std::string> metrics_file;
  std::optional<bool> no_header;
  ColumnMap columns;                                         // [columns]
  std::array<std::optional<std::string>, field_count> fill;  // [fill]
  std::optional<std::string> region;                         // [s3] from here on
  std::optional<std::string> profile;
  std::optional<std::string> endpoint_url;
  std::optional<bool> no_sign_request;

  // Where a setting came from: "format" or "s3.region" or "columns.email" -> "weir.toml:3".
  std::map<std::string, std::string, std::less<>> origins;
  // That place; empty when no file said it.
  [[nodiscard]] std::string origin(std::string_view key) const;
};

// One file. Errors are of kind usage, name "path:line", and never show a value: no such file or no permission, no TOML,
// an unknown key (with the nearest known one), a wrong type, a field that no column carries, a field named twice.
[[nodiscard]] Result<FileConfig> load_config(const std::string& path);

// Where configuration files are looked for.
struct ConfigPlaces {
  std::string local = "weir.toml";
  std::string global;  // empty: nowhere, when neither XDG_CONFIG_HOME nor HOME is of use
};
// ./weir.toml, and weir/weir.toml below $XDG_CONFIG_HOME (when absolute, as its specification asks), else ~/.config.
// Reads the environment: call it before threads are started.
[[nodiscard]] ConfigPlaces config_places();

// The local file laid over the global one, setting by setting, each field of [columns] and [fill] for itself. Files
// that do not exist say nothing; any other failure of one is an error as above.
[[nodiscard]] Result<FileConfig> load_configs(const ConfigPlaces& places);

}  // namespace weir::cli
