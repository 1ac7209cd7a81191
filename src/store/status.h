// The words of an ingestion's status, as every database stores them.
#pragma once

#include <optional>
#include <string_view>

#include "weir/store.h"

namespace weir {

// The inverse of name_of(IngestionStatus); nullopt: no such status. Pure.
[[nodiscard]] std::optional<IngestionStatus> ingestion_status_named(std::string_view name);

// The error that an ingestion shows whose process went away while it was loading.
inline constexpr std::string_view interrupted_text = "interrupted";

}  // namespace weir
