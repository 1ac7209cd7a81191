#include "store/key_runs.h"

#include <algorithm>
#include <utility>

#include "weir/progress.h"

namespace weir::rollups {
namespace {

// So much is asked of the database at a time.
constexpr std::uint64_t read_bytes = std::uint64_t{16} << 20;

}  // namespace

Status unless_interrupted(const RollupTable& table) {
  if (!interrupted()) return {};
  return fail(ErrorKind::interrupted, "stopped reading", table.where(), "interrupted");
}

Result<bool> try_read_runs(RollupTable& table, std::vector<const RunRow*> rows, const TakeKeyRun& take) {
  std::ranges::sort(rows, {}, [](const RunRow* row) { return row->id; });
  std::vector<std::int64_t> ids;
  std::uint64_t bytes = 0;
  std::size_t taken = 0;
  const auto count = [&](const KeyRun& run) {
    ++taken;
    return take(run);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ids.push_back(rows[i]->id);
    bytes += rows[i]->bytes;
    if (bytes < read_bytes && i + 1 < rows.size()) continue;
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
  return fail("cannot answer from", table.where(), "runs of its rollups vanished while they were read",
              "ask again; if it stays so, report it");
}

}  // namespace weir::rollups
