// Which key runs answer a question, and which are worth adding up. Pure: rows of the table in, ids out.
//
// Runs of one ingestion and field are its base runs: one a month of event days. A merged run stands for the base runs
// that several ingestions have in one calendar year; it is good as long as all of them are loaded, whatever else has
// been loaded since, so nobody ever has to change or to lock one. No two are alike, since the load that makes one is
// new in it. Long runs are in pieces: rows alike but for keys.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "weir/event.h"
#include "weir/question.h"
#include "weir/store.h"

namespace weir::rollups {

// A row of key_runs without its bytes.
struct RunRow {
  std::int64_t id = 0;
  std::vector<std::int64_t> ingestion_ids;  // ascending
  Field field = Field::day;
  DayNumber first_day = no_day;
  DayNumber last_day = no_day;
  std::uint64_t keys = 0;
  std::uint64_t bytes = 0;
};

// The events of one field between since and until: those of the runs, and those of the rows of the ingestions. Of
// Field::day the runs may hold other days too, which are left out by their keys.
struct Cover {
  std::vector<const RunRow*> runs;
  std::vector<std::int64_t> ingestion_ids;
};

// `rows` are all of one field. An ingestion one of whose months is cut by since or until is counted from its rows, as
// is one that has no runs at all, because an earlier version of weir loaded it.
[[nodiscard]] Cover cover(Field field, std::span<const RunRow> rows, std::span<const Ingestion> loaded,
                          const Filter& filter);

// What is to be added up into one run, and the rows that it replaces.
struct Merge {
  std::vector<std::int64_t> ingestion_ids;
  DayNumber first_day = no_day;
  DayNumber last_day = no_day;
  std::vector<const RunRow*> runs;
  std::vector<std::int64_t> replaced_ids;
};

// The merge that is due in one year of one field, of which `rows` are all. Due is the first one once each month has
// events, or at due_runs runs; later ones when what came since has more keys than what is merged, or is due_runs runs:
// so that a key is written again a few times in all.
inline constexpr std::size_t due_runs = 32;
[[nodiscard]] std::optional<Merge> due_merge(int year, std::span<const RunRow> rows, std::span<const Ingestion> loaded);

}  // namespace weir::rollups
