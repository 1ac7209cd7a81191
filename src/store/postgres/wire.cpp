#include "store/postgres/wire.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <optional>
#include <span>

namespace weir::postgres {
namespace {

constexpr std::int32_t epoch_days = 10957;  // from 1970-01-01 to 2000-01-01
constexpr std::int64_t epoch_us = std::int64_t{epoch_days} * 86'400'000'000;
constexpr std::int32_t null_length = -1;
constexpr std::int16_t event_columns = 11;
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

// Writes where there is room already: appending value by value costs more than the values.
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}
  template <class Number>
  void number(Number number) {
    const Number wire = swapped(number);
    std::memcpy(at_, &wire, sizeof wire);
    at_ += sizeof wire;
  }
  template <class Number>
  void sized_number(Number value) {
    number(static_cast<std::int32_t>(sizeof value));
    number(value);
  }
  void bytes(std::string_view bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void text(std::string_view text) {
    number(static_cast<std::int32_t>(text.size()));
    bytes(text);
  }
  void text_array(std::span<const std::string_view> texts) {
    number(std::int32_t{texts.empty() ? 0 : 1});  // dimensions
    number(std::int32_t{0});                      // no element is NULL
    number(static_cast<std::int32_t>(text_type));
    if (texts.empty()) return;
    number(static_cast<std::int32_t>(texts.size()));
    number(std::int32_t{1});  // the first index
    for (const std::string_view text_of : texts) text(text_of);
  }
  [[nodiscard]] char* at() const { return at_; }

 private:
  char* at_;
};

std::size_t array_bytes(std::span<const std::string_view> texts) {
  std::size_t bytes = (texts.empty() ? 3 : 5) * sizeof(std::int32_t);
  for (const std::string_view text : texts) bytes += sizeof(std::int32_t) + text.size();
  return bytes;
}

// Makes room for `bytes` at the end of `out`, to be written next.
char* grow(std::string& out, std::size_t bytes) {
  const std::size_t end = out.size();
  out.resize(end + bytes);
  return out.data() + end;
}

constexpr char unit_separator = '\x1F';
constexpr std::size_t ascii_end = 0x80;
constexpr std::uint32_t wide_begin = 0x10000;  // of the characters that take four bytes
constexpr std::uint32_t wide_end = 0x110000;

// The first ASCII character, NUL apart, that no tag has.
std::optional<char> free_ascii(std::span<const std::string_view> tags) {
  std::array<bool, ascii_end> taken{};
  for (const std::string_view tag : tags) {
    for (const char byte : tag) {
      if (static_cast<unsigned char>(byte) < ascii_end) taken[static_cast<unsigned char>(byte)] = true;
    }
  }
  const auto found = std::find(taken.begin() + 1, taken.end(), false);
  return found == taken.end() ? std::nullopt : std::optional(static_cast<char>(found - taken.begin()));
}

// The first character of four bytes that no tag has. A list comes from a field, which is too short for all of them.
std::string free_wide(std::span<const std::string_view> tags) {
  std::vector<bool> taken(wide_end - wide_begin);
  for (const std::string_view tag : tags) {
    for (std::size_t i = 0; i + 3 < tag.size(); ++i) {
      const auto six_bits = [&](std::size_t at) { return static_cast<std::uint32_t>(tag[at]) & 0x3FU; };
      if ((static_cast<unsigned char>(tag[i]) & 0xF8U) != 0xF0U) continue;
      const std::uint32_t head = static_cast<std::uint32_t>(tag[i]) & 0x07U;
      const std::uint32_t code = head << 18U | six_bits(i + 1) << 12U | six_bits(i + 2) << 6U | six_bits(i + 3);
      if (code >= wide_begin && code < wide_end) taken[code - wide_begin] = true;
    }
  }
  const auto code = static_cast<std::uint32_t>(std::ranges::find(taken, false) - taken.begin()) + wide_begin;
  return {static_cast<char>(0xF0U | code >> 18U), static_cast<char>(0x80U | (code >> 12U & 0x3FU)),
          static_cast<char>(0x80U | (code >> 6U & 0x3FU)), static_cast<char>(0x80U | (code & 0x3FU))};
}

// What stands before each tag of a list: a character that none of them has.
std::string separator_of(std::span<const std::string_view> tags) {
  const auto has_it = [](std::string_view tag) { return tag.find(unit_separator) != std::string_view::npos; };
  if (std::ranges::none_of(tags, has_it)) return {unit_separator};
  if (const std::optional<char> character = free_ascii(tags)) return {*character};
  return free_wide(tags);
}

// One row of a batch, and what it takes to write it.
class CopyRow {
 public:
  CopyRow(const EventBatch& batch, std::size_t row) : row_(row) {
    texts_ = {text(batch.id), text(batch.email), text(batch.company), text(batch.country),
              text(batch.ip), text(batch.uri),   text(batch.action)};
    if (!batch.timestamp_us.empty()) time_us_ = batch.timestamp_us[row];
    if (!batch.day.empty()) day_ = batch.day[row];
    if (batch.tags.offsets.empty()) return;
    const std::size_t first = batch.tags.offsets[row];
    tags_ = std::span(batch.tags.values).subspan(first, batch.tags.offsets[row + 1] - first);
    if (tags_.empty()) return;
    separator_ = separator_of(tags_);
    tag_bytes_ = tags_.size() * separator_.size();
    for (const std::string_view tag : tags_) tag_bytes_ += tag.size();
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t bytes = sizeof event_columns + (texts_.size() + 3) * sizeof null_length;
    for (const std::string_view text : texts_) bytes += text.size();
    if (time_us_ != no_time_us) bytes += sizeof time_us_;
    if (day_ != no_day) bytes += sizeof day_;
    return bytes + tag_bytes_;
  }

