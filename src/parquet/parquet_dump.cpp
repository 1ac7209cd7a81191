#include "parquet/parquet_dump.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "parquet/layout.h"
#include "parquet/row_feed.h"
#include "parquet/row_values.h"
#include "parquet_queries.h"

namespace weir {
namespace {

using parquet::Column;
using parquet::Connection;
using parquet::Engine;
using parquet::Kind;
using parquet::Layout;
using parquet::RowGroup;
using parquet::RowValues;

constexpr const char* read_what = "cannot read";

bool is_time(Kind kind) {
  return kind != Kind::text && kind != Kind::bytes && kind != Kind::list;
}

tl::unexpected<Error> with_advice(Error error) {
  if (error.next.empty() && error.kind == ErrorKind::failed) {
    error.next = "it is damaged, encrypted or no Parquet file: write or copy it again";
  }
  return tl::unexpected(std::move(error));
}

class Parquet final : public RowDump {
 public:
  Parquet(Engine& engine, std::string path, std::string uri, Layout layout, RowsRead rows_read)
      : engine_(engine),
        path_(std::move(path)),
        uri_(std::move(uri)),
        layout_(std::move(layout)),
        rows_read_(std::move(rows_read)) {
    for (const Column& column : layout_.columns) columns_.push_back(column.name);
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  void select(std::vector<int> column_indexes) override {
    selected_ = std::move(column_indexes);
    plan();
  }
  void admit_types(int times_column, int lists_column) override {
    times_column_ = times_column;
    lists_column_ = lists_column;
    plan();
  }
  void judge_by(const std::vector<int>& column_indexes) override {
    judges_ = column_indexes;
    plan();
  }

  std::unique_ptr<RowReader> reader() override;

  [[nodiscard]] const RowValues::Plan& row_plan() const { return plan_; }
  [[nodiscard]] parquet::Subject subject() const { return {read_what, uri_, path_}; }
  [[nodiscard]] Engine& engine() const { return engine_; }

  // Row groups in the file's order, each once.
  std::optional<RowGroup> take() {
    const std::lock_guard hold(mutex_);
    if (failed_ || next_ == layout_.groups.size()) return std::nullopt;
    return layout_.groups[next_++];
  }

  // Fails where another reader has: its rows would no longer be the whole dump.
  Status finish(std::uint64_t rows) {
    const std::lock_guard hold(mutex_);
    rows_done_ += rows;
    if (told_ || (rows == 0 && rows_done_ < layout_.rows)) return {};
    told_ = rows_done_ == layout_.rows;
    return rows_read_(rows_done_, layout_.rows);
  }
  void give_up() {
    const std::lock_guard hold(mutex_);
    failed_ = true;
  }

  [[nodiscard]] std::string statement(const RowGroup& group) const {
    std::string columns;
    for (const Column* column : plan_.read) columns += ", " + column->expression;
    return parquet::filled(parquet_queries::read_rows, {{"columns", columns},
                                                        {"file", parquet::quoted(path_)},
                                                        {"first", std::to_string(group.first)},
                                                        {"end", std::to_string(group.end)}});
  }
  [[nodiscard]] tl::unexpected<Error> miscounted(const RowGroup& group, std::uint64_t rows) const {
    return fail(read_what, uri_,
                fmt::format("rows {} to {} are {} rows: the file contradicts itself", group.first + 1, group.end, rows),
                "write it anew");
  }
  [[nodiscard]] tl::unexpected<Error> lost(std::uint64_t read, std::uint64_t handed_over) const {
    return fail(read_what, uri_, fmt::format("{} rows were read of it, and {} came", read, handed_over),
                "this is a fault of weir: please report it");
  }

 private:
  // The columns that judge a row are read besides the selected ones.
  void plan() {
    plan_ = {};
    plan_.selected = selected_.size();
    for (std::size_t i = 0; i < selected_.size(); ++i) {
      const Column& column = layout_.columns[static_cast<std::size_t>(selected_[i])];
      plan_.read.push_back(&column);
      if (selected_[i] == times_column_ && is_time(column.kind)) plan_.times = static_cast<int>(i);
      if (selected_[i] == lists_column_ && column.kind == Kind::list) plan_.lists = static_cast<int>(i);
    }
    plan_.judges = !layout_.is_judged;
    for (const int index : plan_.judges ? judges_ : std::vector<int>()) {
      const Column& column = layout_.columns[static_cast<std::size_t>(index)];
      const bool wanted = !is_time(column.kind) && !is_written_by_duckdb(column);
      if (wanted && std::ranges::find(plan_.read, &column) == plan_.read.end()) plan_.read.push_back(&column);
    }
  }
  // Numbers and the like: never a text that refuses a row.
  static bool is_written_by_duckdb(const Column& column) {
    return column.kind == Kind::text && column.expression.starts_with("CAST");
  }

  Engine& engine_;
  const std::string path_;
  const std::string uri_;
  const Layout layout_;
  const RowsRead rows_read_;
  std::vector<std::string> columns_;
  std::vector<int> selected_;
  std::vector<int> judges_;
  int times_column_ = -1;
  int lists_column_ = -1;
  RowValues::Plan plan_;

  std::mutex mutex_;
  std::size_t next_ = 0;
  std::uint64_t rows_done_ = 0;
  bool told_ = false;  // that all rows are read
  bool failed_ = false;
};

class ParquetReader final : public RowReader {
 public:
  explicit ParquetReader(Parquet& dump) : dump_(dump), values_(dump.row_plan()), feed_([this] { return run(); }) {}

