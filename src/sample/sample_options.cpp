#include "sample/sample_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sample/dump_rows.h"
#include "weir/progress.h"

namespace weir::sample {
namespace {

tl::unexpected<Error> usage(std::string where, std::string why, std::string next) {
  return fail(ErrorKind::usage, "cannot make sample dumps", std::move(where), std::move(why), std::move(next));
}

Result<Period> month_of(std::string_view text) {
  const std::optional<Period> period = parse_period(text);
  if (period && period->granularity() == Granularity::month) return *period;
  return usage(fmt::format("--month {}", text), "not a month", "write it as 2021-04, or a range as 2021-01..2021-04");
}

bool names_a_file(std::string_view output) {
  return output.ends_with(".csv") || output.ends_with(".csv.gz") || output.ends_with(".csv.zst");
}

std::string tree_path(const SampleOptions& options, const Period& period) {
  std::string path = fmt::format("{}/{:04}/{:02}", options.output, period.year, period.month);
  if (period.day != 0) path += fmt::format("/{:02}", period.day);
  return path.append("/events").append(csv_extension(options.compression));
}

void add_jobs(const SampleOptions& options, const Period& month, std::vector<Job>& jobs) {
  if (!options.daily) {
    jobs.push_back({month, options.rows, tree_path(options, month)});
    return;
  }
  int day = 0;
  for (const std::uint64_t rows : rows_by_day(month, options.rows)) {
    const Period period{month.year, month.month, ++day};
    jobs.push_back({period, rows, tree_path(options, period)});
  }
}

Status write_dump(const SampleOptions& options, const Population& population, const Job& job) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<OutputFile> file, open_output(job.path, options.compression));
  DumpRows rows(population, options.population.seed, job.period, job.rows);
  std::string text;
  while (rows.append_to(text)) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped writing", job.path, "interrupted");
    WEIR_TRY(file->write(text));
    text.clear();
  }
  return file->finish();
}

}  // namespace

Result<std::vector<Period>> months_of(const SampleOptions& options) {
  std::set<Period> months;
  for (const std::string& text : options.months) {
    const std::size_t dots = text.find("..");
    WEIR_TRY_ASSIGN(const Period first, month_of(text.substr(0, dots)));
    WEIR_TRY_ASSIGN(const Period last, month_of(dots == std::string::npos ? text : text.substr(dots + 2)));
    if (last < first) return usage("--month " + text, "the range ends before it begins", "put the earlier month first");
    for (Period month = first; month <= last; month = month.next()) months.insert(month);
  }
  if (months.empty()) return usage("--month", "no month was named", "add e.g. --month 2021-04");
  if (options.months_from_first > 1) {
    if (months.size() > 1)
      return usage("--months", "it counts from one --month, and there are several", "leave it out");
    Period month = *months.begin();
    for (std::uint64_t i = 1; i < options.months_from_first; ++i) months.insert(month = month.next());
  }
  return std::vector<Period>(months.begin(), months.end());
}

Result<std::vector<Job>> jobs_of(const SampleOptions& options) {
  WEIR_TRY_ASSIGN(const std::vector<Period> months, months_of(options));
  std::vector<Job> jobs;
  for (const Period& month : months) add_jobs(options, month, jobs);
  if (options.output != "-" && !names_a_file(options.output)) return jobs;
  if (jobs.size() > 1) {
    return usage("-o " + options.output, fmt::format("{} dumps do not fit into one file", jobs.size()),
                 "name a folder, which gets YYYY/MM/events.csv");
  }
  if (options.output != "-" && !options.output.ends_with(csv_extension(options.compression))) {
    return usage("-o " + options.output, fmt::format("the dump would be a {} file", csv_extension(options.compression)),
                 "make the name's ending agree with --gzip and --zstd");
  }
  jobs.front().path = options.output;
  return jobs;
}

Status write_dumps(const SampleOptions& options) {
  WEIR_TRY_ASSIGN(const std::vector<Job> jobs, jobs_of(options));
  const Population population(options.population);
  for (const Job& job : jobs) WEIR_TRY(write_dump(options, population, job));
  return {};
}

}  // namespace weir::sample
