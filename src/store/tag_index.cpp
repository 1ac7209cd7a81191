#include "store/tag_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <utility>

#include "store/key_runs.h"
#include "weir/period.h"

namespace weir::rollups {
namespace {

constexpr FieldSet indexed_fields{Field::day, Field::email, Field::company};

// Those that the index tells of together.
struct Runs {
  std::map<Field, std::vector<const RunRow*>> pieces;  // ascending by id: in the order of their keys
  std::int64_t tag_row = 0;
};

class IndexReader {
 public:
  IndexReader(RollupTable& table, const std::string& tag, const std::map<Field, KeyTotals*>& totals)
      : table_(table), tag_(tag), totals_(totals) {
    for (const auto& [field, total] : totals) fields_.insert(field);
  }
  // What the runs of each month tell; it returns the ingestions that they do not cover.
  [[nodiscard]] Result<std::vector<std::int64_t>> count(const std::vector<Ingestion>& loaded, const Filter& filter);
  // What the widest run tells that was added up over months; it returns the ingestions that it covers.
  [[nodiscard]] Result<std::vector<std::int64_t>> count_sum(const std::vector<Ingestion>& loaded, const Filter& filter);

 private:
  // The keys that are asked of one piece.
  struct Wanted {
    std::uint64_t first_rank;
    std::span<const RankCount> ranks;
  };

  Status read_rows();
  void find_pieces();
  [[nodiscard]] std::vector<std::int64_t> choose(const std::vector<Ingestion>& loaded, const Filter& filter);
  Status count_tags();
  Status count_run(const Runs& runs, const TagRun& tags);
  Status want(Field field, const std::vector<const RunRow*>& pieces, std::span<const RankCount> ranks);
  Status read_wanted();

  RollupTable& table_;
  const std::string& tag_;
  const std::map<Field, KeyTotals*>& totals_;
  FieldSet fields_;
  std::vector<RunRow> rows_;                  // of key runs, ascending by id
  std::map<RunName, std::int64_t> tag_rows_;  // their ids
  std::map<RunName, Runs> runs_;              // that are read

