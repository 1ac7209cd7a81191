#include "parquet/parquet_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/temp_file.h"
#include "parquet/engine.h"
#include "parquet/layout.h"
#include "parquet/row_table.h"
#include "parquet_queries.h"

namespace weir {
namespace {

using parquet::Connection;
using parquet::Engine;
using parquet::EngineOptions;

constexpr const char* write_what = "cannot convert to";
constexpr const char* spill_folder_name = "weir-convert-";

template <class Number>
Number number_of(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

parquet::Subject subject_of(const std::string& where, const std::string& path) {
  return {write_what, where, path, "raise --memory-limit, or set --threads 1"};
}

// What has no room in memory is spilled: an error about that is none about the place that is written to.
tl::unexpected<Error> with_advice(Error error) {
  if (error.why.find(spill_folder_name) != std::string::npos) {
    error.next = "set TMPDIR to a folder with more room, or raise --memory-limit";
  } else if (error.next.empty() && error.kind == ErrorKind::failed) {
    error.next = "check the disk, or name another place";
  }
  return tl::unexpected(std::move(error));
}

class Writer final : public ParquetWriter {
 public:
  Writer(std::unique_ptr<Engine> engine, std::unique_ptr<Connection> connection, ParquetColumns columns,
         const ParquetWriterOptions& options)
      : engine_(std::move(engine)),
        connection_(std::move(connection)),
        columns_(std::move(columns)),
        where_(options.where),
        threads_(options.threads) {}

  Status take(const std::function<std::unique_ptr<RowReader>()>& reader) override {
    parquet::RowTable table(columns_.names.size(), columns_.tags, threads_, reader);
    WEIR_TRY(table.register_on(*connection_));
    const Result<std::uint64_t> taken = connection_->run(std::string(parquet_queries::take_rows));
    if (std::optional<Error> error = table.error()) return tl::unexpected(*std::move(error));
    if (!taken) return with_advice(taken.error());
    return {};
  }

  Result<std::vector<DayRows>> days() override {
    std::vector<DayRows> days;
    WEIR_TRY(connection_->run(std::string(parquet_queries::count_days), [&](Connection::Row row) {
      days.push_back({number_of<DayNumber>(row[0]), number_of<std::uint64_t>(row[1])});
    }));
    return days;
  }

  Result<std::uint64_t> write(const ParquetTypes& types, DayNumber first, DayNumber last,
                              const std::string& path) override {
    std::string columns;
    for (std::size_t i = 0; i < columns_.names.size(); ++i) {
      columns += fmt::format("{}{} AS {}", i == 0 ? "" : ", ", expression(static_cast<int>(i), types),
                             parquet::named(columns_.names[i]));
    }
    const std::string file = parquet::quoted(path);
    WEIR_TRY_ASSIGN(const auto connection, Connection::open(*engine_, subject_of(where_, path)));
    const Result<std::uint64_t> written = connection->run(
        parquet::filled(parquet_queries::write_rows, {{"columns", columns},
                                                      {"first", std::to_string(first)},
                                                      {"last", std::to_string(last)},
                                                      {"file", file},
                                                      {"note", parquet::quoted(parquet::judged_note)}}));
    if (!written) return with_advice(written.error());
    std::uint64_t rows = 0;
    WEIR_TRY(connection->run(parquet::filled(parquet_queries::file_rows, {{"file", file}}),
                             [&](Connection::Row row) { rows = number_of<std::uint64_t>(row[0]); }));
    if (rows == *written) return rows;
    return fail(write_what, where_, fmt::format("{} rows were written and the file tells of {}", *written, rows),
                "try again; check the disk");
  }

 private:
  [[nodiscard]] std::string expression(int column, const ParquetTypes& types) const {
    if (column == columns_.id && types.id_is_uuid) return fmt::format("CAST(c{} AS UUID)", column);
    if (column == columns_.time && types.time != ParquetTypes::Time::text) {
      return fmt::format("CASE WHEN d <> {} THEN {} END", no_day,
                         types.time == ParquetTypes::Time::day ? "DATE '1970-01-01' + d" : "make_timestamp(t)");
    }
    return fmt::format("c{}", column);
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Connection> connection_;
  ParquetColumns columns_;
  std::string where_;
  unsigned threads_;
};

}  // namespace

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::open(ParquetColumns columns,
                                                           const ParquetWriterOptions& options) {
  EngineOptions engine_options;
  engine_options.threads = std::max(1U, options.threads);
  if (options.memory_limit_bytes != 0) engine_options.memory_limit_bytes = options.memory_limit_bytes;
  engine_options.spill_folder = fmt::format("{}/{}{}", TempFile::folder(), spill_folder_name, ::getpid());
  WEIR_TRY_ASSIGN(auto engine, Engine::open(engine_options));
  WEIR_TRY_ASSIGN(auto connection, Connection::open(*engine, subject_of(options.where, "")));
  return std::make_unique<Writer>(std::move(engine), std::move(connection), std::move(columns), options);
}

}  // namespace weir
