// What a deployment file has to say: the settings of a load as they are now, without anything secret.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "cli/place_flags.h"
#include "cli/reading_flags.h"
#include "cli/telling_flags.h"
#include "weir/result.h"

namespace weir::cli::schedule {

struct JobFlags {
  SourceFlags source;
  DatabaseFlags database;
  AccessFlags access;
  ReadingFlags reading;
  TellingFlags telling;
};

struct S3Place {
  std::string bucket;
  std::string key;  // of the template, with its placeholders
};

// Names and texts are all plain (quoting.h); paths are absolute, since the job has another folder.
struct Job {
  std::string id;  // of files, units and resources: "weir-events"; lower-case letters, digits and '-'
  std::string source_name;
  bool daily = false;
  std::string source;                                          // the template
  std::optional<S3Place> s3;                                   // where the template is in S3
  std::string endpoint_host;                                   // of an S3 that is not AWS's; empty: AWS
  bool signs = false;                                          // it is read with keys
  std::string database;                                        // its URL, without password
  std::optional<std::string> db_file;                          // of DuckDB; nullopt: a server
  std::string db_host;                                         // of a server; empty: this machine's socket
  std::optional<std::string> password_file;                    // libpq's, of this machine, where it is not ~/.pgpass
  std::vector<std::pair<std::string, std::string>> variables;  // WEIR_SOURCE, WEIR_DB, and of PG* what is set here
  std::vector<std::string> settings;                           // all else, as flags of `weir ingest` and `weir lambda`
  std::optional<std::string> profile;                          // of the AWS files of this machine
  std::optional<std::string> metrics_file;
  bool notifies = false;
};

// Fails (usage) on settings that no load could work with, on a template or an endpoint that holds a login, which would
// be printed, and on what no deployment file can hold. Warns of a password that is left out. Opens nothing.
[[nodiscard]] Result<Job> job_of(const JobFlags& flags, Context& context);

// Fails (usage) where the job needs something of this machine: a template that is a path, a DuckDB database, a host
// that is "localhost". `platform` is for the message: "Kubernetes".
[[nodiscard]] Status check_elsewhere(const Job& job, const std::string& platform);

}  // namespace weir::cli::schedule
