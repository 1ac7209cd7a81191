// PostgreSQL's binary formats: of parameters, of results, and of COPY. Pure.
//
// All numbers are big-endian. Days and times count from 2000-01-01. A value in a COPY row is its length (-1: NULL) and
// its bytes; a parameter or a result is the bytes alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/batch.h"
#include "weir/event.h"

namespace weir::postgres {

// Types by their fixed numbers in pg_type.
inline constexpr unsigned any_type = 0;  // the server tells from the statement
inline constexpr unsigned bigint_type = 20;
inline constexpr unsigned bytea_type = 17;
inline constexpr unsigned text_type = 25;
inline constexpr unsigned date_type = 1082;
inline constexpr unsigned timestamptz_type = 1184;
inline constexpr unsigned text_array_type = 1009;

void put_int16(std::string& out, std::int16_t number);
void put_int32(std::string& out, std::int32_t number);
void put_int64(std::string& out, std::int64_t number);
[[nodiscard]] std::int32_t int32_at(const char* bytes);
[[nodiscard]] std::int64_t int64_at(const char* bytes);

[[nodiscard]] std::int32_t days_to_wire(DayNumber day);
[[nodiscard]] DayNumber days_from_wire(std::int32_t days);
[[nodiscard]] std::int64_t time_to_wire(std::int64_t time_us);
[[nodiscard]] std::int64_t time_from_wire(std::int64_t time);

// A one-dimensional array of texts, none of them NULL.
void put_text_array(std::string& out, const std::string_view* texts, std::size_t count);
[[nodiscard]] std::vector<std::string> texts_from_wire(std::string_view bytes);

// COPY … WITH (FORMAT binary): the header once, then rows, then the trailer.
void put_copy_header(std::string& out);
void put_copy_trailer(std::string& out);
// Rows of event_rows in the order of queries/copy_events.sql, from row `from` on until `out` has limit_bytes; the first
// row that is not in it. `tail` is the end that every row of a load has: see copy_tail().
[[nodiscard]] std::size_t put_copy_events(std::string& out, std::size_t limit_bytes, const EventBatch& batch,
                                          std::size_t from, std::string_view tail);
[[nodiscard]] std::string copy_tail(std::int64_t ingestion_id);
// One row of rejected_rows.
void put_copy_reject(std::string& out, std::int64_t ingestion_id, const Reject& reject);

}  // namespace weir::postgres
