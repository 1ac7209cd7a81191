#include "cli/dump_notes.h"

#include <fmt/format.h>

namespace weir::cli {
namespace {

constexpr std::size_t named_most = 8;  // a dump of 10,000 columns needs no list of them

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < named_most; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > named_most) text += fmt::format(" and {} more", names.size() - named_most);
  return text;
}

}  // namespace

void DumpNotes::say(const std::vector<std::string>& unused_columns, const std::vector<Field>& absent_fields) {
  if (!unused_columns.empty()) {
    const std::string text =
        fmt::format("left out, as no field takes {}: {}", unused_columns.size() == 1 ? "this column" : "these columns",
                    list_of(unused_columns));
    if (said_.insert(text).second) reporter_.note(text);
  }
  if (absent_fields.empty()) return;
  std::vector<std::string> names;
  names.reserve(absent_fields.size());
  for (const Field field : absent_fields) names.emplace_back(name_of(field));
  const std::string text = fmt::format("no column carries {}; --map names others", list_of(names));
  if (said_.insert(text).second) reporter_.note(text);
}

}  // namespace weir::cli
