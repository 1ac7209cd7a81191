#include "weir/trend.h"

namespace weir {

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::complete: break;
    case Standing::partial: return "partial";
    case Standing::missing: return "missing";
  }
  return "complete";
}

}  // namespace weir
