#include "store/status.h"

#include <array>

namespace weir {

std::string_view name_of(IngestionStatus status) {
  switch (status) {
    case IngestionStatus::loading: return "loading";
    case IngestionStatus::loaded: return "loaded";
    case IngestionStatus::superseded: return "superseded";
    case IngestionStatus::dropped: return "dropped";
    case IngestionStatus::failed: return "failed";
  }
  return "failed";
}

std::optional<IngestionStatus> ingestion_status_named(std::string_view name) {
  constexpr std::array all{IngestionStatus::loading, IngestionStatus::loaded, IngestionStatus::superseded,
                           IngestionStatus::dropped, IngestionStatus::failed};
  for (const IngestionStatus status : all) {
    if (name_of(status) == name) return status;
  }
  return std::nullopt;
}

}  // namespace weir
