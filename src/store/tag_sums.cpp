#include "store/tag_sums.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "store/key_runs.h"
#include "weir/rollup.h"

namespace weir::rollups {
namespace {

// What is added up: a run of each month, or the sum so far.
struct Part {
  RollupTable* table;
  std::vector<std::int64_t> tag_ids;
  std::uint64_t bytes = 0;
};
using Parts = std::map<RunName, Part>;

Result<Parts> parts_of(RollupTable& table) {
  WEIR_TRY_ASSIGN(const std::vector<TagRow> rows, table.tag_rows(std::nullopt));
  Parts parts;
  for (const TagRow& row : rows) {
    Part& part = parts.try_emplace(name_of_run(row), Part{&table, {}}).first->second;
    part.tag_ids.push_back(row.id);
    part.bytes += row.bytes;
  }
  return parts;
}

// The ingestions that have runs, and only of events with days.
std::set<std::int64_t> dated(const Parts& months, std::span<const Ingestion> loaded) {
  std::set<std::int64_t> ids;
  for (const Ingestion& ingestion : loaded) ids.insert(ingestion.id);
  std::set<std::int64_t> with_runs;
  for (const auto& [name, part] : months) {
    const std::int64_t id = name.ingestion_ids.front();
    if (ids.contains(id)) with_runs.insert(id);
    if (name.first_day == no_day) ids.erase(id);
  }
  std::erase_if(with_runs, [&](std::int64_t id) { return !ids.contains(id); });
  return with_runs;
}

// The parts of a sum that is due; none: there is none.
Parts due_parts(const Parts& months, const Parts& sums, std::span<const Ingestion> loaded) {
  const std::set<std::int64_t> ids = dated(months, loaded);
  Parts due;
  std::uint64_t bytes = 0;
  std::set<std::int64_t> summed;
  for (const auto& [name, part] : sums) {
    const bool is_good = std::ranges::all_of(name.ingestion_ids, [&](std::int64_t id) { return ids.contains(id); });
    if (!is_good || name.ingestion_ids.size() <= summed.size()) continue;
    due = {{name, part}};
    bytes = part.bytes;
    summed = {name.ingestion_ids.begin(), name.ingestion_ids.end()};
  }
  const std::uint64_t sum_bytes = bytes;
  std::map<std::int64_t, Parts> fresh;
  for (const auto& [name, part] : months) {
    const std::int64_t id = name.ingestion_ids.front();
    if (ids.contains(id) && !summed.contains(id)) fresh[id].emplace(name, part);
  }
  std::size_t added = 0;
  for (auto& [id, of_ingestion] : fresh) {
    std::uint64_t more = 0;
    for (const auto& [name, part] : of_ingestion) more += part.bytes;
    if (bytes + more > tag_sum_bytes_max) break;
    bytes += more;
    ++added;
    due.merge(of_ingestion);
  }
  const bool is_due = added >= tag_sum_ingestions_min && 2 * (bytes - sum_bytes) >= sum_bytes;
  return is_due ? due : Parts{};
}

class Adding {
 public:
  Adding(RollupTable& table, const Parts& parts) : table_(table), parts_(parts) {}
  // False: another writer has taken some of it out meanwhile.
  [[nodiscard]] Result<bool> read();
  Status write();

 private:
  // A piece of a key run: whose, and the rank of its first key.
  struct Place {
    std::size_t part;
    std::uint64_t first_rank;
  };
  struct Source {
    RollupTable* table;
    std::vector<RunRow> rows{};
    std::vector<const RunRow*> wanted{};
    std::map<std::int64_t, Place> places{};
  };

  Status find_keys(Source& source);
  [[nodiscard]] Result<bool> read_ranks(const Source& source);
  [[nodiscard]] Result<bool> read_tags();

