#include "parquet/layout.h"

#include <fmt/format.h>

#include <charconv>

#include "parquet_queries.h"

namespace weir::parquet {
namespace {

std::uint64_t count_of(std::string_view digits) {
  std::uint64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

struct TypeName {
  std::string_view name;
  Kind kind;
  bool utc = false;
};
constexpr TypeName direct_types[] = {
    {"VARCHAR", Kind::text},
    {"BLOB", Kind::bytes},
    {"DATE", Kind::day},
    {"TIMESTAMP_S", Kind::seconds},
    {"TIMESTAMP_MS", Kind::milliseconds},
    {"TIMESTAMP", Kind::microseconds},
    {"TIMESTAMP_NS", Kind::nanoseconds},
    {"TIMESTAMP WITH TIME ZONE", Kind::microseconds, true},
    {"VARCHAR[]", Kind::list},
};

// Whatever is neither text, time nor list is read as the text that DuckDB writes for it.
Column column_of(std::string_view name, std::string_view type) {
  for (const TypeName& known : direct_types) {
    if (type == known.name) return {std::string(name), known.kind, named(name), known.utc};
  }
  const bool list = type.ends_with("[]");
  return {std::string(name), list ? Kind::list : Kind::text,
          fmt::format("CAST({} AS VARCHAR{})", named(name), list ? "[]" : "")};
}

// DuckDB tells columns that differ in capitals only apart by other names. These are the file's own.
Result<std::vector<std::string>> names_in_schema(Connection& connection, const std::string& file) {
  std::vector<std::string> names;
  std::vector<std::uint64_t> children_left;  // of the elements that are open, the root's first
  WEIR_TRY(connection.run(filled(parquet_queries::file_schema, {{"file", file}}), [&](Connection::Row row) {
    if (children_left.size() == 1) names.emplace_back(row[0]);
    if (!children_left.empty()) --children_left.back();
    children_left.push_back(count_of(row[1]));
    while (!children_left.empty() && children_left.back() == 0) children_left.pop_back();
  }));
  return names;
}

}  // namespace

Result<Layout> read_layout(Connection& connection, const std::string& path) {
  const std::string file = quoted(path);
  Layout layout;
  WEIR_TRY(connection.run(filled(parquet_queries::file_columns, {{"file", file}}),
                          [&](Connection::Row row) { layout.columns.push_back(column_of(row[0], row[1])); }));
  WEIR_TRY(connection.run(filled(parquet_queries::file_row_groups, {{"file", file}}), [&](Connection::Row row) {
    const std::uint64_t rows = count_of(row[0]);
    if (rows > 0) layout.groups.push_back({layout.rows, layout.rows + rows});
    layout.rows += rows;
  }));
  // A footer has no checksum: a damaged one may well be read, as one with fewer rows.
  std::uint64_t rows_told = 0;
  WEIR_TRY(connection.run(filled(parquet_queries::file_rows, {{"file", file}}),
                          [&](Connection::Row row) { rows_told = count_of(row[0]); }));
  if (rows_told != layout.rows) {
    Error error = connection.error_of(
        fmt::format("its footer tells of {} rows, and of {} in row groups", rows_told, layout.rows));
    return tl::unexpected(std::move(error));
  }
  WEIR_TRY(connection.run(filled(parquet_queries::file_notes, {{"file", file}, {"note", quoted(judged_note)}}),
                          [&](Connection::Row) { layout.is_judged = true; }));
  WEIR_TRY_ASSIGN(std::vector<std::string> names, names_in_schema(connection, file));
  for (std::size_t i = 0; i < names.size() && names.size() == layout.columns.size(); ++i) {
    layout.columns[i].name = std::move(names[i]);
  }
  return layout;
}

}  // namespace weir::parquet
