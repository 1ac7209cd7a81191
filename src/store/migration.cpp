#include "store/migration.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>

namespace weir {
namespace {

std::string checksum_of(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("xxh3-128:{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

Result<std::vector<Migration>> migrations_of(std::span<const std::pair<std::string_view, std::string_view>> files) {
  std::vector<Migration> migrations;
  for (const auto& [file, sql] : files) {
    int version = 0;
    const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), version);
    const auto digits = static_cast<std::size_t>(end - file.data());
    if (error != std::errc{} || digits + 1 >= file.size() || file[digits] != '_') {
      return fail("cannot read the migrations built into weir:", std::string(file), "its name is not NNNN_name",
                  "this is a mistake in weir: report it");
    }
    if (version != static_cast<int>(migrations.size()) + 1) {
      return fail("cannot read the migrations built into weir:", std::string(file),
                  fmt::format("expected number {}", migrations.size() + 1), "this is a mistake in weir: report it");
    }
    migrations.push_back({version, file.substr(digits + 1), sql, checksum_of(sql)});
  }
  return migrations;
}

SchemaStatus schema_status(std::span<const Migration> known, std::span<const AppliedMigration> applied) {
  SchemaStatus status;
  status.exists = !applied.empty();
  status.version = applied.empty() ? 0 : applied.back().version;
  status.newest = known.empty() ? 0 : known.back().version;
  for (const AppliedMigration& migration : applied) {
    status.migrations.push_back({migration.version, migration.name, migration.checksum, migration.applied_at_us});
  }
  for (const Migration& migration : known) {
    if (migration.version <= status.version) continue;
    status.migrations.push_back({migration.version, std::string(migration.name), migration.checksum, std::nullopt});
  }
  return status;
}

Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known,
                                                  std::span<const AppliedMigration> applied, const std::string& where) {
  if (applied.size() > known.size()) {
    return fail("cannot use the database", where,
                fmt::format("its schema is version {}, newer than the {} this weir knows", applied.back().version,
                            known.size()),
                "use the newer weir that wrote it");
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].version == known[i].version && applied[i].checksum == known[i].checksum) continue;
    return fail("cannot use the database", where,
                fmt::format("its migration {} ({}) is not the one this weir knows: checksum {}, expected {}",
                            applied[i].version, applied[i].name, applied[i].checksum, known[i].checksum),
                "use the weir that wrote it, or ingest into a new database");
  }
  return std::vector<Migration>(known.begin() + static_cast<std::ptrdiff_t>(applied.size()), known.end());
}

Status check_current(std::span<const Migration> known, std::span<const AppliedMigration> applied,
                     const std::string& where) {
  WEIR_TRY_ASSIGN(const std::vector<Migration> pending, pending_migrations(known, applied, where));
  if (pending.empty()) return {};
  return fail("cannot read the database", where,
              fmt::format("its schema is version {}, and this weir needs {}", applied.size(), known.size()),
              "run `weir db migrate`");
}

}  // namespace weir
