// What weir-sample was asked for, and which files that makes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sample/output_file.h"
#include "sample/population.h"
#include "weir/period.h"
#include "weir/result.h"

namespace weir::sample {

struct SampleOptions {
  std::vector<std::string> months;  // as given: "2021-04", "2021-01..2021-04"
  std::uint64_t months_from_first = 1;
  std::uint64_t rows = 1'200'000;  // a month
  bool daily = false;
  Compression compression = Compression::none;
  std::string output = "sample";
  PopulationOptions population;
};

// One dump to write.
struct Job {
  Period period;
  std::uint64_t rows = 0;
  std::string path;  // "-": standard output
};

// The months of `months` in ascending order, each once. Fails (usage) on what is no month.
[[nodiscard]] Result<std::vector<Period>> months_of(const SampleOptions& options);

// Every dump, ascending. `output` is a folder, which gets YYYY/MM[/DD]/events.csv; one that ends in .csv, .csv.gz or
// .csv.zst is a file, and "-" is standard output; both hold one dump, so more than one is an error (usage).
[[nodiscard]] Result<std::vector<Job>> jobs_of(const SampleOptions& options);

// Writes them all. Fails at the first that cannot be written, or when interrupted; finished files stay.
[[nodiscard]] Status write_dumps(const SampleOptions& options);

}  // namespace weir::sample