  Result<bool> next(RowBatch& batch) override {
    WEIR_TRY_ASSIGN(void* const chunk, feed_.next());
    if (chunk == nullptr) {
      if (handed_over_ != read_) return dump_.lost(read_, handed_over_);
      return false;
    }
    values_.fill(chunk, batch);
    handed_over_ += batch.rows + batch.rejects.size();
    return true;
  }

 private:
  // On the feed's thread.
  Status run() {
    Status done = read_groups();
    if (!done) dump_.give_up();
    return done;
  }

  Status read_groups() {
    WEIR_TRY_ASSIGN(const auto connection, Connection::open(dump_.engine(), dump_.subject()));
    while (const std::optional<RowGroup> group = dump_.take()) {
      std::uint64_t rows = 0;
      const Result<std::uint64_t> read = connection->run(
          dump_.statement(*group), [&](Connection::Row row) { rows = std::stoull(std::string(row[0])); });
      if (!read) return with_advice(read.error());
      if (rows != group->end - group->first) return dump_.miscounted(*group, rows);
      read_ += rows;
      WEIR_TRY(dump_.finish(rows));
    }
    return dump_.finish(0);
  }

  Parquet& dump_;
  RowValues values_;
  std::uint64_t handed_over_ = 0;
  std::uint64_t read_ = 0;  // by the feed, whose end makes it known
  parquet::RowFeed feed_;
};

std::unique_ptr<RowReader> Parquet::reader() {
  return std::make_unique<ParquetReader>(*this);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// The first and the last bytes tell what DuckDB has harder words for.
Status check_ends(const std::string& path, const std::string& uri) {
  constexpr long least_bytes = 12;  // the mark twice, and the length of the footer
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  std::array<char, 4> mark{};
  const bool readable = file && std::fseek(file.get(), 0, SEEK_END) == 0 && std::ftell(file.get()) >= least_bytes &&
                        std::fseek(file.get(), -4, SEEK_END) == 0 &&
                        std::fread(mark.data(), 1, mark.size(), file.get()) == mark.size();
  if (readable && std::string_view(mark.data(), mark.size()) == "PAR1") return {};
  return fail(read_what, uri, "it is cut short: a Parquet file ends with PAR1, and this one does not",
              "was it written completely? Copy or write it again");
}

}  // namespace

Result<std::unique_ptr<RowDump>> open_parquet(const std::string& path, const std::string& uri, RowsRead rows_read) {
  WEIR_TRY(check_ends(path, uri));
  WEIR_TRY_ASSIGN(Engine* const engine, Engine::for_reading());
  WEIR_TRY(parquet::register_take(*engine));
  WEIR_TRY_ASSIGN(const auto connection, Connection::open(*engine, {read_what, uri, path}));
  Result<Layout> layout = parquet::read_layout(*connection, path);
  if (!layout) return with_advice(std::move(layout).error());
  return std::make_unique<Parquet>(*engine, path, uri, *std::move(layout), std::move(rows_read));
}

}  // namespace weir
