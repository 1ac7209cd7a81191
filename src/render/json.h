// JSON of answers and listings, one line a document. Keys in the contract's order.
#pragma once

#include <string>
#include <string_view>

#include "render/render.h"

namespace weir::rendering {

// Appends `text` as a JSON string. All control characters (DEL and C1 too) are escaped, so that no terminal obeys one;
// bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
// Appends JSON that another program wrote: without the space between its parts, control characters in its strings
// escaped as above.
void append_json(std::string& out, std::string_view json);
// Appends an array of strings.
void append_json_list(std::string& out, const std::vector<std::string>& items);

// Appends the listing's rows as an array of objects.
void append_rows(std::string& out, const Listing& listing);
// The pieces that documents of several kinds have: a number, a day or null, "coverage":{…}.
void append_number(std::string& out, std::uint64_t value);
void append_day(std::string& out, DayNumber day);
void append_coverage(std::string& out, const Coverage& coverage);

[[nodiscard]] std::string json(const Insights& insights);
[[nodiscard]] std::string json(const Answer& answer, const Coverage& coverage);
[[nodiscard]] std::string json(const Listing& listing);

[[nodiscard]] std::string ndjson(const Insights& insights);
[[nodiscard]] std::string ndjson(const Answer& answer);
[[nodiscard]] std::string ndjson(const Listing& listing);

}  // namespace weir::rendering
