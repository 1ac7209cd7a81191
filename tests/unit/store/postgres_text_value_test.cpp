#include "store/postgres/text_value.h"

#include <gmock/gmock.h>

namespace weir::postgres {
namespace {

constexpr unsigned text = 25;
constexpr unsigned integers = 1007;
constexpr unsigned texts = 1009;
constexpr unsigned booleans = 1000;
constexpr unsigned times = 1185;
constexpr unsigned jsons = 199;

struct Told {
  ValueKind kind;
  std::string text;
  friend bool operator==(const Told&, const Told&) = default;
};

void PrintTo(const Told& told, std::ostream* out) {
  *out << static_cast<int>(told.kind) << ": " << told.text;
}

Told told(unsigned type, std::string_view written) {
  std::string buffer = "left over";
  const QueryValue value = value_of(type, written, buffer);
  return {value.kind, std::string(value.text)};
}

TEST(TextValue, KeepsNumbersAsTheyAreWritten) {
  EXPECT_EQ(told(20, "9223372036854775807"), (Told{ValueKind::number, "9223372036854775807"}));
  EXPECT_EQ(told(1700, "-0.10"), (Told{ValueKind::number, "-0.10"}));
  EXPECT_EQ(told(701, "1e+20"), (Told{ValueKind::number, "1e+20"}));
  EXPECT_EQ(told(701, "NaN"), (Told{ValueKind::text, "NaN"}));
  EXPECT_EQ(told(1700, "-Infinity"), (Told{ValueKind::text, "-Infinity"}));
  EXPECT_EQ(told(text, "12"), (Told{ValueKind::text, "12"}));
}

TEST(TextValue, TellsBooleansAndTimes) {
  EXPECT_EQ(told(16, "t"), (Told{ValueKind::boolean, "true"}));
  EXPECT_EQ(told(16, "f"), (Told{ValueKind::boolean, "false"}));
  EXPECT_EQ(told(1184, "2021-04-01 10:00:00.5+00"), (Told{ValueKind::text, "2021-04-01T10:00:00.5Z"}));
  EXPECT_EQ(told(1114, "2021-04-01 10:00:00"), (Told{ValueKind::text, "2021-04-01T10:00:00Z"}));
  EXPECT_EQ(told(1184, "infinity"), (Told{ValueKind::text, "infinity"}));
  EXPECT_EQ(told(1184, "0044-03-15 00:00:00+00 BC"), (Told{ValueKind::text, "0044-03-15 00:00:00+00 BC"}));
  EXPECT_EQ(told(1082, "2021-04-01"), (Told{ValueKind::text, "2021-04-01"}));
}

TEST(TextValue, MakesListsJson) {
  EXPECT_EQ(told(integers, "{1,NULL,-3}"), (Told{ValueKind::json, "[1,null,-3]"}));
  EXPECT_EQ(told(integers, "{}"), (Told{ValueKind::json, "[]"}));
  EXPECT_EQ(told(integers, "{{1,2},{3,4}}"), (Told{ValueKind::json, "[[1,2],[3,4]]"}));
  EXPECT_EQ(told(integers, "[0:1]={1,2}"), (Told{ValueKind::json, "[1,2]"}));
  EXPECT_EQ(told(booleans, "{t,f}"), (Told{ValueKind::json, "[true,false]"}));
  EXPECT_EQ(told(times, R"({"2021-04-01 10:00:00+00"})"), (Told{ValueKind::json, R"(["2021-04-01T10:00:00Z"])"}));
  EXPECT_EQ(told(texts, R"({a,"b c","say \"x\"","NULL",NULL,"back\\slash","",{}})"),
            (Told{ValueKind::json, R"(["a","b c","say \"x\"","NULL",null,"back\\slash","",[]])"}));
  EXPECT_EQ(told(texts, "{\"a\nb\"}"), (Told{ValueKind::json, "[\"a\\u000ab\"]"}));
  EXPECT_EQ(told(jsons, R"({"{\"a\": 1}"})"), (Told{ValueKind::json, R"([{"a": 1}])"}));
}

TEST(TextValue, LeavesWhatIsNoListAsText) {
  for (const char* broken : {"", "{", "{a", "{a}b", "{\"a", "{a,", "a", "{a\\", "[0:1]"}) {
    EXPECT_EQ(told(texts, broken), (Told{ValueKind::text, broken})) << broken;
  }
  EXPECT_EQ(told(99999, "{a}"), (Told{ValueKind::text, "{a}"}));
}

TEST(TextValue, HandsJsonOver) {
  EXPECT_EQ(told(114, R"({"a": 1})"), (Told{ValueKind::json, R"({"a": 1})"}));
  EXPECT_EQ(told(3802, "null"), (Told{ValueKind::json, "null"}));
}

}  // namespace
}  // namespace weir::postgres
