#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "ingest/ingest.h"

namespace weir {
namespace {

constexpr double default_rows = 10;
constexpr double default_percent = 1;

}  // namespace

bool RejectLimit::exceeded(std::uint64_t rejected, std::uint64_t read) const {
  const auto rejects = static_cast<double>(rejected);
  const auto rows = static_cast<double>(read);
  switch (unit) {
    case Unit::default_rule: return rejects > default_rows && rejects * 100 > default_percent * rows;
    case Unit::rows: return rejects > value;
    case Unit::percent: return rejects * 100 > value * rows;
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
