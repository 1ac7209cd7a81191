#include "store/duckdb/shown_type.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "store/duckdb/shown_text.h"
#include "store/sql.h"

namespace weir::duck {
namespace {

constexpr std::array number_types{
    DUCKDB_TYPE_TINYINT,   DUCKDB_TYPE_SMALLINT, DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_UTINYINT,
    DUCKDB_TYPE_USMALLINT, DUCKDB_TYPE_UINTEGER, DUCKDB_TYPE_UBIGINT, DUCKDB_TYPE_FLOAT,  DUCKDB_TYPE_DOUBLE,
    DUCKDB_TYPE_HUGEINT,   DUCKDB_TYPE_UHUGEINT, DUCKDB_TYPE_DECIMAL};

constexpr std::array other_scalars{DUCKDB_TYPE_BOOLEAN,      DUCKDB_TYPE_VARCHAR,      DUCKDB_TYPE_BLOB,
                                   DUCKDB_TYPE_DATE,         DUCKDB_TYPE_TIME,         DUCKDB_TYPE_INTERVAL,
                                   DUCKDB_TYPE_UUID,         DUCKDB_TYPE_TIMESTAMP,    DUCKDB_TYPE_TIMESTAMP_S,
                                   DUCKDB_TYPE_TIMESTAMP_MS, DUCKDB_TYPE_TIMESTAMP_NS, DUCKDB_TYPE_TIMESTAMP_TZ,
                                   DUCKDB_TYPE_SQLNULL};

// A logical type that is ours to destroy.
class TypeOwner {
 public:
  explicit TypeOwner(duckdb_logical_type type) : type_(type) {}
  ~TypeOwner() { duckdb_destroy_logical_type(&type_); }
  TypeOwner(const TypeOwner&) = delete;
  TypeOwner& operator=(const TypeOwner&) = delete;
  [[nodiscard]] duckdb_logical_type get() const { return type_; }

