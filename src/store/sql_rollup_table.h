// RollupTable in SQL, for every engine that has a Session and a Row of the adapters' shape. An Engine names them, and
// the texts that differ: the statements, `day_key` (a day as text) and nothing else.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/filter_sql.h"
#include "store/rollups.h"
#include "store/sql.h"
#include "weir/period.h"
#include "weir/tags.h"

namespace weir::rollups {

// The field of this name whose keys are counted, tag_pair among them; Field::id, whose never are, when there is none.
[[nodiscard]] Field counted_field(std::string_view name);
// "3,14,15"
[[nodiscard]] std::vector<std::int64_t> ids_in(std::string_view text);
// The months of the ingestions' periods, as SQL.
[[nodiscard]] std::string months_text(std::span<const Ingestion> ingestions);

// The first day of the unit of time that a row's day is in, as SQL.
[[nodiscard]] std::string_view unit_text(By by);

// Two tables of the same shape as these two.
struct TableNames {
  std::string_view keys;
  std::string_view tags;
};
inline constexpr TableNames run_tables{"key_runs", "tag_runs"};
inline constexpr TableNames sum_tables{"key_sums", "tag_sums"};

template <class Engine>
class SqlRollupTable final : public RollupTable {
 public:
  // Both outlive the table.
  SqlRollupTable(typename Engine::Session& session, const std::string& where)
      : SqlRollupTable(session, where, run_tables) {
    sums_.reset(new SqlRollupTable(session, where, sum_tables));
  }

  [[nodiscard]] Result<std::vector<RunRow>> rows(FieldSet fields, std::optional<int> year) override;
  Status read(std::span<const std::int64_t> ids, const TakePiece& take) override;
  Status insert(std::span<const std::int64_t> ingestion_ids, const KeyRun& run) override;
  Status erase(std::span<const std::int64_t> ids) override;
  [[nodiscard]] Result<std::vector<TagRow>> tag_rows(std::optional<std::string_view> tag) override;
  Status read_tags(std::span<const std::int64_t> ids, const TakeTagPiece& take) override;
  Status insert_tags(std::span<const std::int64_t> ingestion_ids, const TagRun& run) override;
  Status erase_tags(std::span<const std::int64_t> ids) override;
  [[nodiscard]] RollupTable& sums() override { return *sums_; }
  [[nodiscard]] Result<bool> may_add_up() override;
  Status count_rows(Field field, const std::vector<Ingestion>* ingestions, const Filter& filter,
                    const TakeCount& take) override;
  Status count_rows_over_time(Field field, By by, const std::vector<Ingestion>* ingestions, const Filter& filter,
                              const TakeUnitCount& take) override;
  [[nodiscard]] const std::string& where() const override { return where_; }

 private:
  using Row = typename Engine::Row;
  SqlRollupTable(typename Engine::Session& session, const std::string& where, const TableNames& names)
      : session_(session), where_(where), names_(names) {}
  // The filter, of these ingestions alone; nullptr: of all.
  [[nodiscard]] static sql::Condition condition_of(const std::vector<Ingestion>* ingestions, const Filter& filter);
  Status count_pairs(const sql::Condition& condition, const TakeCount& take);
  typename Engine::Session& session_;
  const std::string& where_;
  TableNames names_;
  std::unique_ptr<SqlRollupTable> sums_{};  // of these, too
};

template <class Engine>
Result<std::vector<RunRow>> SqlRollupTable<Engine>::rows(FieldSet fields, std::optional<int> year) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < counted_field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if (fields.contains(field)) names.push_back(fmt::format("'{}'", name_of(field)));
  }
  std::string where = fmt::format("field IN ({})", fmt::join(names, ", "));
  if (year) where += fmt::format(" AND first_day BETWEEN DATE '{0:04}-01-01' AND DATE '{0:04}-12-31'", *year);
  std::vector<RunRow> rows;
  WEIR_TRY(session_.query(
      sql::fill_template(Engine::key_run_rows, {{"keys", names_.keys}, {"where", where}}), {}, [&](const Row& row) {
        rows.push_back({row.integer(0), ids_in(row.text(1)), counted_field(row.text(2)), row.day(3), row.day(4),
                        static_cast<std::uint64_t>(row.integer(5)), static_cast<std::uint64_t>(row.integer(6))});
      }));
  return rows;
}

