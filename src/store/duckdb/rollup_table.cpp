#include "store/duckdb/rollup_table.h"

#include "duckdb_queries.h"
#include "store/sql_rollup_table.h"

namespace weir::duck {
namespace {

struct Engine {
  using Session = duck::Session;
  using Row = duck::Row;
  static constexpr std::string_view key_run_rows = duckdb_queries::key_run_rows;
  static constexpr std::string_view key_run_pieces = duckdb_queries::key_run_pieces;
  static constexpr std::string_view insert_key_run = duckdb_queries::insert_key_run;
  static constexpr std::string_view delete_key_runs = duckdb_queries::delete_key_runs;
  static constexpr std::string_view insert_tag_run = duckdb_queries::insert_tag_run;
  static constexpr std::string_view delete_tag_runs = duckdb_queries::delete_tag_runs;
  static constexpr std::string_view tag_run_rows = duckdb_queries::tag_run_rows;
  static constexpr std::string_view tag_run_pieces = duckdb_queries::tag_run_pieces;
  static constexpr std::string_view may_add_up = duckdb_queries::may_add_up;
  static constexpr std::string_view count_rows = duckdb_queries::count_rows;
  static constexpr std::string_view of_ingestions = "ingestion_id IN ({ids})";
  static constexpr std::string_view count_rows_of_tags = duckdb_queries::count_rows_of_tags;
  static constexpr std::string_view count_rows_of_tag_pairs = duckdb_queries::count_rows_of_tag_pairs;
  static constexpr std::string_view count_rows_of_days = duckdb_queries::count_rows_of_days;
  static constexpr std::string_view count_rows_over_time = duckdb_queries::count_rows_over_time;
  static constexpr std::string_view count_rows_of_tags_over_time = duckdb_queries::count_rows_of_tags_over_time;
};

}  // namespace

std::unique_ptr<rollups::RollupTable> rollup_table(Session& session, const std::string& where) {
  return std::make_unique<rollups::SqlRollupTable<Engine>>(session, where);
}

Status delete_rollup(Session& session, std::int64_t ingestion_id) {
  const std::string where = fmt::format("list_contains(ingestion_ids, {})", ingestion_id);
  for (const rollups::TableNames& names : {rollups::run_tables, rollups::sum_tables}) {
    WEIR_TRY(session.query(fill_template(duckdb_queries::delete_key_runs, {{"keys", names.keys}, {"where", where}})));
    WEIR_TRY(session.query(fill_template(duckdb_queries::delete_tag_runs, {{"tags", names.tags}, {"where", where}})));
  }
  return {};
}

}  // namespace weir::duck
