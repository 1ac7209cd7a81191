// Answers over time on their way to a format: the rows that programs get, the lines that people get, and the words
// around them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "render/render.h"
#include "render/words.h"
#include "weir/trend.h"

namespace weir::rendering {

// A chart beside each of the lines, drawn within as many columns as are left for it; there is none where too few are.
struct Chart {
  enum class Kind { bar, line };  // one number a line of the table, or one a unit of time
  Kind kind = Kind::bar;
  std::vector<std::vector<std::optional<std::uint64_t>>> values;  // of each line; nullopt: missing
};

struct TimeReport {
  std::string facts;  // JSON's members before the rows: "trend":"events","by":"month"
  Listing rows;
  std::string title;
  Listing shown;
  std::optional<Chart> chart;
  std::vector<Remark> remarks;
  Coverage coverage;
};

// What `style` has room for tells how many columns of cohorts there are, nothing else.
[[nodiscard]] TimeReport report_of(const Trend& trend);
[[nodiscard]] TimeReport report_of(const QuestionTrend& trend);
[[nodiscard]] TimeReport report_of(const Lifecycle& lifecycle);
[[nodiscard]] TimeReport report_of(const Cohorts& cohorts, const TableStyle& style);

[[nodiscard]] std::string render(const TimeReport& report, Format format, const TableStyle& style);

// One character a value, from ▁ (none) to █ (the most of them); · where it is missing. The last `columns` of them.
[[nodiscard]] std::string line_chart(std::span<const std::optional<std::uint64_t>> values, std::size_t columns);

}  // namespace weir::rendering