  void write(Writer& out) const {
    out.number(event_columns);
    put_text_or_null(out, 0);
    time_us_ == no_time_us ? out.number(null_length) : out.sized_number(time_to_wire(time_us_));
    day_ == no_day ? out.number(null_length) : out.sized_number(days_to_wire(day_));
    for (std::size_t i = 1; i < texts_.size(); ++i) put_text_or_null(out, i);
    if (tags_.empty()) return out.number(null_length);
    out.number(static_cast<std::int32_t>(tag_bytes_));
    for (const std::string_view tag : tags_) {
      out.bytes(separator_);
      out.bytes(tag);
    }
  }

 private:
  [[nodiscard]] std::string_view text(const std::vector<std::string_view>& column) const {
    return column.empty() ? std::string_view() : column[row_];
  }
  void put_text_or_null(Writer& out, std::size_t index) const {
    if (texts_[index].data() == nullptr) return out.number(null_length);
    out.text(texts_[index]);
  }
  std::size_t row_;
  std::array<std::string_view, 7> texts_;  // id, then those from email on
  std::int64_t time_us_ = no_time_us;
  DayNumber day_ = no_day;
  std::span<const std::string_view> tags_;
  std::string separator_;
  std::size_t tag_bytes_ = 0;
};

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
  const std::span all(texts, count);
  Writer(grow(out, array_bytes(all))).text_array(all);
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

std::string copy_tail(std::int64_t ingestion_id) {
  std::string tail;
  put_int32(tail, sizeof ingestion_id);
  put_int64(tail, ingestion_id);
  return tail;
}

std::size_t put_copy_events(std::string& out, std::size_t limit_bytes, const EventBatch& batch, std::size_t from,
                            std::string_view tail) {
  std::size_t row = from;
  for (; row < batch.rows && out.size() < limit_bytes; ++row) {
    const CopyRow one(batch, row);
    Writer writer(grow(out, one.bytes() + tail.size()));
    one.write(writer);
    writer.bytes(tail);
    assert(writer.at() == out.data() + out.size());
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
