#include "store/postgres/text_value.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/sql.h"

namespace weir::postgres {
namespace {

// Fixed numbers in pg_type.
constexpr unsigned boolean_type = 16;
constexpr unsigned json_type = 114;
constexpr unsigned jsonb_type = 3802;
constexpr unsigned timestamp_type = 1114;
constexpr unsigned timestamptz_type = 1184;
// bigint, smallint, integer, oid, real, double precision, numeric
constexpr std::array<unsigned, 7> number_types{20, 21, 23, 26, 700, 701, 1700};

// Each list's type and that of its elements.
constexpr std::array<std::pair<unsigned, unsigned>, 26> list_types{
    {{1000, 16},   {1001, 17},   {1002, 18},   {1003, 19},   {1005, 21},   {1007, 23},   {1009, 25},
     {1014, 1042}, {1015, 1043}, {1016, 20},   {1021, 700},  {1022, 701},  {1028, 26},   {1041, 869},
     {651, 650},   {1115, 1114}, {1182, 1082}, {1183, 1083}, {1185, 1184}, {1187, 1186}, {1231, 1700},
     {1270, 1266}, {199, 114},   {3807, 3802}, {2951, 2950}, {1010, 27}}};

// "2021-04-01 10:00:00.5+00" → "2021-04-01T10:00:00.5Z". Infinity and years before our era stay as they are.
QueryValue time_of(std::string_view text, std::string& buffer) {
  const std::size_t gap = text.find(' ');
  if (gap == std::string_view::npos || text.ends_with(" BC")) return {ValueKind::text, text};
  std::string_view time = text.substr(gap + 1);
  if (time.ends_with("+00")) time.remove_suffix(3);
  buffer.assign(text.substr(0, gap)).append("T").append(time).append("Z");
  return {ValueKind::text, buffer};
}

// "{a,"b \" c",NULL,{…}}" as JSON.
class ListText {
 public:
  ListText(std::string_view text, unsigned element_type, std::string& out)
      : text_(text), element_type_(element_type), out_(out) {}

  // False where it is not written as lists are.
  bool append() {
    if (text_.starts_with('[')) at_ = std::min(text_.find('='), text_.size() - 1) + 1;  // bounds other than 1
    return list() && at_ == text_.size();
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool list() {
    if (peek() != '{') return false;
    ++at_;
    out_ += '[';
    for (bool first = true; peek() != '}'; first = false) {
      if (!first) {
        if (peek() != ',') return false;
        ++at_;
        out_ += ',';
      }
      if (!(peek() == '{' ? list() : element())) return false;
    }
    ++at_;
    out_ += ']';
    return true;
  }

  bool element() {
    const bool quoted = peek() == '"';
    std::string value;
    if (quoted) ++at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted ? c == '"' : c == ',' || c == '}') break;
      if (c == '\\') ++at_;
      if (at_ < text_.size()) value += text_[at_];
    }
    if (at_ >= text_.size()) return false;
    if (quoted) ++at_;
    append_value(!quoted && value == "NULL" ? QueryValue{} : value_of(element_type_, value, buffer_));
    return true;
  }

  void append_value(const QueryValue& value) {
    switch (value.kind) {
      case ValueKind::null: out_ += "null"; break;
      case ValueKind::text: sql::append_json_string(out_, value.text); break;
      case ValueKind::boolean:
      case ValueKind::number:
      case ValueKind::json: out_ += value.text; break;
    }
  }

  std::string_view text_;
  unsigned element_type_;
  std::string& out_;
  std::size_t at_ = 0;
  std::string buffer_;
};

}  // namespace

bool is_number_type(unsigned type) {
  return std::ranges::find(number_types, type) != number_types.end();
}

QueryValue value_of(unsigned type, std::string_view text, std::string& buffer) {
  if (type == boolean_type) return {ValueKind::boolean, text == "t" ? "true" : "false"};
  if (type == json_type || type == jsonb_type) return {ValueKind::json, text};
  if (type == timestamp_type || type == timestamptz_type) return time_of(text, buffer);
  if (is_number_type(type)) {
    const bool finite = text.find_first_of("nN") == std::string_view::npos;  // NaN, Infinity
    return {finite ? ValueKind::number : ValueKind::text, text};
  }
  const auto* list = std::ranges::find(list_types, type, &std::pair<unsigned, unsigned>::first);
  if (list == list_types.end()) return {ValueKind::text, text};
  std::string json;
  if (!ListText(text, list->second, json).append()) return {ValueKind::text, text};
  buffer = std::move(json);
  return {ValueKind::json, buffer};
}

}  // namespace weir::postgres
