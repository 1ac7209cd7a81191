// weir query: SQL of one's own.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/place_flags.h"
#include "cli/values.h"
#include "render/row_writer.h"
#include "weir/progress.h"

namespace weir::cli {
namespace {

constexpr const char* examples =
    R"(  weir query 'SELECT country, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 5'
  weir query -f csv -o france.csv 'SELECT * FROM events WHERE country = $$France$$'
  weir query --file report.sql -f ndjson | jq .
  weir query - --timeout 10 < report.sql     SQL from standard input

It only reads: one statement, whose rows are written as they come. Tables: events, ingestions, rejected_rows.)";

constexpr double default_timeout_s = 300;
constexpr std::size_t sql_max_bytes = std::size_t{16} << 20;

struct Flags {
  std::optional<std::string> sql, file, timeout;
  DatabaseFlags database;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Result<std::string> read_all(std::FILE* file, const std::string& shown) {
  std::string text;
  std::array<char, 65536> piece{};
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file)) {
    text.append(piece.data(), got);
    if (text.size() > sql_max_bytes) return fail("cannot use the SQL of", shown, "it is longer than 16 MiB");
  }
  if (std::ferror(file) == 0) return text;
  if (interrupted()) return fail(ErrorKind::interrupted, "cannot read", shown, "interrupted");
  return fail("cannot read", shown, std::strerror(errno), "check that it is a file you may read");
}

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(stdin, "standard input");
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) {
    const bool refused = errno == EACCES;
    return fail(refused ? ErrorKind::access : ErrorKind::failed, "cannot read", path, std::strerror(errno),
                "name a file of SQL that is there and that you may read");
  }
  return read_all(file.get(), path);
}

Result<std::string> sql_of(const Flags& flags) {
  constexpr const char* how_to = "write `weir query 'SELECT …'`, `weir query --file FILE` or `weir query -`";
  if (flags.sql && flags.file) {
    return fail(ErrorKind::usage, "bad flags", "--file", "there is SQL on the command line too", how_to);
  }
  if (!flags.sql && !flags.file) {
    return fail(ErrorKind::usage, "no SQL given to", "weir query", "it does nothing by itself", how_to);
  }
  std::string sql = flags.sql.value_or("");
  if (flags.file || sql == "-") {
    WEIR_TRY_ASSIGN(sql, read_file(flags.file.value_or("-")));
  }
  if (sql.find('\0') != std::string::npos) return fail("cannot use", "the SQL", "it holds a NUL byte", how_to);
  if (sql.find_first_not_of(" \t\r\n") != std::string::npos) return sql;
  return fail(ErrorKind::usage, "no SQL given to", "weir query", "it is empty", how_to);
}

Result<ExitCode> run(const Flags& flags, Context& context) {
  QueryRequest request{"", default_timeout_s};
  if (flags.timeout) {
    WEIR_TRY_ASSIGN(request.timeout_s, parse_seconds("--timeout", *flags.timeout));
  }
  WEIR_TRY_ASSIGN(request.sql, sql_of(flags));
  WEIR_TRY_ASSIGN(const std::unique_ptr<Store> store, flags.database.open(context));
  WEIR_TRY_ASSIGN(const std::unique_ptr<OutputStream> output, OutputStream::open(context.common.output_file));
  const std::unique_ptr<RowWriter> writer = make_row_writer(context.common.format, context.common.style,
                                                            [&](std::string_view text) { return output->write(text); });
  WEIR_TRY(store->query(request, *writer));
  WEIR_TRY(writer->finish());
  WEIR_TRY(output->finish());
  return ExitCode::done;
}

}  // namespace

void add_query(Program& program) {
  auto flags = std::make_shared<Flags>();
  CLI::App& app = program.add_command("query", "Read-only SQL on the database", examples,
                                      [flags](Context& context) { return run(*flags, context); });
  app.add_option("SQL", flags->sql, "One statement that returns rows; -: from standard input")->type_name("");
  app.add_option("--file", flags->file, "The statement stands in FILE")->type_name("FILE");
  app.add_option("--timeout", flags->timeout, "Stop it after so long; the default is 300, 0 is never")
      ->type_name("SECONDS");
  flags->database.add_to(app);
}

}  // namespace weir::cli
