// What a person should know about a DuckDB file.
#include <duckdb.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "store/duckdb/database_file.h"

namespace weir::duck {
namespace {

namespace fs = std::filesystem;

Finding about_missing(const std::string& url, const fs::path& file) {
  const fs::path directory = file.parent_path();
  std::error_code error;
  const std::string text = fmt::format("{} is not there", url);
  if (!fs::is_directory(directory, error)) {
    return {Verdict::problem, "database", fmt::format("{}, nor is its directory {}", text, directory.string()),
            "create the directory, or name another file with --db", false};
  }
  if (::access(directory.c_str(), W_OK) != 0) {
    return {Verdict::problem, "database", fmt::format("{}, and {} may not be written to", text, directory.string()),
            "change who may write there, or name another file with --db", true};
  }
  return {Verdict::warning, "database", text, "`weir ingest` or `weir db init` makes it", false};
}

Finding about_rights(const fs::path& file) {
  // A load also makes files beside the database: its lock, its log, its spill.
  const bool writable = ::access(file.c_str(), W_OK) == 0 && ::access(file.parent_path().c_str(), W_OK) == 0;
  if (writable) return {Verdict::ok, "rights", "reads, loads and drops", "", false};
  return {Verdict::ok, "rights", "reads, and may not load or drop: the file or its directory may not be written to", "",
          false};
}

}  // namespace

std::vector<Finding> DatabaseFile::diagnose() const {
  std::vector<Finding> findings;
  if (path_.empty()) {
    return {{Verdict::problem, "database", "duckdb: names no file", "name one: --db duckdb:weir.duckdb", false}};
  }
  if (!exists()) return {about_missing(display_url(), absolute_)};
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(absolute_, error);
  findings.push_back(
      {Verdict::ok, "database", error ? absolute_ : fmt::format("{}, {}", absolute_, format_bytes(bytes)), "", false});
  findings.push_back({Verdict::ok, "engine", fmt::format("DuckDB {}", duckdb_library_version()), "", false});
  StoreOptions at_once = options_;
  at_once.wait_s = 0;
  at_once.on_wait = {};
  const auto opened = DatabaseFile(path_, at_once).open_reading("cannot open");
  if (!opened) {
    Finding finding = problem_of("use", opened.error());
    constexpr std::string_view in_use = "it is in use: ";
    if (opened.error().why.starts_with(in_use)) {
      const std::string holder = opened.error().why.substr(in_use.size());
      finding = {Verdict::warning, "use", "in use: " + holder.substr(0, holder.find("; waited")),
                 "commands wait for it, --wait says how long", false};
    }
    findings.push_back(finding);
    return findings;
  }
  findings.push_back({Verdict::ok, "use", "nobody is writing", "", false});
  findings.push_back(about_rights(absolute_));
  return findings;
}

}  // namespace weir::duck
