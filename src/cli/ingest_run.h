// What an ingest came to, for those who are told of it: people by --notify, Prometheus by --metrics-file. All is pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ingest.h"

namespace weir::cli {

struct IngestRun {
  std::string source_name;
  std::vector<IngestResult> results{};  // ascending by period
  std::optional<Error> error{};         // it ended with, apart from those of its results
};

// gap: all went well, and a dump is missing.
enum class RunStatus { success, failure, gap };
[[nodiscard]] RunStatus status_of(const IngestRun& run);
[[nodiscard]] std::string_view name_of(RunStatus status);

// "weir: events 2021-04: loaded, 1,200,000 rows, 0 rejected, 1.9 s"; of several what they came to, and below it what
// failed or is missing, the first twenty.
[[nodiscard]] std::string summary_of(const IngestRun& run);

// JSON to post: {"text","mrkdwn","status","source","ingestions","error","weir_version"}. `text` is the summary as Slack
// shows it: with &, < and > escaped, and mrkdwn false, so that nothing in it is taken for markup. `ingestions` are as
// `weir ingest -f json` writes them; `error` is there with one alone.
[[nodiscard]] std::string notification_of(const IngestRun& run);

// The text of a metrics file in Prometheus' exposition format (version 0.0.4), after a run that ended at `now_s` (Unix
// time). `before` is the file's text until now, from which is kept what this run says nothing new of: other sources,
// the last success, and the last ingestions, where it had none.
[[nodiscard]] std::string metrics_of(const IngestRun& run, double now_s, std::string_view before);

}  // namespace weir::cli
