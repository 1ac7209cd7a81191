#include "render/render.h"

#include <array>
#include <utility>

#include "render/csv.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/table.h"

namespace weir {

std::optional<Format> format_named(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, Format>, 5> formats{{{"table", Format::table},
                                                                               {"json", Format::json},
                                                                               {"ndjson", Format::ndjson},
                                                                               {"csv", Format::csv},
                                                                               {"markdown", Format::markdown}}};
  for (const auto& [name, format] : formats) {
    if (name == word) return format;
  }
  return std::nullopt;
}

std::string render(const Insights& insights, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return rendering::json(insights);
    case Format::ndjson: return rendering::ndjson(insights);
    case Format::csv: return rendering::csv(insights, style.width_columns > 0);
    case Format::markdown: return rendering::markdown(insights);
  }
  return rendering::table(insights, style);
}

std::string render(const Answer& answer, const Coverage& coverage, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return rendering::json(answer, coverage);
    case Format::ndjson: return rendering::ndjson(answer);
    case Format::csv: return rendering::csv(answer, style.width_columns > 0);
    case Format::markdown: return rendering::markdown(answer, coverage);
  }
  return rendering::table(answer, coverage, style);
}

std::string render(const Listing& listing, Format format, const TableStyle& style) {
  switch (format) {
    case Format::table: break;
    case Format::json: return rendering::json(listing);
    case Format::ndjson: return rendering::ndjson(listing);
    case Format::csv: return rendering::csv(listing, style.width_columns > 0);
    case Format::markdown: return rendering::markdown(listing);
  }
  return rendering::table(listing, style);
}

}  // namespace weir
