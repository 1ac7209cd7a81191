#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ingest/ingest.h"

namespace weir {
namespace {

constexpr std::uint64_t default_rows = 10;
constexpr double default_percent = 1;

// In whole millionths of a percent: 0.57 % of 10,000 rows are 57, which no binary fraction would say. A long double
// holds these products exactly.
bool exceeds_percent(std::uint64_t rejected, std::uint64_t read, double percent) {
  constexpr long double millionths = 1e6L;
  return static_cast<long double>(rejected) * 100 * millionths >
         std::round(static_cast<long double>(percent) * millionths) * static_cast<long double>(read);
}

}  // namespace

bool RejectLimit::exceeded(std::uint64_t rejected, std::uint64_t read) const {
  switch (unit) {
    case Unit::default_rule: return rejected > default_rows && exceeds_percent(rejected, read, default_percent);
    case Unit::rows: return static_cast<double>(rejected) > value;
    case Unit::percent: return exceeds_percent(rejected, read, value);
  }
  return true;
}

std::string to_string(const RejectLimit& limit) {
  switch (limit.unit) {
    case RejectLimit::Unit::default_rule: return "at most 10 or 1 % of the rows, whichever is more";
    case RejectLimit::Unit::rows: return fmt::format("at most {:.0f} (--max-rejects)", limit.value);
    case RejectLimit::Unit::percent: return fmt::format("at most {} % of the rows (--max-rejects)", limit.value);
  }
  return {};
}

Result<RejectLimit> parse_reject_limit(const std::string& text) {
  RejectLimit limit;
  const char* end = text.data() + text.size();
  const bool percent = text.ends_with('%');
  if (percent) --end;
  const auto refused = fail(ErrorKind::usage, "cannot use", "--max-rejects " + text,
                            "it is neither a number of rows nor a percentage of them",
                            "give a number such as 100, or a percentage up to 100 such as 0.5%");
  if (percent) {
    limit.unit = RejectLimit::Unit::percent;
    const auto [stop, problem] = std::from_chars(text.data(), end, limit.value, std::chars_format::fixed);
    if (problem != std::errc() || stop != end || !(limit.value >= 0 && limit.value <= 100)) return refused;
    return limit;
  }
  std::uint64_t rows = 0;
  const auto [stop, problem] = std::from_chars(text.data(), end, rows);
  if (problem != std::errc() || stop != end) return refused;
  limit.unit = RejectLimit::Unit::rows;
  limit.value = static_cast<double>(rows);
  return limit;
}

}  // namespace weir
