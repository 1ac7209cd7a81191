#include "cli/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "cli/period_arguments.h"
#include "source/s3_diagnosis.h"
#include "weir/source.h"

namespace weir::cli {
namespace {

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok: return "ok";
    case Verdict::warning: return "warning";
    case Verdict::problem: return "problem";
  }
  return "";
}

// What `weir ingest` would load by itself: one look at the first of it.
Finding next_dump_finding(const UriTemplate& uri_template, const AccessOptions& options, DayNumber today) {
  const Result<AskedPeriods> asked = asked_periods({"last-month"}, uri_template.granularity(), today);
  if (!asked) return problem_of("next dump", asked.error());
  const std::vector<Period>& periods = asked->periods;
  const std::string uri = uri_template.uri(periods.front());
  std::string what = fmt::format("`weir ingest` looks for {}", to_string(periods.front()));
  if (periods.size() > 1) what += fmt::format("..{}", to_string(periods.back()));
  const auto found = make_sources(options)->stat(uri);
  if (!found) return problem_of("next dump", found.error());
  if (!*found) {
    return {Verdict::warning, "next dump", fmt::format("{}; {} is not there", what, display_name(uri)),
            "`weir plan` shows what is there", false};
  }
  const std::string size = (*found)->bytes ? ", " + format_bytes(*(*found)->bytes) : "";
  return {Verdict::ok, "next dump", fmt::format("{}; {} is there{}", what, (*found)->uri, size), "", false};
}

}  // namespace

std::vector<Finding> config_findings(const Context& context) {
  std::set<std::string> read;
  for (const auto& [key, where] : context.config.origins) read.insert(where.substr(0, where.rfind(':')));
  const ConfigPlaces places = config_places();
  std::string text;
  for (const std::string& place : {places.local, places.global}) {
    if (place.empty()) continue;
    std::error_code error;
    const bool there = std::filesystem::exists(place, error);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", place,
                        read.contains(place) ? "is used"
                        : there              ? "says nothing"
                                             : "is not there");
  }
  return {{Verdict::ok, "settings", text, "", false}};
}

Finding schema_finding(Store& store) {
  const Result<SchemaStatus> schema = store.schema();
  if (!schema) return problem_of("schema", schema.error());
  if (!schema->exists) {
    return {Verdict::warning, "schema", "there are no tables of weir's yet",
            "`weir ingest` or `weir db init` makes them", false};
  }
  const std::string text = fmt::format("version {}, newest known {}", schema->version, schema->newest);
  if (schema->version < schema->newest) {
    return {Verdict::problem, "schema", text + ": it is older than this weir", "run `weir db migrate`", false};
  }
  if (schema->version > schema->newest) {
    return {Verdict::problem, "schema", text + ": it is newer than this weir", "install the weir that made it", false};
  }
  return {Verdict::ok, "schema", text, "", false};
}

std::vector<Finding> source_findings(const SourceFlags& source, const AccessFlags& access, const Context& context) {
  const std::optional<Setting> setting = source.setting(context);
  if (!setting) {
    return {{Verdict::ok, "source",
             "none named: `weir ingest` by period needs one (--source, WEIR_SOURCE or weir.toml)", "", false}};
  }
  const Result<std::optional<UriTemplate>> uri_template = source.uri_template(context);
  if (!uri_template) return {problem_of("source", uri_template.error())};
  std::vector<Finding> findings{
      {Verdict::ok, "source", fmt::format("{} (from {})", display_name(setting->text), setting->said_by), "", false}};
  const AccessOptions options = access.resolve(context);
  if (setting->text.starts_with("s3://"))
    findings.push_back(source::credentials_finding(options, source::process_environment()));
  if (findings.back().verdict != Verdict::problem) {
    findings.push_back(next_dump_finding(**uri_template, options, context.today));
  }
  return findings;
}

std::string render_findings(const std::vector<Finding>& findings, Format format, const TableStyle& style) {
  if (format != Format::table) {
    Listing listing{
        "findings", {{"verdict", "Verdict"}, {"about", "About"}, {"text", "Finding"}, {"next", "What to do"}}, {}, ""};
    for (const Finding& finding : findings) {
      listing.rows.push_back({std::string(word_of(finding.verdict)), finding.about, finding.text,
                              finding.next.empty() ? Cell{} : Cell{finding.next}});
    }
    return render(listing, format, style);
  }
  std::size_t about_width = 0;
  for (const Finding& finding : findings) about_width = std::max(about_width, finding.about.size());
  std::string out;
  for (const Finding& finding : findings) {
    out +=
        fmt::format("{:<9}{:<{}}  {}\n", word_of(finding.verdict), finding.about, about_width, printable(finding.text));
    if (!finding.next.empty()) out += fmt::format("{:<9}{:<{}}  → {}\n", "", "", about_width, printable(finding.next));
  }
  return out;
}

ExitCode exit_code_of(const std::vector<Finding>& findings) {
  const auto is_problem = [](const Finding& finding) { return finding.verdict == Verdict::problem; };
  if (std::ranges::none_of(findings, is_problem)) return ExitCode::done;
  const bool all_refused =
      std::ranges::all_of(findings, [&](const Finding& finding) { return !is_problem(finding) || finding.refused; });
  return all_refused ? ExitCode::access : ExitCode::failed;
}

}  // namespace weir::cli
