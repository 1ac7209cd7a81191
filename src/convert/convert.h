// A dump written anew: as Parquet, as CSV, or as one Parquet file a day. No row is lost, and no column.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "convert/columns.h"
#include "convert/day_split.h"
#include "scan/scan.h"
#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir {

struct ConvertOptions {
  ScanOptions scan;                      // how the dump is read; its columns are all wanted
  unsigned threads = 0;                  // 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // of DuckDB, past which it spills to $TMPDIR; 0: its choice
  bool split_by_day = false;
  std::optional<Period> period;  // whose days they are; nullopt: the month that most of its events are in
  bool replace = false;          // what is there already
  std::string rejected_file;     // gets the rejected rows; empty: nobody wants them
};

struct ConvertedFile {
  std::string uri;
  std::optional<Period> period;  // of a split dump
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

// rows_read = rows_rejected and the rows of all files.
struct Converted {
  std::string uri;  // of the dump
  std::uint64_t rows_read = 0;
  std::uint64_t rows_rejected = 0;  // no file can hold them
  std::vector<Reject> first_rejects;
  std::vector<converting::Renamed> renamed;
  std::optional<converting::DaySplit> split;
  std::vector<ConvertedFile> files;
};

// Converts the dump at `uri`. The ending of `destination` tells what to: .parquet, .csv, .csv.gz or .csv.zst; a split
// dump's is the folder of YYYY/MM/DD/events.parquet. `admit` is asked once, when all rows were read and nothing can be
// seen yet; its error ends the conversion. Files appear whole, after they all were written, or not at all.
//
// In Parquet, rows stand in the order of time. A timestamp, tags and an id get types of their own where each row of the
// column is read from the type as it was from the text; every other column is text, as it stands.
//
// Errors (kind usage): a destination of no such ending; files that are there already, unless they may be replaced.
using Admit = std::function<Status(const Converted& so_far)>;
[[nodiscard]] Result<Converted> convert(Sources& sources, const std::string& uri, const std::string& destination,
                                        const ConvertOptions& options, const Admit& admit, Progress* progress);

}  // namespace weir
