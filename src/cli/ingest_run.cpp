#include "cli/ingest_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/listings.h"

namespace weir::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t problems_shown_max = 20;
constexpr std::array<Outcome, 5> outcomes{Outcome::loaded, Outcome::replaced, Outcome::unchanged, Outcome::missing,
                                          Outcome::failed};

bool is_problem(const IngestResult& result) {
  return result.error || result.outcome == Outcome::missing;
}

std::string in_words(const IngestResult& result) {
  const std::string period = to_string(result.slot.period);
  if (result.error) return fmt::format("{}: failed, {}", period, facts_of(*result.error));
  if (result.outcome == Outcome::missing) return fmt::format("{}: missing, nothing at {}", period, result.uri);
  return fmt::format("{}: {}, {} rows, {} rejected, {:.1f} s", period, name_of(result.outcome),
                     format_count(result.rows_loaded), format_count(result.rows_rejected), result.seconds);
}

std::ptrdiff_t count_of(const IngestRun& run, Outcome outcome) {
  return std::ranges::count(run.results, outcome, &IngestResult::outcome);
}

std::string counts_in_words(const IngestRun& run) {
  std::string words;
  for (const Outcome outcome : outcomes) {
    const std::ptrdiff_t count = count_of(run, outcome);
    if (count > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, name_of(outcome));
  }
  return words;
}

std::string problems_in_words(const IngestRun& run) {
  std::string lines;
  std::size_t shown = 0;
  for (const IngestResult& result : run.results) {
    if (!is_problem(result)) continue;
    if (++shown > problems_shown_max) return lines + "\n…";
    lines += "\n" + in_words(result);
  }
  return lines;
}

// What Slack asks to be escaped, and nothing else.
std::string as_slack_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace

RunStatus status_of(const IngestRun& run) {
  const bool failed = run.error || std::ranges::any_of(run.results, [](const IngestResult& result) {
                        return result.error.has_value();
                      });
  if (failed) return RunStatus::failure;
  return count_of(run, Outcome::missing) > 0 ? RunStatus::gap : RunStatus::success;
}

std::string_view name_of(RunStatus status) {
  switch (status) {
    case RunStatus::success: return "success";
    case RunStatus::failure: return "failure";
    case RunStatus::gap: return "gap";
  }
  return {};
}

std::string summary_of(const IngestRun& run) {
  std::string text = "weir: " + run.source_name;
  if (run.results.size() == 1) {
    text += " " + in_words(run.results.front());
  } else if (!run.results.empty()) {
    text += ": " + counts_in_words(run) + problems_in_words(run);
  }
  if (run.error) text += fmt::format("{}{}", run.results.empty() ? ": failed, " : "\n", facts_of(*run.error));
  return text;
}

std::string notification_of(const IngestRun& run) {
  Json json{{"text", as_slack_text(summary_of(run))},
            {"mrkdwn", false},
            {"status", name_of(status_of(run))},
            {"source", run.source_name}};
  json.update(Json::parse(render(ingest_listing(run.results), Format::json, {})));
  if (run.error) json["error"] = facts_of(*run.error);
  json["weir_version"] = WEIR_VERSION;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weir::cli
