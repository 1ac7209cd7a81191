#include "cli/lambda_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/listings.h"

namespace weir::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t shown_max = 20;

// In the order they are met; a period that two messages ask for fails once.
using Problems = std::vector<std::pair<std::string, Error>>;

const IngestResult* find(const LambdaResults& results, const Period& period) {
  const auto found = std::ranges::find(results, period, [](const IngestResult& result) { return result.slot.period; });
  return found == results.end() ? nullptr : &*found;
}

std::optional<Error> problem_of(const lambda::Message& message, const Period& period, const LambdaResults& results) {
  const IngestResult* const result = find(results, period);
  if (result == nullptr || (result->error && result->error->kind == ErrorKind::interrupted)) {
    return Error{ErrorKind::interrupted, "not loaded", "", "the time was up", ""};
  }
  if (result->error) return result->error;
  if (result->outcome != Outcome::missing || !message.expected) return std::nullopt;
  return Error{ErrorKind::missing, "no dump", "", "there is nothing at " + result->uri, ""};
}

// False: something of what it asks for is not done.
bool is_done(const lambda::Message& message, const LambdaResults& results, Problems& problems) {
  if (message.error) problems.emplace_back("message " + message.id, *message.error);
  bool done = !message.error;
  for (const Period& period : message.periods) {
    std::optional<Error> problem = problem_of(message, period, results);
    if (!problem) continue;
    done = false;
    const std::string name = to_string(period);
    if (std::ranges::find(problems, name, &Problems::value_type::first) == problems.end()) {
      problems.emplace_back(name, *std::move(problem));
    }
  }
  return done;
}

std::string done_in_words(const LambdaResults& results, const Problems& problems) {
  std::string words;
  std::size_t shown = 0;
  for (const IngestResult& result : results) {
    const std::string name = to_string(result.slot.period);
    if (std::ranges::find(problems, name, &Problems::value_type::first) != problems.end()) continue;
    if (++shown > shown_max) return words + ", …";
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", name, name_of(result.outcome));
  }
  return words;
}

// Of several kinds the time counts most, since more of it is what helps; then the first.
lambda::Failure failure_of(const LambdaResults& results, const Problems& problems) {
  const auto is_late = [](const auto& problem) { return problem.second.kind == ErrorKind::interrupted; };
  const auto late = std::ranges::find_if(problems, is_late);
  lambda::Failure failure = lambda::failure_of(late != problems.end() ? late->second : problems.front().second);
  if (late != problems.end()) failure.type = "Weir.Deadline";
  failure.message.clear();
  for (std::size_t i = 0; i < std::min(problems.size(), shown_max); ++i) {
    failure.message += fmt::format("{}{}: {}", i == 0 ? "" : "; ", problems[i].first, facts_of(problems[i].second));
  }
  if (problems.size() > shown_max) failure.message += fmt::format("; and {} more", problems.size() - shown_max);
  if (const std::string done = done_in_words(results, problems); !done.empty()) {
    failure.message += fmt::format(". Done: {}", done);
  }
  if (late != problems.end()) failure.message += ". Another invocation goes on from there; give the function more time";
  return failure;
}

}  // namespace

LambdaAnswer answer_of(const lambda::Event& event, const LambdaResults& results) {
  Problems problems;
  Json failed = Json::array();
  Json ignored = Json::array();
  for (const lambda::Message& message : event.messages) {
    if (!is_done(message, results, problems)) failed.push_back({{"itemIdentifier", message.id}});
    for (const std::string& words : message.ignored) ignored.push_back(words);
  }
  if (failed.size() == event.messages.size()) return tl::unexpected(failure_of(results, problems));
  Json answer = Json::parse(render(ingest_listing(results), Format::json, {}));
  if (!ignored.empty()) answer["ignored"] = std::move(ignored);
  if (event.batch) answer["batchItemFailures"] = std::move(failed);
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weir::cli
