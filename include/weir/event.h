// The words of an event: its fields, and which physical column of a dump carries which field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The first eight are read from a dump; company is derived from email, day from timestamp. tag_pair is no field of an
// event: it is what pairs of its tags are counted under (weir/tags.h).
enum class Field : std::uint8_t { id, timestamp, email, country, ip, uri, action, tags, company, day, tag_pair };

inline constexpr std::size_t stored_field_count = 8;    // those a column can carry
inline constexpr std::size_t field_count = 10;          // those of an event
inline constexpr std::size_t counted_field_count = 11;  // and tag_pair

// The canonical name, as in a header line, a table column and --map: "email".
[[nodiscard]] std::string_view name_of(Field field);

// Canonical names plus the singular and plural words of the questions: "user", "users", "tag", "date", "companies"…
// nullopt: no such field of an event.
[[nodiscard]] std::optional<Field> field_named(std::string_view word);

// A small set of fields. Value type.
class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr FieldSet(std::initializer_list<Field> fields) {
    for (Field field : fields) insert(field);
  }
  constexpr void insert(Field field) { bits_ |= bit(field); }
  constexpr void insert(FieldSet other) { bits_ |= other.bits_; }
  [[nodiscard]] constexpr bool contains(Field field) const { return (bits_ & bit(field)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(FieldSet, FieldSet) = default;

 private:
  static constexpr std::uint16_t bit(Field field) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(field));
  }
  std::uint16_t bits_ = 0;
};

inline constexpr FieldSet all_fields{Field::id,  Field::timestamp, Field::email, Field::country, Field::ip,
                                     Field::uri, Field::action,    Field::tags,  Field::company, Field::day};

// The text stored for a row whose email has no usable domain.
inline constexpr std::string_view unknown_company = "Unknown company";

// The key under which NULL is answered.
inline constexpr std::string_view none_key = "(none)";

// The key under which companies that provide mail for anybody are answered together.
inline constexpr std::string_view personal_mail_key = "(personal mail)";

// Days and microseconds since 1970-01-01T00:00:00Z. Absent where no column carries the timestamp.
using DayNumber = std::int32_t;
inline constexpr DayNumber no_day = INT32_MIN;
inline constexpr std::int64_t no_time_us = INT64_MIN;

// Which columns may carry a field, by header name, first match wins (--map email=client_id,clientId).
// Fields without an entry are looked for under their own name.
struct ColumnMap {
  std::array<std::vector<std::string>, stored_field_count> alternatives;
};

// What a dump's header resolved to: column index of each field, -1 where no column carries it.
struct ColumnBinding {
  std::array<int, stored_field_count> index{-1, -1, -1, -1, -1, -1, -1, -1};
  [[nodiscard]] bool carries(Field field) const {
    return static_cast<std::size_t>(field) < stored_field_count && index[static_cast<std::size_t>(field)] >= 0;
  }
};

}  // namespace weir
