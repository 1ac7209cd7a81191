#include "store/key_runs.h"

#include <algorithm>
#include <utility>

#include "weir/progress.h"

namespace weir::rollups {
namespace {

tl::unexpected<Error> vanished(const RollupTable& table) {
  return fail("cannot answer from", table.where(), "runs of its rollups vanished while they were read",
              "ask again; if it stays so, report it");
}

}  // namespace

Status unless_interrupted(const RollupTable& table) {
  if (!interrupted()) return {};
  return fail(ErrorKind::interrupted, "stopped reading", table.where(), "interrupted");
}

Result<bool> try_read_runs(RollupTable& table, std::vector<const RunRow*> rows, const TakeKeyRun& take) {
  return try_read_runs(table, std::move(rows),
                       RollupTable::TakePiece([&](std::int64_t, const KeyRun& run) { return take(run); }));
}

Result<bool> try_read_runs(RollupTable& table, std::vector<const RunRow*> rows, const RollupTable::TakePiece& take) {
  std::ranges::sort(rows, {}, [](const RunRow* row) { return row->id; });
  std::vector<std::int64_t> ids;
  std::uint64_t bytes = 0;
  std::size_t taken = 0;
  const auto count = [&](std::int64_t id, const KeyRun& run) {
    ++taken;
    return take(id, run);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ids.push_back(rows[i]->id);
    bytes += rows[i]->bytes;
    if (bytes < run_bytes_at_once && i + 1 < rows.size()) continue;
    WEIR_TRY(unless_interrupted(table));
    WEIR_TRY(table.read(ids, count));
    ids.clear();
    bytes = 0;
  }
  return taken == rows.size();
}

Status read_runs(RollupTable& table, const std::vector<const RunRow*>& rows, const TakeKeyRun& take) {
  WEIR_TRY_ASSIGN(const bool complete, try_read_runs(table, rows, take));
  if (complete) return {};
  return vanished(table);
}

Status read_pieces(RollupTable& table, const std::vector<std::int64_t>& ids, const RollupTable::TakePiece& take) {
  if (ids.empty()) return {};
  WEIR_TRY(unless_interrupted(table));
  std::size_t taken = 0;
  WEIR_TRY(table.read(ids, [&](std::int64_t id, const KeyRun& run) {
    ++taken;
    return take(id, run);
  }));
  if (taken == ids.size()) return {};
  return vanished(table);
}

Status read_tag_pieces(RollupTable& table, const std::vector<std::int64_t>& ids,
                       const RollupTable::TakeTagPiece& take) {
  if (ids.empty()) return {};
  WEIR_TRY(unless_interrupted(table));
  std::size_t taken = 0;
  WEIR_TRY(table.read_tags(ids, [&](std::int64_t id, TagRun run) {
    ++taken;
    return take(id, std::move(run));
  }));
  if (taken == ids.size()) return {};
  return vanished(table);
}

}  // namespace weir::rollups
