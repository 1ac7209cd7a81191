#include "cli/values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace weir::cli {
namespace {

tl::unexpected<Error> refuse(std::string_view flag, std::string_view text, std::string why, std::string next) {
  return fail(ErrorKind::usage, "bad value", fmt::format("{} {}", flag, text.empty() ? "''" : text), std::move(why),
              std::move(next));
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// nullopt: no such unit.
std::optional<double> unit_bytes(std::string unit) {
  if (unit.ends_with('b')) unit.pop_back();
  constexpr std::array<std::pair<std::string_view, double>, 9> units{{{"", 1},
                                                                      {"k", 1e3},
                                                                      {"m", 1e6},
                                                                      {"g", 1e9},
                                                                      {"t", 1e12},
                                                                      {"ki", 1024.0},
                                                                      {"mi", 1048576.0},
                                                                      {"gi", 1073741824.0},
                                                                      {"ti", 1099511627776.0}}};
  for (const auto& [name, bytes] : units) {
    if (unit == name) return bytes;
  }
  return std::nullopt;
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view flag, std::string_view text) {
  constexpr double most = 1e18;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  std::size_t unit_at = digits;
  while (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
  const std::optional<double> amount = number<double>(text.substr(0, digits));
  const std::optional<double> unit = unit_bytes(lower(text.substr(unit_at)));
  const double bytes = amount && unit ? std::floor(*amount * *unit) : 0;
  if (bytes < 1 || bytes > most) return refuse(flag, text, "not an amount of memory", "write it as 512MB or 2GiB");
  return static_cast<std::uint64_t>(bytes);
}

Result<std::optional<std::uint64_t>> parse_limit(std::string_view flag, std::string_view text) {
  if (text == "all") return std::optional<std::uint64_t>();
  const auto value = number<std::uint64_t>(text);
  if (!value) return refuse(flag, text, "neither a number nor all", "write it as 20 or all");
  return value;
}

Result<unsigned> parse_threads(std::string_view flag, std::string_view text) {
  constexpr unsigned most = 1024;
  const auto value = number<unsigned>(text);
  if (!value || *value < 1 || *value > most) {
    return refuse(flag, text, fmt::format("not a number from 1 to {}", most), "leave it out to use every core");
  }
  return *value;
}

Result<double> parse_seconds(std::string_view flag, std::string_view text) {
  constexpr double most = 1e7;
  const auto value = number<double>(text);
  if (!value || !(*value >= 0 && *value <= most))
    return refuse(flag, text, "not a number of seconds", "write it as 60");
  return *value;
}

Result<char> parse_delimiter(std::string_view flag, std::string_view text) {
  if (text == "tab" || text == "\\t" || text == "\t") return '\t';
  if (text == "," || text == ";" || text == "|") return text[0];
  return refuse(flag, text, "not a delimiter weir reads", "it is one of , ; | tab");
}

}  // namespace weir::cli
