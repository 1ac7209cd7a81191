// The Prometheus half of ingest_run.h. Format: Prometheus documentation, "Exposition formats", text format 0.0.4, as
// node_exporter's textfile collector takes it: without timestamps.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ingest_run.h"

namespace weir::cli {
namespace {

constexpr std::string_view last_success = "weir_last_success_timestamp_seconds";

// All are gauges: each file tells of one run.
struct Family {
  std::string_view name;
  std::string_view help;
  bool of_ingestion = false;
};
constexpr std::array<Family, 9> families{{
    {"weir_last_run_timestamp_seconds", "When the last ingest ended."},
    {"weir_last_run_success", "1 when the last ingest left nothing failed and nothing missing, else 0."},
    {last_success, "When the last ingest ended that left nothing failed and nothing missing."},
    {"weir_last_run_ingestions", "Dumps that the last ingest looked at, by what became of them."},
    {"weir_ingestion_rows_read", "Rows read of the dump, when it was last looked at.", true},
    {"weir_ingestion_rows_loaded", "Rows of the dump that are loaded.", true},
    {"weir_ingestion_rows_rejected", "Rows of the dump that could not be read.", true},
    {"weir_ingestion_bytes", "Size of the dump as stored.", true},
    {"weir_ingestion_seconds", "Time that the ingest of the dump took.", true},
}};

// One line of the file, without its end.
struct Sample {
  std::string_view family;
  std::string line;
};

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

class Metrics {
 public:
  explicit Metrics(const IngestRun& run) : run_(run), source_("{source=" + quoted(run.source_name)) {}

  void take_run(double now_s) {
    const bool success = status_of(run_) == RunStatus::success;
    add("weir_last_run_timestamp_seconds", "", fmt::format("{:.3f}", now_s));
    add("weir_last_run_success", "", success ? "1" : "0");
    if (success) add(last_success, "", fmt::format("{:.3f}", now_s));
    for (const Outcome outcome :
         {Outcome::loaded, Outcome::replaced, Outcome::unchanged, Outcome::missing, Outcome::failed}) {
      const auto count = std::ranges::count(run_.results, outcome, &IngestResult::outcome);
      add("weir_last_run_ingestions", fmt::format(",outcome=\"{}\"", name_of(outcome)), std::to_string(count));
    }
    for (const IngestResult& result : run_.results) take_ingestion(result);
  }

  // After take_run().
  void keep(std::string_view before) {
    const bool success = status_of(run_) == RunStatus::success;
    while (!before.empty()) {
      const std::size_t end = std::min(before.find('\n'), before.size());
      const std::string_view line = before.substr(0, end);
      before.remove_prefix(std::min(end + 1, before.size()));
      const Family* const family = family_of(line);
      if (family == nullptr) continue;
      const bool stale = family->of_ingestion ? !run_.results.empty() : family->name != last_success || success;
      if (!is_own(line.substr(family->name.size())) || !stale) samples_.push_back({family->name, std::string(line)});
    }
  }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const Family& family : families) {
      std::string lines;
      for (const Sample& sample : samples_) {
        if (sample.family == family.name) lines += sample.line + "\n";
      }
      if (lines.empty()) continue;
      out += fmt::format("# HELP {} {}\n# TYPE {} gauge\n{}", family.name, family.help, family.name, lines);
    }
    return out;
  }

 private:
  void take_ingestion(const IngestResult& result) {
    const std::string period = fmt::format(",period=\"{}\"", to_string(result.slot.period));
    add("weir_ingestion_rows_read", period, std::to_string(result.rows_read));
    add("weir_ingestion_rows_loaded", period, std::to_string(result.rows_loaded));
    add("weir_ingestion_rows_rejected", period, std::to_string(result.rows_rejected));
    add("weir_ingestion_bytes", period, std::to_string(result.bytes));
    add("weir_ingestion_seconds", period, fmt::format("{:.3f}", result.seconds));
  }

  void add(std::string_view family, const std::string& labels, const std::string& value) {
    samples_.push_back({family, fmt::format("{}{}{}}} {}", family, source_, labels, value)});
  }

  static const Family* family_of(std::string_view line) {
    const auto found = std::ranges::find(families, line.substr(0, line.find('{')), &Family::name);
    return found == families.end() || line.find('{') == std::string_view::npos ? nullptr : &*found;
  }

  // `labels` begin at the brace.
  [[nodiscard]] bool is_own(std::string_view labels) const {
    return labels.starts_with(source_) && labels.size() > source_.size() &&
           (labels[source_.size()] == ',' || labels[source_.size()] == '}');
  }

  const IngestRun& run_;
  std::string source_;  // {source="events"
  std::vector<Sample> samples_;
};

}  // namespace

std::string metrics_of(const IngestRun& run, double now_s, std::string_view before) {
  Metrics metrics(run);
  metrics.take_run(now_s);
  metrics.keep(before);
  return metrics.text();
}

}  // namespace weir::cli
