#include "store/postgres/wire.h"

#include <array>
#include <bit>
#include <cstring>

namespace weir::postgres {
namespace {

constexpr std::int32_t epoch_days = 10957;  // from 1970-01-01 to 2000-01-01
constexpr std::int64_t epoch_us = std::int64_t{epoch_days} * 86'400'000'000;
constexpr std::int32_t null_length = -1;
constexpr std::int16_t event_columns = 13;
constexpr std::int16_t reject_columns = 4;

template <class Number>
Number swapped(Number number) {
  static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);
  if constexpr (std::endian::native == std::endian::big) return number;
  if constexpr (sizeof(Number) == 2) return static_cast<Number>(__builtin_bswap16(static_cast<std::uint16_t>(number)));
  if constexpr (sizeof(Number) == 4) return static_cast<Number>(__builtin_bswap32(static_cast<std::uint32_t>(number)));
  if constexpr (sizeof(Number) == 8) return static_cast<Number>(__builtin_bswap64(static_cast<std::uint64_t>(number)));
}

template <class Number>
void put(std::string& out, Number number) {
  const Number wire = swapped(number);
  std::array<char, sizeof wire> bytes;
  std::memcpy(bytes.data(), &wire, sizeof wire);
  out.append(bytes.data(), bytes.size());
}

template <class Number>
Number at(const char* bytes) {
  Number number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return swapped(number);
}

void put_text(std::string& out, std::string_view text) {
  put_int32(out, static_cast<std::int32_t>(text.size()));
  out.append(text);
}

void put_text_or_null(std::string& out, const std::vector<std::string_view>& column, std::size_t row) {
  if (column.empty() || column[row].data() == nullptr) return put_int32(out, null_length);
  put_text(out, column[row]);
}

void put_time(std::string& out, const EventBatch& batch, std::size_t row) {
  if (batch.timestamp_us.empty() || batch.timestamp_us[row] == no_time_us) return put_int32(out, null_length);
  put_int32(out, sizeof(std::int64_t));
  put_int64(out, time_to_wire(batch.timestamp_us[row]));
}

void put_day(std::string& out, const EventBatch& batch, std::size_t row) {
  if (batch.day.empty() || batch.day[row] == no_day) return put_int32(out, null_length);
  put_int32(out, sizeof(std::int32_t));
  put_int32(out, days_to_wire(batch.day[row]));
}

void put_tags(std::string& out, const ListColumn& tags, std::size_t row) {
  const std::size_t first = tags.offsets.empty() ? 0 : tags.offsets[row];
  const std::size_t count = tags.offsets.empty() ? 0 : tags.offsets[row + 1] - first;
  if (count == 0) return put_int32(out, null_length);
  const std::size_t length_at = out.size();
  put_int32(out, 0);
  put_text_array(out, tags.values.data() + first, count);
  const std::int32_t length = swapped(static_cast<std::int32_t>(out.size() - length_at - sizeof(std::int32_t)));
  std::memcpy(out.data() + length_at, &length, sizeof length);
}

}  // namespace

void put_int16(std::string& out, std::int16_t number) {
  put(out, number);
}
void put_int32(std::string& out, std::int32_t number) {
  put(out, number);
}
void put_int64(std::string& out, std::int64_t number) {
  put(out, number);
}
std::int32_t int32_at(const char* bytes) {
  return at<std::int32_t>(bytes);
}
std::int64_t int64_at(const char* bytes) {
  return at<std::int64_t>(bytes);
}

std::int32_t days_to_wire(DayNumber day) {
  return day - epoch_days;
}
DayNumber days_from_wire(std::int32_t days) {
  return days + epoch_days;
}
std::int64_t time_to_wire(std::int64_t time_us) {
  return time_us - epoch_us;
}
std::int64_t time_from_wire(std::int64_t time) {
  return time + epoch_us;
}

void put_text_array(std::string& out, const std::string_view* texts, std::size_t count) {
  put_int32(out, count == 0 ? 0 : 1);  // dimensions
  put_int32(out, 0);                   // no element is NULL
  put_int32(out, static_cast<std::int32_t>(text_type));
  if (count == 0) return;
  put_int32(out, static_cast<std::int32_t>(count));
  put_int32(out, 1);  // the first index
  for (std::size_t i = 0; i < count; ++i) put_text(out, texts[i]);
}

std::vector<std::string> texts_from_wire(std::string_view bytes) {
  std::vector<std::string> texts;
  constexpr std::size_t head = 20;  // dimensions, NULLs, type, length, first index
  if (bytes.size() < head || int32_at(bytes.data()) != 1) return texts;
  const std::int32_t count = int32_at(bytes.data() + 12);
  std::size_t offset = head;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t length = int32_at(bytes.data() + offset);
    offset += sizeof length;
    texts.emplace_back(bytes.substr(offset, length < 0 ? 0 : static_cast<std::size_t>(length)));
    offset += texts.back().size();
  }
  return texts;
}

void put_copy_header(std::string& out) {
  constexpr std::string_view signature("PGCOPY\n\377\r\n\0", 11);
  out.append(signature);
  put_int32(out, 0);  // flags
  put_int32(out, 0);  // no extension
}

void put_copy_trailer(std::string& out) {
  put_int16(out, -1);
}

std::string copy_tail(DayNumber period_month, std::int64_t ingestion_id, std::int64_t ingested_at_us) {
  std::string tail;
  put_int32(tail, sizeof(std::int64_t));
  put_int64(tail, ingestion_id);
  put_int32(tail, sizeof(std::int64_t));
  put_int64(tail, time_to_wire(ingested_at_us));
  put_int32(tail, sizeof(std::int32_t));
  put_int32(tail, days_to_wire(period_month));
  return tail;
}

std::size_t put_copy_events(std::string& out, std::size_t limit_bytes, const EventBatch& batch, std::size_t from,
                            std::string_view tail) {
  std::size_t row = from;
  for (; row < batch.rows && out.size() < limit_bytes; ++row) {
    put_int16(out, event_columns);
    put_text_or_null(out, batch.id, row);
    put_time(out, batch, row);
    put_day(out, batch, row);
    put_text_or_null(out, batch.email, row);
    put_text_or_null(out, batch.company, row);
    put_text_or_null(out, batch.country, row);
    put_text_or_null(out, batch.ip, row);
    put_text_or_null(out, batch.uri, row);
    put_text_or_null(out, batch.action, row);
    put_tags(out, batch.tags, row);
    out.append(tail);
  }
  return row;
}

void put_copy_reject(std::string& out, std::int64_t ingestion_id, const Reject& reject) {
  put_int16(out, reject_columns);
  put_int32(out, sizeof ingestion_id);
  put_int64(out, ingestion_id);
  put_int32(out, sizeof(std::int64_t));
  put_int64(out, static_cast<std::int64_t>(reject.line));
  put_text(out, reject.reason);
  put_text(out, reject.raw);
}

}  // namespace weir::postgres
