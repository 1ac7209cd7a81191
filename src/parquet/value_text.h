// Typed values as the text that a CSV has for them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "weir/event.h"

namespace weir::parquet {

void append_day(DayNumber day, std::string& out);
// 2021-04-24 10:30:00.123; of an instant 2021-04-24T10:30:00.123Z. As many digits as the time needs.
void append_time(std::int64_t time_us, bool utc, std::string& out);
// As Python writes a list of texts; elements without data are None.
void append_list(std::span<const std::string_view> elements, std::string& out);
// A field, quoted where CSV needs it, and in any case.
void append_csv_field(std::string_view text, std::string& out);
void append_quoted(std::string_view text, std::string& out);

}  // namespace weir::parquet