  RollupTable& table_;
  const Parts& parts_;
  KeyTotals users_{Field::email};
  KeyTotals companies_{Field::company};
  std::unique_ptr<TagTotals> tags_;  // once users_ and companies_ are complete
};

Status Adding::find_keys(Source& source) {
  WEIR_TRY_ASSIGN(source.rows, source.table->rows({Field::email, Field::company}, std::nullopt));
  std::ranges::sort(source.rows, {}, &RunRow::id);
  std::map<std::pair<RunName, Field>, std::uint64_t> ends;
  for (const RunRow& row : source.rows) {
    const auto part = parts_.find(name_of_run(row));
    if (part == parts_.end() || part->second.table != source.table) continue;
    std::uint64_t& end = ends[{part->first, row.field}];
    source.places[row.id] = {static_cast<std::size_t>(std::distance(parts_.begin(), part)), end};
    source.wanted.push_back(&row);
    end += row.keys;
  }
  return {};
}

Result<bool> Adding::read_ranks(const Source& source) {
  return try_read_runs(*source.table, source.wanted, RollupTable::TakePiece([&](std::int64_t id, const KeyRun& run) {
    const Place& place = source.places.at(id);
    return run.field == Field::email ? tags_->add_users(place.part, run, place.first_rank, table_.where())
                                     : tags_->add_companies(place.part, run, place.first_rank, table_.where());
  }));
}

// All of a table at once: for some of its rows DuckDB reads the bytes of all.
Result<bool> Adding::read_tags() {
  std::map<RollupTable*, std::map<std::int64_t, std::size_t>> numbers;  // of parts, by row
  std::size_t number = 0;
  for (const auto& [name, part] : parts_) {
    for (const std::int64_t id : part.tag_ids) numbers[part.table][id] = number;
    ++number;
  }
  for (const auto& [table, of_rows] : numbers) {
    WEIR_TRY(unless_interrupted(table_));
    std::vector<std::int64_t> ids;
    ids.reserve(of_rows.size());
    for (const auto& [id, unused] : of_rows) ids.push_back(id);
    std::size_t taken = 0;
    WEIR_TRY(table->read_tags(ids, [&, &parts = of_rows](std::int64_t id, TagRun run) {
      ++taken;
      tags_->add(parts.at(id), std::move(run));
      return Status{};
    }));
    if (taken != ids.size()) return false;
  }
  return true;
}

Result<bool> Adding::read() {
  Source months{&table_};
  Source sums{&table_.sums()};
  for (Source* source : {&months, &sums}) {
    WEIR_TRY(find_keys(*source));
    WEIR_TRY_ASSIGN(const bool complete,
                    try_read_runs(*source->table, source->wanted, TakeKeyRun([&](const KeyRun& run) {
                      return (run.field == Field::email ? users_ : companies_).add(run, table_.where());
                    })));
    if (!complete) return false;
  }
  tags_ = std::make_unique<TagTotals>(users_, companies_);
  for (const Source* source : {&months, &sums}) {
    WEIR_TRY_ASSIGN(const bool complete, read_ranks(*source));
    if (!complete) return false;
  }
  return read_tags();
}

Status Adding::write() {
  RunName name = parts_.begin()->first;
  std::set<std::int64_t> ids;
  for (const auto& [part, unused] : parts_) {
    name.first_day = std::min(name.first_day, part.first_day);
    name.last_day = std::max(name.last_day, part.last_day);
    ids.insert(part.ingestion_ids.begin(), part.ingestion_ids.end());
  }
  name.ingestion_ids.assign(ids.begin(), ids.end());
  RollupTable& sums = table_.sums();
  const auto insert = [&](const KeyRun& run) { return sums.insert(name.ingestion_ids, run); };
  WEIR_TRY(users_.run(name.first_day, name.last_day, insert));
  WEIR_TRY(companies_.run(name.first_day, name.last_day, insert));
  return tags_->run(
      name.first_day, name.last_day, [&](const TagRun& run) { return sums.insert_tags(name.ingestion_ids, run); },
      table_.where());
}

// What was added up before, tags and keys of the same sums: a statement may see more than the one before it.
Status erase_all(RollupTable& sums, const Parts& parts) {
  WEIR_TRY_ASSIGN(const std::vector<RunRow> rows, sums.rows({Field::email, Field::company}, std::nullopt));
  std::vector<std::int64_t> ids;
  for (const RunRow& row : rows) {
    if (parts.contains(name_of_run(row))) ids.push_back(row.id);
  }
  WEIR_TRY(sums.erase(ids));
  for (const auto& [name, part] : parts) WEIR_TRY(sums.erase_tags(part.tag_ids));
  return {};
}

}  // namespace

Status add_up_tags(RollupTable& table, std::span<const Ingestion> loaded) {
  if (loaded.size() < tag_sum_ingestions_min) return {};
  // Of several loads at once one adds up: else each would, and take out what the others have just written.
  WEIR_TRY_ASSIGN(const bool may, table.may_add_up());
  if (!may) return {};
  WEIR_TRY_ASSIGN(const Parts months, parts_of(table));
  WEIR_TRY_ASSIGN(const Parts sums, parts_of(table.sums()));
  const Parts parts = due_parts(months, sums, loaded);
  if (parts.empty()) return {};
  Adding adding(table, parts);
  WEIR_TRY_ASSIGN(const bool complete, adding.read());
  if (!complete) return {};
  WEIR_TRY(erase_all(table.sums(), sums));
  return adding.write();
}

}  // namespace weir::rollups
