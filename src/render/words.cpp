#include "render/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "weir/period.h"

namespace weir::rendering {
namespace {

constexpr std::size_t missing_named_max = 3;

// "2021-01, 2021-02, 2021-03, …"
std::string first_periods(const std::vector<Period>& periods) {
  std::string out;
  for (std::size_t i = 0; i < std::min(periods.size(), missing_named_max); ++i) {
    out.append(i == 0 ? "" : ", ").append(to_string(periods[i]));
  }
  return periods.size() > missing_named_max ? out + ", …" : out;
}

// As within a sentence: "country", "countries", "URI", "URIs".
std::string noun_of(const Question& question, std::uint64_t number) {
  const bool acronym =
      question.heading.size() > 1 && std::isupper(static_cast<unsigned char>(question.heading[1])) != 0;
  if (number == 1) return std::string(acronym ? question.heading : question.singular);
  return acronym ? title_of(question) : std::string(question.name);
}

Remark remark_on_periods(const std::vector<Period>& periods) {
  if (periods.size() == 1) return {"period " + to_string(periods.front()), false};
  return {fmt::format("{} periods {}..{}", format_count(periods.size()), to_string(periods.front()),
                      to_string(periods.back())),
          false};
}

Remark remark_on_missing(const std::vector<Period>& missing) {
  if (missing.empty()) return {"0 missing", false};
  return {fmt::format("{} missing: {}", format_count(missing.size()), first_periods(missing)), true};
}

}  // namespace

std::string title_of(const Question& question) {
  // As far as name and heading agree, the heading knows which letters are capitals: "uris" and "URI" make "URIs".
  std::string title(question.name);
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  for (std::size_t i = 0; i < std::min(title.size(), question.heading.size()); ++i) {
    if (lower(title[i]) != lower(question.heading[i])) break;
    title[i] = question.heading[i];
  }
  return title;
}

std::string share(std::uint64_t events, std::uint64_t total) {
  const double percent = 100.0 * static_cast<double>(events) / static_cast<double>(total);
  if (events > 0 && percent < 0.1) return "<0.1 %";
  return fmt::format("{:.1f} %", percent);
}

std::string days_of(const Coverage& coverage) {
  if (coverage.first_day == no_day || coverage.last_day == no_day) return "no dates";
  if (coverage.first_day == coverage.last_day) return format_day(coverage.first_day);
  return fmt::format("{} to {}", format_day(coverage.first_day), format_day(coverage.last_day));
}

std::string events_of(std::uint64_t events) {
  return format_count(events) + (events == 1 ? " event" : " events");
}

std::string keys_of(const Answer& answer) {
  const std::string all =
      fmt::format("{} {}", format_count(answer.distinct), noun_of(*answer.question, answer.distinct));
  return answer.rows.size() == answer.distinct ? all : fmt::format("{} of {}", format_count(answer.rows.size()), all);
}

std::vector<Remark> remarks_on_dumps(const Coverage& coverage) {
  std::vector<Remark> remarks;
  if (!coverage.periods.empty()) {
    remarks.push_back(remark_on_periods(coverage.periods));
    remarks.push_back(remark_on_missing(coverage.missing));
  }
  remarks.push_back({format_count(coverage.rejected) + " rejected", coverage.rejected > 0});
  return remarks;
}

std::string reason_for_no_rows(const Answer& answer) {
  if (answer.distinct > 0) return {};
  return answer.events == 0 ? "No events." : "No values.";
}

}  // namespace weir::rendering
