#include "cli/ingest_summary.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weir::cli {
namespace {

constexpr std::size_t named_most = 12;

}  // namespace

std::string list_of(const std::vector<Period>& ascending) {
  std::string text;
  std::size_t named = 0;
  for (std::size_t i = 0; i < ascending.size();) {
    std::size_t last = i;
    while (last + 1 < ascending.size() && ascending[last].next() == ascending[last + 1]) ++last;
    if (named++ == named_most) return text + fmt::format(" and {} more", ascending.size() - i);
    text.append(i == 0 ? "" : ", ").append(to_string(ascending[i]));
    if (last > i) text.append("..").append(to_string(ascending[last]));
    i = last + 1;
  }
  return text;
}

std::string summary_of(const std::vector<IngestResult>& results) {
  std::string text;
  for (const Outcome outcome :
       {Outcome::loaded, Outcome::replaced, Outcome::unchanged, Outcome::missing, Outcome::failed}) {
    std::vector<Period> periods;
    for (const IngestResult& result : results) {
      if (result.outcome == outcome) periods.push_back(result.slot.period);
    }
    if (periods.empty()) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format_count(periods.size()), name_of(outcome));
    if (outcome == Outcome::missing || outcome == Outcome::failed) text += fmt::format(" ({})", list_of(periods));
  }
  return fmt::format("{} dumps: {}", format_count(results.size()), text);
}

}  // namespace weir::cli
