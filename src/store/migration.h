// Bookkeeping of schema versions: which migrations a program knows, which a database has, and whether the two fit. The
// same for every engine; applying them is the engine's.
//
// A migration is a file NNNN_name.sql, embedded in the program. Once released it is never edited: its checksum is kept
// with the database, and a difference is refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/result.h"
#include "weir/store.h"

namespace weir {

struct Migration {
  int version = 0;  // from 1, without gaps
  std::string_view name;
  std::string_view sql;
  std::string checksum;  // "xxh3-128:<32 hex>" of sql
};

struct AppliedMigration {
  int version = 0;
  std::string name;
  std::string checksum;
  std::int64_t applied_at_us = 0;
};

// The migrations of embedded files {"0001_name", sql}, in ascending order of version. The views stay those given. Fails
// on a name without a number and on a gap: a mistake in the program, found by its tests.
[[nodiscard]] Result<std::vector<Migration>> migrations_of(
    std::span<const std::pair<std::string_view, std::string_view>> files);

// What `weir db status` shows. `applied` is ascending; empty: there is no schema.
[[nodiscard]] SchemaStatus schema_status(std::span<const Migration> known, std::span<const AppliedMigration> applied);

// The migrations to apply, in order. Fails when the database is newer than the program, or when one was applied in
// another wording. `where` names the database.
[[nodiscard]] Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known,
                                                                std::span<const AppliedMigration> applied,
                                                                const std::string& where);

// For whoever reads: fails as above, and also when migrations are pending.
[[nodiscard]] Status check_current(std::span<const Migration> known, std::span<const AppliedMigration> applied,
                                   const std::string& where);

}  // namespace weir
