// Rollups in a database: writing them with a dump's rows, and answering from them. The same for every engine; what
// differs is behind RollupTable.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/rollup_cover.h"
#include "weir/result.h"
#include "weir/rollup.h"
#include "weir/store.h"

namespace weir::rollups {

// A row of tag_runs without its bytes.
struct TagRow {
  std::int64_t id = 0;
  std::vector<std::int64_t> ingestion_ids;  // ascending
  DayNumber first_day = no_day;
  DayNumber last_day = no_day;
  std::uint64_t bytes = 0;
};

// What a tag run and the key runs that it stands on have in common.
struct RunName {
  std::vector<std::int64_t> ingestion_ids;
  DayNumber first_day;
  DayNumber last_day;
  friend auto operator<=>(const RunName&, const RunName&) = default;
};
template <class Row>
[[nodiscard]] RunName name_of_run(const Row& row) {
  return {row.ingestion_ids, row.first_day, row.last_day};
}

// What an engine does with key_runs and tag_runs, or with key_sums and tag_sums, in the transaction that is open.
// Errors are the session's.
class RollupTable {
 public:
  virtual ~RollupTable() = default;
  // Every row of these fields; with a year, those whose first day is in it.
  [[nodiscard]] virtual Result<std::vector<RunRow>> rows(FieldSet fields, std::optional<int> year) = 0;
  // The pieces with these ids, in no order.
  using TakePiece = std::function<Status(std::int64_t id, const KeyRun& run)>;
  virtual Status read(std::span<const std::int64_t> ids, const TakePiece& take) = 0;
  virtual Status insert(std::span<const std::int64_t> ingestion_ids, const KeyRun& run) = 0;
  // Rows that another writer is about to take out too may be left to it.
  virtual Status erase(std::span<const std::int64_t> ids) = 0;
  // Of each tag run the piece that tells of the tag; nullopt: every piece.
  [[nodiscard]] virtual Result<std::vector<TagRow>> tag_rows(std::optional<std::string_view> tag) = 0;
  // The pieces with these ids, in no order.
  using TakeTagPiece = std::function<Status(std::int64_t id, TagRun run)>;
  virtual Status read_tags(std::span<const std::int64_t> ids, const TakeTagPiece& take) = 0;
  virtual Status insert_tags(std::span<const std::int64_t> ingestion_ids, const TagRun& run) = 0;
  // As erase().
  virtual Status erase_tags(std::span<const std::int64_t> ids) = 0;
  // Where runs are kept that were added up over all months (store/tag_sums.h): it has no rows to count, and no sums.
  [[nodiscard]] virtual RollupTable& sums() = 0;
  // Whether this transaction is the one that may write there: until it ends no other is.
  [[nodiscard]] virtual Result<bool> may_add_up() = 0;
  // The keys of a field, each with its number of events, in the rows that match the filter: those of the ingestions, or
  // with nullptr all of them.
  using TakeCount = std::function<void(const KeyCount&)>;
  virtual Status count_rows(Field field, const std::vector<Ingestion>* ingestions, const Filter& filter,
                            const TakeCount& take) = 0;
  // The same over time: the first day of the unit, ascending, no_day before all; and a key, which a unit has once.
  using TakeUnitCount = std::function<void(DayNumber first_day, const KeyCount&)>;
  virtual Status count_rows_over_time(Field field, By by, const std::vector<Ingestion>* ingestions,
                                      const Filter& filter, const TakeUnitCount& take) = 0;
  // The database, for the words of errors.
  [[nodiscard]] virtual const std::string& where() const = 0;
};

// Writes the rollup of an ingestion, and adds up the years it falls into where that is due. `loaded`: the ledger's
// loaded rows as they will stand, this ingestion among them.
Status write_rollup(RollupTable& table, std::int64_t ingestion_id, RollupCounter& counter,
                    std::span<const Ingestion> loaded);

// Answers over the events of the loaded ingestions: from rollups, and from the rows where a filter cuts a month or has
// conditions that the index of tags does not tell. Fails when what was counted contradicts itself.
[[nodiscard]] Result<Store::Answers> answer(RollupTable& table, std::span<const Question* const> questions,
                                            const Filter& filter, const AnswerOptions& options,
                                            std::vector<Ingestion> loaded);

// The days of the loaded ingestions' events, from the same.
[[nodiscard]] Result<std::vector<DayCount>> count_days(RollupTable& table, const Filter& filter,
                                                       std::vector<Ingestion> loaded);

}  // namespace weir::rollups
