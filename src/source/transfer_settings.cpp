#include "source/transfer_settings.h"

#include <fmt/format.h>

#include <string>

#include "source/http.h"

namespace weir::source {
namespace {

constexpr std::uint64_t attempts_limit = 100;
constexpr std::uint64_t stall_limit_s = 3600;

Status take_number(const Environment& environment, const char* name, std::uint64_t greatest, std::uint64_t& value) {
  const std::string text = environment(name).value_or("");
  if (text.empty()) return {};
  const std::optional<std::uint64_t> number = parse_size(text);
  if (!number || *number == 0 || *number > greatest) {
    return fail(ErrorKind::usage, "bad value of", name,
                fmt::format("'{}' is no whole number from 1 to {}", text, greatest), "correct it, or leave it unset");
  }
  value = *number;
  return {};
}

}  // namespace

Result<TransferSettings> transfer_settings(const Environment& environment) {
  TransferSettings settings;
  auto attempts = static_cast<std::uint64_t>(settings.attempts_max);
  auto stall_s = static_cast<std::uint64_t>(settings.stall_limit.count());
  WEIR_TRY(take_number(environment, "AWS_MAX_ATTEMPTS", attempts_limit, attempts));
  WEIR_TRY(take_number(environment, "WEIR_STALL_TIMEOUT_S", stall_limit_s, stall_s));
  settings.attempts_max = static_cast<int>(attempts);
  settings.stall_limit = std::chrono::seconds(stall_s);
  constexpr const char* validation = "AWS_RESPONSE_CHECKSUM_VALIDATION";
  std::string when = environment(validation).value_or("");
  for (char& c : when) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!when.empty() && when != "when_supported" && when != "when_required") {
    return fail(ErrorKind::usage, "bad value of", validation, fmt::format("there is no '{}'", when),
                "it is when_supported or when_required");
  }
  settings.verify_checksums = when != "when_required";
  return settings;
}

}  // namespace weir::source