  // Of the pieces that are read next.
  std::deque<TagCounts> counts_;
  std::map<std::int64_t, Wanted> wanted_;
  std::uint64_t wanted_bytes_ = 0;
};

// An ingestion is counted from runs or from rows, never half of it: where the index does not tell of one of its months,
// it has none.
Status IndexReader::read_rows() {
  WEIR_TRY_ASSIGN(const std::vector<TagRow> tag_rows, table_.tag_rows(tag_));
  for (const TagRow& row : tag_rows) tag_rows_.emplace(name_of_run(row), row.id);
  WEIR_TRY_ASSIGN(rows_, table_.rows({Field::email, Field::company}, std::nullopt));
  std::set<std::int64_t> unknown;
  const auto is_unknown = [&](const RunRow& row) { return !tag_rows_.contains(name_of_run(row)); };
  for (const RunRow& row : rows_) {
    if (row.ingestion_ids.size() == 1 && is_unknown(row)) unknown.insert(row.ingestion_ids.front());
  }
  std::erase_if(rows_, [&](const RunRow& row) {
    return is_unknown(row) || std::ranges::any_of(row.ingestion_ids, [&](auto id) { return unknown.contains(id); });
  });
  std::ranges::sort(rows_, {}, &RunRow::id);
  return {};
}

// Of the runs that are read.
void IndexReader::find_pieces() {
  for (auto& [name, runs] : runs_) runs.tag_row = tag_rows_.at(name);
  for (const RunRow& row : rows_) {
    const auto runs = runs_.find(name_of_run(row));
    if (runs != runs_.end() && fields_.contains(row.field)) runs->second.pieces[row.field].push_back(&row);
  }
}

// The runs to be read; it returns the ingestions that they do not cover.
std::vector<std::int64_t> IndexReader::choose(const std::vector<Ingestion>& loaded, const Filter& filter) {
  constexpr Field guide = Field::company;  // of which there are fewer pieces than of users
  std::vector<RunRow> of_guide;
  std::ranges::copy_if(rows_, std::back_inserter(of_guide), [](const RunRow& row) { return row.field == guide; });
  Cover covered = cover(guide, of_guide, loaded, filter);
  for (const RunRow* run : covered.runs) runs_.try_emplace(name_of_run(*run));
  find_pieces();
  return std::move(covered.ingestion_ids);
}

// Some megabytes at a time: what of a tag is in one piece may be hundreds of kilobytes.
Status IndexReader::count_tags() {
  constexpr std::size_t at_once = 64;
  std::map<std::int64_t, const Runs*> by_row;
  const auto read = [&]() -> Status {
    std::vector<std::int64_t> ids;
    ids.reserve(by_row.size());
    for (const auto& [id, runs] : by_row) ids.push_back(id);
    std::map<std::int64_t, TagRun> pieces;
    WEIR_TRY(read_tag_pieces(table_, ids, [&](std::int64_t id, TagRun run) {
      pieces.emplace(id, std::move(run));
      return Status{};
    }));
    for (const auto& [id, run] : pieces) WEIR_TRY(count_run(*by_row.at(id), run));
    by_row.clear();
    return {};
  };
  for (const auto& [name, runs] : runs_) {
    by_row.emplace(runs.tag_row, &runs);
    if (by_row.size() == at_once) WEIR_TRY(read());
  }
  return read();
}

Status IndexReader::count_run(const Runs& runs, const TagRun& tags) {
  WEIR_TRY_ASSIGN(TagCounts read, read_tag_run(tags, tag_, fields_, table_.where()));
  const TagCounts& counts = counts_.emplace_back(std::move(read));
  for (const DayCount& count : counts.days) {
    const std::string day = count.day == no_day ? std::string() : format_day(count.day);
    totals_.at(Field::day)->add(count.day == no_day ? std::string_view() : day, count.events);
  }
  for (const auto& [field, pieces] : runs.pieces) {
    WEIR_TRY(want(field, pieces, field == Field::email ? counts.users : counts.companies));
  }
  return wanted_bytes_ < run_bytes_at_once ? Status{} : read_wanted();
}

Status IndexReader::want(Field field, const std::vector<const RunRow*>& pieces, std::span<const RankCount> ranks) {
  std::uint64_t first_rank = 0;
  for (const RunRow* piece : pieces) {
    const std::uint64_t end_rank = first_rank + piece->keys;
    const auto end = std::ranges::lower_bound(ranks, end_rank, {}, &RankCount::rank);
    const auto count = static_cast<std::size_t>(end - ranks.begin());
    if (count > 0) {
      wanted_[piece->id] = {first_rank, ranks.first(count)};
      wanted_bytes_ += piece->bytes;
    }
    ranks = ranks.subspan(count);
    first_rank = end_rank;
  }
  if (ranks.empty()) return {};
  return fail("cannot answer from", table_.where(),
              fmt::format("its index of tags tells of keys of {} that its key runs do not have", name_of(field)),
              "`weir ingest --force` of the periods makes both anew; if it stays so, "
              "report it");
}

Status IndexReader::read_wanted() {
  std::vector<std::int64_t> ids;
  ids.reserve(wanted_.size());
  for (const auto& [id, wanted] : wanted_) ids.push_back(id);
  WEIR_TRY(read_pieces(table_, ids, [&](std::int64_t id, const KeyRun& run) {
    const Wanted& wanted = wanted_.at(id);
    return totals_.at(run.field)->add(run, wanted.first_rank, wanted.ranks, table_.where());
  }));
  counts_.clear();
  wanted_.clear();
  wanted_bytes_ = 0;
  return {};
}

Result<std::vector<std::int64_t>> IndexReader::count(const std::vector<Ingestion>& loaded, const Filter& filter) {
  WEIR_TRY(read_rows());
  std::vector<std::int64_t> left = choose(loaded, filter);
  WEIR_TRY(count_tags());
  WEIR_TRY(read_wanted());
  return left;
}

Result<std::vector<std::int64_t>> IndexReader::count_sum(const std::vector<Ingestion>& loaded, const Filter& filter) {
  WEIR_TRY(read_rows());
  std::set<std::int64_t> ids;
  for (const Ingestion& ingestion : loaded) ids.insert(ingestion.id);
  const RunName* widest = nullptr;
  for (const auto& [name, row] : tag_rows_) {
    if (!std::ranges::all_of(name.ingestion_ids, [&](std::int64_t id) { return ids.contains(id); })) continue;
    if ((filter.since && name.first_day < *filter.since) || (filter.until && name.last_day > *filter.until)) continue;
    if (widest == nullptr || name.ingestion_ids.size() > widest->ingestion_ids.size()) widest = &name;
  }
  if (widest == nullptr) return std::vector<std::int64_t>();
  runs_.try_emplace(*widest);
  find_pieces();
  WEIR_TRY(count_tags());
  WEIR_TRY(read_wanted());
  return widest->ingestion_ids;
}

}  // namespace

std::optional<std::string> indexed_tag(FieldSet fields, const Filter& filter) {
  fields.insert(indexed_fields);
  if (fields != indexed_fields || filter.where.size() != 1) return std::nullopt;
  const Condition& condition = filter.where.front();
  if (condition.field != Field::tags || !condition.like.empty() || condition.any_of.size() != 1) return std::nullopt;
  return condition.any_of.front();
}

Result<std::vector<std::int64_t>> count_indexed(RollupTable& table, const std::string& tag,
                                                const std::vector<Ingestion>& loaded, const Filter& filter,
                                                const std::map<Field, KeyTotals*>& totals) {
  WEIR_TRY_ASSIGN(const std::vector<std::int64_t> covered,
                  IndexReader(table.sums(), tag, totals).count_sum(loaded, filter));
  std::vector<Ingestion> rest;
  std::ranges::copy_if(loaded, std::back_inserter(rest),
                       [&](const Ingestion& ingestion) { return !std::ranges::binary_search(covered, ingestion.id); });
  return IndexReader(table, tag, totals).count(rest, filter);
}

}  // namespace weir::rollups
