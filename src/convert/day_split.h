// Which day's file each row of a dump goes to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "parquet/parquet_writer.h"
#include "weir/period.h"
#include "weir/result.h"

namespace weir::converting {

struct DayFile {
  Period day;
  DayNumber first = no_day;  // the rows of the days from here on are in it, up to and with those of `last`
  DayNumber last = no_day;
};

struct DaySplit {
  Period period;
  std::vector<DayFile> files;      // ascending, without a gap
  std::uint64_t before = 0;        // rows dated before the period: in the file of its first day
  std::uint64_t after = 0;         // and after it: of its last
  std::uint64_t without_time = 0;  // in the first file
};

// Every row is in one file, and no file is of a day outside of the period: one for each day of it from the first to the
// last that has rows. `told`: whose dump it is; nullopt: the month with the most rows, of several the earliest. `uri`
// is for the message. Fails where there is no row that has a time.
[[nodiscard]] Result<DaySplit> split_by_day(std::span<const ParquetWriter::DayRows> days, std::optional<Period> told,
                                            const std::string& uri);

// FOLDER/2021/04/24/events.parquet
[[nodiscard]] std::string day_path(const std::string& folder, const Period& day);

}  // namespace weir::converting
