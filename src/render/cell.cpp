#include "render/cell.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "render/json.h"
#include "weir/event.h"
#include "weir/period.h"

namespace weir::rendering {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;

// Day and time of day, rounded down also before 1970, with `separator` between.
std::string second_text(std::int64_t us, char separator) {
  const std::int64_t in_day = (us % day_us + day_us) % day_us;
  const auto day = static_cast<DayNumber>((us - in_day) / day_us);
  const std::int64_t seconds = in_day / second_us;
  return fmt::format("{}{}{:02}:{:02}:{:02}", format_day(day), separator, seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

std::string iso_time(std::int64_t us) {
  const std::int64_t fraction = (us % second_us + second_us) % second_us;
  const std::string second = second_text(us, 'T');
  return fraction == 0 ? fmt::format("{}Z", second) : fmt::format("{}.{:06}Z", second, fraction);
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) out.append(i == 0 ? "" : ", ").append(printable(items[i]));
  return out;
}

std::string signed_count(std::int64_t value) {
  const std::uint64_t size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return fmt::format("{}{}", value < 0 ? "-" : "", format_count(size));
}

struct Plain {
  CellKind kind;
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::uint64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", std::round(value * 1000) / 1000); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::vector<std::string>& items) const {
    std::string out;
    append_json_list(out, items);
    return out;
  }
  std::string operator()(std::int64_t value) const {
    return kind == CellKind::time ? iso_time(value) : fmt::format("{}", value);
  }
};

struct Friendly {
  CellKind kind;
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return printable(text); }
  std::string operator()(std::uint64_t value) const {
    if (kind == CellKind::text) return fmt::format("{}", value);
    return kind == CellKind::bytes ? format_bytes(value) : format_count(value);
  }
  std::string operator()(double value) const {
    if (kind == CellKind::percent) return fmt::format("{:.1f} %", value);
    if (kind == CellKind::change) return fmt::format("{:+.1f} %", value);
    return value > 0 && value < 0.05 ? "<0.1 s" : fmt::format("{:.1f} s", value);
  }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(const std::vector<std::string>& items) const { return joined(items); }
  std::string operator()(std::int64_t value) const {
    return kind == CellKind::time ? second_text(value, ' ') : signed_count(value);
  }
};

}  // namespace

bool is_null(const Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) return !std::isfinite(*value);
  if (const auto* value = std::get_if<std::int64_t>(&cell)) return *value == no_time_us;
  return std::holds_alternative<std::monostate>(cell);
}

std::string plain_text(const Cell& cell, CellKind kind) {
  return is_null(cell) ? std::string() : std::visit(Plain{kind}, cell);
}

std::string friendly_text(const Cell& cell, CellKind kind) {
  return is_null(cell) ? "–" : std::visit(Friendly{kind}, cell);
}

bool is_number(CellKind kind) {
  return kind == CellKind::count || kind == CellKind::bytes || kind == CellKind::seconds || kind == CellKind::percent ||
         kind == CellKind::change;
}

}  // namespace weir::rendering