 private:
  duckdb_logical_type type_;
};

// A text of DuckDB's that is ours to free.
std::string taken(char* text) {
  std::string copy = text == nullptr ? "" : text;
  duckdb_free(text);
  return copy;
}

std::string_view view_of(const duckdb_string_t& text) {
  const std::uint32_t length = text.value.inlined.length;
  return {length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

duckdb_vector as_vector(void* vector) {
  return static_cast<duckdb_vector>(vector);
}

template <class Value>
const Value& item(const void* data, std::size_t index) {
  return static_cast<const Value*>(data)[index];
}

// Not a JSON number where it is infinite or none.
template <class Float>
QueryValue float_value(Float value, std::string& buffer) {
  if (std::isnan(value)) return {ValueKind::text, "NaN"};
  if (std::isinf(value)) return {ValueKind::text, value < 0 ? "-Infinity" : "Infinity"};
  buffer = fmt::format("{}", value);
  return {ValueKind::number, buffer};
}

QueryValue text_value(std::string text, std::string& buffer) {
  buffer = std::move(text);
  return {ValueKind::text, buffer};
}

}  // namespace

Result<ShownType> ShownType::make(void* logical_type) {
  auto* type = static_cast<duckdb_logical_type>(logical_type);
  ShownType shown;
  const duckdb_type id = duckdb_get_type_id(type);
  shown.id_ = id;
  const auto add_child = [&](duckdb_logical_type child) -> Status {
    const TypeOwner owner(child);
    WEIR_TRY_ASSIGN(ShownType made, make(owner.get()));
    shown.children_.push_back(std::move(made));
    return {};
  };
  if (id == DUCKDB_TYPE_LIST) {
    WEIR_TRY(add_child(duckdb_list_type_child_type(type)));
  } else if (id == DUCKDB_TYPE_ARRAY) {
    shown.array_size_ = duckdb_array_type_array_size(type);
    WEIR_TRY(add_child(duckdb_array_type_child_type(type)));
  } else if (id == DUCKDB_TYPE_MAP) {
    WEIR_TRY(add_child(duckdb_map_type_key_type(type)));
    WEIR_TRY(add_child(duckdb_map_type_value_type(type)));
  } else if (id == DUCKDB_TYPE_STRUCT) {
    for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
      shown.names_.push_back(taken(duckdb_struct_type_child_name(type, i)));
      WEIR_TRY(add_child(duckdb_struct_type_child_type(type, i)));
    }
  } else if (id == DUCKDB_TYPE_ENUM) {
    shown.internal_ = duckdb_enum_internal_type(type);
    for (std::uint32_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
      shown.names_.push_back(taken(duckdb_enum_dictionary_value(type, i)));
    }
  } else if (id == DUCKDB_TYPE_DECIMAL) {
    shown.internal_ = duckdb_decimal_internal_type(type);
    shown.scale_ = duckdb_decimal_scale(type);
  } else if (!shown.is_number() && std::ranges::find(other_scalars, id) == other_scalars.end()) {
    return fail("", "", fmt::format("a column is of a type that weir does not show (DuckDB's number {})", shown.id_),
                "make it text: CAST(… AS VARCHAR)");
  }
  shown.is_json_ = id == DUCKDB_TYPE_VARCHAR && taken(duckdb_logical_type_get_alias(type)) == "JSON";
  return shown;
}

bool ShownType::is_number() const {
  return std::ranges::find(number_types, static_cast<duckdb_type>(id_)) != number_types.end();
}

std::int64_t ShownType::small_number(const void* data, std::size_t index, int internal) const {
  switch (internal) {
    case DUCKDB_TYPE_TINYINT: return item<std::int8_t>(data, index);
    case DUCKDB_TYPE_SMALLINT: return item<std::int16_t>(data, index);
    case DUCKDB_TYPE_INTEGER: return item<std::int32_t>(data, index);
    case DUCKDB_TYPE_UTINYINT: return item<std::uint8_t>(data, index);
    case DUCKDB_TYPE_USMALLINT: return item<std::uint16_t>(data, index);
    case DUCKDB_TYPE_UINTEGER: return item<std::uint32_t>(data, index);
    default: return item<std::int64_t>(data, index);
  }
}

std::string ShownType::decimal(const void* data, std::size_t index) const {
  if (internal_ == DUCKDB_TYPE_HUGEINT) {
    const auto& huge = item<duckdb_hugeint>(data, index);
    return with_decimals(huge_text(huge.lower, huge.upper, true), scale_);
  }
  return with_decimals(fmt::format("{}", small_number(data, index, internal_)), scale_);
}

QueryValue ShownType::value(void* vector, std::size_t index, std::string& buffer) const {
  const std::uint64_t* validity = duckdb_vector_get_validity(as_vector(vector));
  if (validity != nullptr && !duckdb_validity_row_is_valid(const_cast<std::uint64_t*>(validity), index)) return {};
  const void* data = duckdb_vector_get_data(as_vector(vector));
  const auto number = [&](std::string text) {
    buffer = std::move(text);
    return QueryValue{ValueKind::number, buffer};
  };
  constexpr std::int64_t milli = 1'000;
  constexpr std::int64_t micro = 1'000'000;
  constexpr std::int64_t nano = 1'000'000'000;
  switch (id_) {
    case DUCKDB_TYPE_SQLNULL: return {};
    case DUCKDB_TYPE_BOOLEAN: return {ValueKind::boolean, item<bool>(data, index) ? "true" : "false"};
    case DUCKDB_TYPE_UBIGINT: return number(fmt::format("{}", item<std::uint64_t>(data, index)));
    case DUCKDB_TYPE_FLOAT: return float_value(item<float>(data, index), buffer);
    case DUCKDB_TYPE_DOUBLE: return float_value(item<double>(data, index), buffer);
    case DUCKDB_TYPE_DECIMAL: return number(decimal(data, index));
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT: {
      const auto& huge = item<duckdb_hugeint>(data, index);
      return number(huge_text(huge.lower, huge.upper, id_ == DUCKDB_TYPE_HUGEINT));
    }
    case DUCKDB_TYPE_VARCHAR:
      return {is_json_ ? ValueKind::json : ValueKind::text, view_of(item<duckdb_string_t>(data, index))};
    case DUCKDB_TYPE_ENUM:
      return {ValueKind::text, names_[static_cast<std::size_t>(small_number(data, index, internal_))]};
    case DUCKDB_TYPE_BLOB: return text_value(bytes_text(view_of(item<duckdb_string_t>(data, index))), buffer);
    case DUCKDB_TYPE_DATE: return text_value(date_text(item<std::int32_t>(data, index)), buffer);
    case DUCKDB_TYPE_TIME: return text_value(time_text(item<std::int64_t>(data, index)), buffer);
    case DUCKDB_TYPE_TIMESTAMP_S: return text_value(moment_text(item<std::int64_t>(data, index), 1), buffer);
    case DUCKDB_TYPE_TIMESTAMP_MS: return text_value(moment_text(item<std::int64_t>(data, index), milli), buffer);
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return text_value(moment_text(item<std::int64_t>(data, index), micro), buffer);
    case DUCKDB_TYPE_TIMESTAMP_NS: return text_value(moment_text(item<std::int64_t>(data, index), nano), buffer);
    case DUCKDB_TYPE_INTERVAL: {
      const auto& interval = item<duckdb_interval>(data, index);
      return text_value(interval_text(interval.months, interval.days, interval.micros), buffer);
    }
    case DUCKDB_TYPE_UUID: {
      const auto& uuid = item<duckdb_hugeint>(data, index);
      return text_value(uuid_text(uuid.lower, uuid.upper), buffer);
    }
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_STRUCT:
    case DUCKDB_TYPE_MAP:
      buffer.clear();
      append_json(buffer, vector, index);
      return {ValueKind::json, buffer};
    default: return number(fmt::format("{}", small_number(data, index, id_)));
  }
}

void ShownType::append_json(std::string& out, void* vector, std::size_t index) const {
  const void* data = duckdb_vector_get_data(as_vector(vector));
  if (id_ == DUCKDB_TYPE_LIST || id_ == DUCKDB_TYPE_MAP) {
    const auto& entry = item<duckdb_list_entry>(data, index);
    duckdb_vector child = duckdb_list_vector_get_child(as_vector(vector));
    return id_ == DUCKDB_TYPE_MAP ? append_map(out, child, entry.offset, entry.length)
                                  : append_list(out, child, entry.offset, entry.length);
  }
  if (id_ == DUCKDB_TYPE_ARRAY) {
    return append_list(out, duckdb_array_vector_get_child(as_vector(vector)), index * array_size_, array_size_);
  }
  append_object(out, vector, index);
}

namespace {

void append_value(std::string& out, const QueryValue& value) {
  switch (value.kind) {
    case ValueKind::null: out += "null"; break;
    case ValueKind::text: sql::append_json_string(out, value.text); break;
    case ValueKind::boolean:
    case ValueKind::number:
    case ValueKind::json: out += value.text; break;
  }
}

}  // namespace

void ShownType::append_list(std::string& out, void* child, std::size_t begin, std::size_t length) const {
  std::string buffer;
  out += '[';
  for (std::size_t i = begin; i < begin + length; ++i) {
    if (i > begin) out += ',';
    append_value(out, children_.front().value(child, i, buffer));
  }
  out += ']';
}

// The parts of a row without names are a list.
void ShownType::append_object(std::string& out, void* vector, std::size_t index) const {
  const bool named = !names_.empty() && !names_.front().empty();
  std::string buffer;
  out += named ? '{' : '[';
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (i > 0) out += ',';
    if (named) {
      sql::append_json_string(out, names_[i]);
      out += ':';
    }
    append_value(out, children_[i].value(duckdb_struct_vector_get_child(as_vector(vector), i), index, buffer));
  }
  out += named ? '}' : ']';
}

void ShownType::append_map(std::string& out, void* entries, std::size_t begin, std::size_t length) const {
  duckdb_vector keys = duckdb_struct_vector_get_child(as_vector(entries), 0);
  duckdb_vector values = duckdb_struct_vector_get_child(as_vector(entries), 1);
  std::string buffer;
  out += '{';
  for (std::size_t i = begin; i < begin + length; ++i) {
    if (i > begin) out += ',';
    sql::append_json_string(out, children_[0].value(keys, i, buffer).text);
    out += ':';
    append_value(out, children_[1].value(values, i, buffer));
  }
  out += '}';
}

}  // namespace weir::duck