template <class Engine>
Status SqlRollupTable<Engine>::read(std::span<const std::int64_t> ids, const TakePiece& take) {
  Status taken;
  const std::string list = fmt::format("{}", fmt::join(ids, ", "));
  WEIR_TRY(session_.query(
      sql::fill_template(Engine::key_run_pieces, {{"keys", names_.keys}, {"ids", list}}), {}, [&](const Row& row) {
        if (!taken) return;
        taken = take(row.integer(0),
                     {counted_field(row.text(1)), row.day(2), row.day(3), static_cast<std::uint64_t>(row.integer(4)),
                      static_cast<std::uint64_t>(row.integer(5)), std::string(row.text(6))});
      }));
  return taken;
}

template <class Engine>
Status SqlRollupTable<Engine>::insert(std::span<const std::int64_t> ingestion_ids, const KeyRun& run) {
  WEIR_TRY(session_.query(
      sql::fill_template(Engine::insert_key_run, {{"keys", names_.keys}}),
      {fmt::format("{}", fmt::join(ingestion_ids, ",")), std::string(name_of(run.field)),
       sql::day_or_null(run.first_day), sql::day_or_null(run.last_day), static_cast<std::int64_t>(run.keys),
       static_cast<std::int64_t>(run.events), static_cast<std::int64_t>(run.bytes.size()), sql::Bytes{run.bytes}}));
  return {};
}

template <class Engine>
Status SqlRollupTable<Engine>::erase(std::span<const std::int64_t> ids) {
  if (ids.empty()) return {};
  const std::string where = fmt::format("id IN ({})", fmt::join(ids, ", "));
  WEIR_TRY(session_.query(sql::fill_template(Engine::delete_key_runs, {{"keys", names_.keys}, {"where", where}})));
  return {};
}

template <class Engine>
Result<std::vector<TagRow>> SqlRollupTable<Engine>::tag_rows(std::optional<std::string_view> tag) {
  const std::string_view where = tag ? "from_tag <= $1 AND (to_tag IS NULL OR to_tag > $1)" : "true";
  std::vector<sql::Value> parameters;
  if (tag) parameters.emplace_back(std::string(*tag));
  std::vector<TagRow> rows;
  WEIR_TRY(session_.query(sql::fill_template(Engine::tag_run_rows, {{"tags", names_.tags}, {"where", where}}),
                          parameters, [&](const Row& row) {
                            rows.push_back({row.integer(0), ids_in(row.text(1)), row.day(2), row.day(3),
                                            static_cast<std::uint64_t>(row.integer(4))});
                          }));
  return rows;
}

template <class Engine>
Status SqlRollupTable<Engine>::read_tags(std::span<const std::int64_t> ids, const TakeTagPiece& take) {
  Status taken;
  const std::string list = fmt::format("{}", fmt::join(ids, ", "));
  WEIR_TRY(session_.query(sql::fill_template(Engine::tag_run_pieces, {{"tags", names_.tags}, {"ids", list}}), {},
                          [&](const Row& row) {
                            if (!taken) return;
                            TagRun run{row.day(1), row.day(2), std::string(row.text(3)), {}, std::string(row.text(5))};
                            if (!row.is_null(4)) run.to_tag = row.text(4);
                            taken = take(row.integer(0), std::move(run));
                          }));
  return taken;
}

