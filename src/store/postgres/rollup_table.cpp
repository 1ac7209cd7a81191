#include "store/postgres/rollup_table.h"

#include "postgres_queries.h"
#include "store/sql_rollup_table.h"

namespace weir::postgres {
namespace {

struct Engine {
  using Session = postgres::Session;
  using Row = postgres::Row;
  static constexpr std::string_view key_run_rows = postgres_queries::key_run_rows;
  static constexpr std::string_view key_run_pieces = postgres_queries::key_run_pieces;
  static constexpr std::string_view insert_key_run = postgres_queries::insert_key_run;
  static constexpr std::string_view delete_key_runs = postgres_queries::delete_key_runs;
  static constexpr std::string_view insert_tag_run = postgres_queries::insert_tag_run;
  static constexpr std::string_view delete_tag_runs = postgres_queries::delete_tag_runs;
  static constexpr std::string_view tag_run_rows = postgres_queries::tag_run_rows;
  static constexpr std::string_view tag_run_pieces = postgres_queries::tag_run_pieces;
  static constexpr std::string_view may_add_up = postgres_queries::may_add_up;
  static constexpr std::string_view count_rows = postgres_queries::count_rows;
  // The months tell the partitions. The ids are one array to join with: a list of thousands would be weighed anew for
  // each partition, which takes a second to plan.
  static constexpr std::string_view of_ingestions =
      "ingestion_id IN (SELECT unnest(CAST('{{ids}}' AS bigint[]))) AND period_month IN ({months})";
  static constexpr std::string_view count_rows_of_tags = postgres_queries::count_rows_of_tags;
  static constexpr std::string_view count_rows_of_tag_pairs = postgres_queries::count_rows_of_tag_pairs;
  static constexpr std::string_view count_rows_of_days = postgres_queries::count_rows_of_days;
  static constexpr std::string_view count_rows_over_time = postgres_queries::count_rows_over_time;
  static constexpr std::string_view count_rows_of_tags_over_time = postgres_queries::count_rows_of_tags_over_time;
};

}  // namespace

std::unique_ptr<rollups::RollupTable> rollup_table(Session& session, const std::string& where) {
  return std::make_unique<rollups::SqlRollupTable<Engine>>(session, where);
}

Status delete_rollup(Session& session, std::int64_t ingestion_id) {
  const std::string where = fmt::format("ingestion_ids @> ARRAY[CAST({} AS bigint)]", ingestion_id);
  for (const rollups::TableNames& names : {rollups::run_tables, rollups::sum_tables}) {
    WEIR_TRY(session.query(fill_template(postgres_queries::delete_key_runs, {{"keys", names.keys}, {"where", where}})));
    WEIR_TRY(session.query(fill_template(postgres_queries::delete_tag_runs, {{"tags", names.tags}, {"where", where}})));
  }
  return {};
}

}  // namespace weir::postgres