template <class Engine>
Status SqlRollupTable<Engine>::insert_tags(std::span<const std::int64_t> ingestion_ids, const TagRun& run) {
  WEIR_TRY(
      session_.query(sql::fill_template(Engine::insert_tag_run, {{"tags", names_.tags}}),
                     {fmt::format("{}", fmt::join(ingestion_ids, ",")), sql::day_or_null(run.first_day),
                      sql::day_or_null(run.last_day), run.from_tag, run.to_tag ? sql::Value(*run.to_tag) : sql::Value(),
                      static_cast<std::int64_t>(run.bytes.size()), sql::Bytes{run.bytes}}));
  return {};
}

template <class Engine>
Result<bool> SqlRollupTable<Engine>::may_add_up() {
  bool may = false;
  WEIR_TRY(session_.query(Engine::may_add_up, {}, [&](const Row& row) { may = row.integer(0) == 1; }));
  return may;
}

template <class Engine>
Status SqlRollupTable<Engine>::erase_tags(std::span<const std::int64_t> ids) {
  if (ids.empty()) return {};
  const std::string where = fmt::format("id IN ({})", fmt::join(ids, ", "));
  WEIR_TRY(session_.query(sql::fill_template(Engine::delete_tag_runs, {{"tags", names_.tags}, {"where", where}})));
  return {};
}

template <class Engine>
sql::Condition SqlRollupTable<Engine>::condition_of(const std::vector<Ingestion>* ingestions, const Filter& filter) {
  sql::Condition condition = sql::condition_of(filter);
  if (ingestions == nullptr) return condition;
  std::vector<std::int64_t> ids;
  for (const Ingestion& ingestion : *ingestions) ids.push_back(ingestion.id);
  const std::string list = fmt::format("{}", fmt::join(ids, ", "));
  condition.text +=
      " AND " + sql::fill_template(Engine::of_ingestions, {{"ids", list}, {"months", months_text(*ingestions)}});
  return condition;
}

template <class Engine>
Status SqlRollupTable<Engine>::count_rows(Field field, const std::vector<Ingestion>* ingestions, const Filter& filter,
                                          const TakeCount& take) {
  const sql::Condition condition = condition_of(ingestions, filter);
  std::string_view text = Engine::count_rows;
  if (field == Field::day) text = Engine::count_rows_of_days;
  if (field == Field::tags) text = Engine::count_rows_of_tags;
  if (field == Field::tag_pair) return count_pairs(condition, take);
  WEIR_TRY(session_.query(
      sql::fill_template(text, {{"column", name_of(field)}, {"condition", condition.text}}), condition.parameters,
      [&](const Row& row) {
        take({row.is_null(0) ? std::string_view{} : row.text(0), static_cast<std::uint64_t>(row.integer(1))});
      }));
  return {};
}

template <class Engine>
Status SqlRollupTable<Engine>::count_rows_over_time(Field field, By by, const std::vector<Ingestion>* ingestions,
                                                    const Filter& filter, const TakeUnitCount& take) {
  const sql::Condition condition = condition_of(ingestions, filter);
  const std::string_view text =
      field == Field::tags ? Engine::count_rows_of_tags_over_time : Engine::count_rows_over_time;
  WEIR_TRY(session_.query(
      sql::fill_template(text, {{"unit", unit_text(by)}, {"column", name_of(field)}, {"condition", condition.text}}),
      condition.parameters, [&](const Row& row) {
        take(row.day(0),
             {row.is_null(1) ? std::string_view{} : row.text(1), static_cast<std::uint64_t>(row.integer(2))});
      }));
  return {};
}

// Events without a pair are not told of.
template <class Engine>
Status SqlRollupTable<Engine>::count_pairs(const sql::Condition& condition, const TakeCount& take) {
  std::string key;
  const std::string most = fmt::format("{}", pair_tags_max);
  WEIR_TRY(session_.query(
      sql::fill_template(Engine::count_rows_of_tag_pairs, {{"condition", condition.text}, {"tags_max", most}}),
      condition.parameters, [&](const Row& row) {
        key.clear();
        append_tag_pair_key(key, row.text(0), row.text(1));
        take({key, static_cast<std::uint64_t>(row.integer(2))});
      }));
  return {};
}

}  // namespace weir::rollups
