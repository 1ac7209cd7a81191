#include "render/json.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "render_helpers.h"

namespace weir {
namespace {

using nlohmann::json;

json parsed(const std::string& text) {
  EXPECT_EQ(text.find('\n'), text.size() - 1) << "one line";
  return json::parse(text);
}

std::string json_string(std::string_view text) {
  std::string out;
  rendering::append_json_string(out, text);
  return out;
}

TEST(JsonAnswer, IsExactlyTheContracts) {
  const Answer answer = answer_of("countries", 40, 1'200'000, {{"Palau", 136'582}, {"France", 69'160}});
  EXPECT_EQ(render(answer, april(), Format::json, {}),
            R"({"question":"countries","distinct":40,"events":1200000,)"
            R"("rows":[{"key":"Palau","events":136582},{"key":"France","events":69160}],)"
            R"("coverage":{"first_day":"2021-03-31","last_day":"2021-04-30","periods":["2021-04"],"missing":[],)"
            R"("rejected":0}})"
            "\n");
}

TEST(JsonAnswer, HasNullForDaysThatAreNone) {
  EXPECT_EQ(render(answer_of("dates", 0, 0, {}), Coverage{}, Format::json, {}),
            R"({"question":"dates","distinct":0,"events":0,"rows":[],)"
            R"("coverage":{"first_day":null,"last_day":null,"periods":[],"missing":[],"rejected":0}})"
            "\n");
}

TEST(JsonAnswer, NamesPeriodsAndGaps) {
  Coverage coverage = april();
  coverage.periods = {{2021, 1, 0}, {2021, 4, 24}};
  coverage.missing = {{2021, 2, 0}, {2021, 3, 1}};
  coverage.rejected = 17;
  const json document = parsed(render(answer_of("users", 0, 0, {}), coverage, Format::json, {}));
  EXPECT_EQ(document["coverage"]["periods"], json({"2021-01", "2021-04-24"}));
  EXPECT_EQ(document["coverage"]["missing"], json({"2021-02", "2021-03-01"}));
  EXPECT_EQ(document["coverage"]["rejected"], 17);
}

TEST(JsonAnswer, KeepsHugeCounts) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const json document = parsed(render(answer_of("users", most, most, {{"a", most}}), april(), Format::json, {}));
  EXPECT_EQ(document["distinct"].get<std::uint64_t>(), most);
  EXPECT_EQ(document["events"].get<std::uint64_t>(), most);
  EXPECT_EQ(document["rows"][0]["events"].get<std::uint64_t>(), most);
}

TEST(JsonAnswer, GivesAwkwardKeysBack) {
  const Answer answer = awkward_answer();
  const std::string text = render(answer, april(), Format::json, {});
  EXPECT_FALSE(has_control_characters(text));
  const json document = parsed(text);
  ASSERT_EQ(document["rows"].size(), answer.rows.size());
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    EXPECT_EQ(document["rows"][i]["key"], answer.rows[i].key);
    EXPECT_EQ(document["rows"][i]["events"], answer.rows[i].events);
  }
}

TEST(JsonAnswer, LooksTheSameOnATerminal) {
  EXPECT_EQ(render(awkward_answer(), april(), Format::json, {.colour = true, .width_columns = 40}),
            render(awkward_answer(), april(), Format::json, {}));
}

TEST(JsonString, EscapesWhatItMustAndNothingElse) {
  EXPECT_EQ(json_string("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(json_string("\xC2\x80\xC2\x9F\xC2\xA0"), "\"\\u0080\\u009f\xC2\xA0\"");
  EXPECT_EQ(json_string("Côte 日本 😀"), "\"Côte 日本 😀\"");
}

TEST(JsonString, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json_string("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_string("\xC2"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xE6\x97\""), "\"\xEF\xBF\xBD\xEF\xBF\xBD\\\"\"");
}

TEST(JsonString, GivesEveryCharacterBack) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::string key = random_key(random);
    ASSERT_EQ(json::parse(json_string(key)).get<std::string>(), key);
  }
  for (int code = 0; code < 0x80; ++code) {
    const std::string key(3, static_cast<char>(code));
    ASSERT_EQ(json::parse(json_string(key)).get<std::string>(), key);
  }
}

TEST(JsonInsights, IsExactlyTheContracts) {
  EXPECT_EQ(render(small_insights(), Format::json, {}),
            R"({"events":1200000,)"
            R"("coverage":{"first_day":"2021-03-31","last_day":"2021-04-30","periods":["2021-04"],"missing":[],)"
            R"("rejected":0},)"
            R"("questions":[)"
            R"({"question":"countries","distinct":3,"events":1200000,"rows":[{"key":"Palau","events":800000},)"
            R"j({"key":"France","events":399999},{"key":"(none)","events":1}]},)j"
            R"({"question":"uris","distinct":5,"events":1200000,"rows":[{"key":"search","events":600000},)"
            R"({"key":"home","events":300000}]}]})"
            "\n");
}

TEST(JsonInsights, MayBeEmpty) {
  const json document = parsed(render(Insights{}, Format::json, {}));
  EXPECT_EQ(document["events"], 0);
  EXPECT_EQ(document["questions"], json::array());
}

TEST(Ndjson, IsOneObjectARow) {
  EXPECT_EQ(render(small_insights().answers[1], april(), Format::ndjson, {}),
            "{\"key\":\"search\",\"events\":600000}\n{\"key\":\"home\",\"events\":300000}\n");
  const std::vector<std::string> lines = lines_of(render(small_insights(), Format::ndjson, {}));
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], R"({"question":"countries","key":"Palau","events":800000})");
  EXPECT_EQ(lines[4], R"({"question":"uris","key":"home","events":300000})");
}

TEST(Ndjson, KeepsAwkwardKeysOnTheirLine) {
  const std::vector<std::string> lines = lines_of(render(awkward_answer(), april(), Format::ndjson, {}));
  ASSERT_EQ(lines.size(), awkward_keys().size());
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(json::parse(lines[i])["key"], awkward_keys()[i]);
}

TEST(Ndjson, IsEmptyWithoutRows) {
  EXPECT_EQ(render(answer_of("users", 0, 0, {}), april(), Format::ndjson, {}), "");
  EXPECT_EQ(render(Insights{}, Format::ndjson, {}), "");
  EXPECT_EQ(render(Listing{}, Format::ndjson, {}), "");
}

Listing every_kind() {
  Listing listing{.name = "ingestions",
                  .columns = {{"id", "Id", CellKind::count},
                              {"uri", "URI", CellKind::text},
                              {"bytes", "Size", CellKind::bytes},
                              {"seconds", "Took", CellKind::seconds},
                              {"forced", "Forced", CellKind::boolean, false},
                              {"columns", "Columns", CellKind::list},
                              {"started_at", "Started", CellKind::time},
                              {"error", "Error", CellKind::text, true, true}},
                  .rows = {},
                  .empty_text = "Nothing."};
  listing.rows.push_back({std::uint64_t{1234},
                          "s3://b/\"k\"",
                          std::uint64_t{174'548'802},
                          1.9,
                          true,
                          std::vector<std::string>{"a", "b,c"},
                          std::int64_t{1'795'544'617'000'000},
                          {}});
  listing.rows.push_back({{}, {}, {}, {}, {}, {}, {}, "boom"});
  return listing;
}

TEST(JsonListing, WritesEveryKindAndLeavesOmittedNullsOut) {
  EXPECT_EQ(render(every_kind(), Format::json, {}),
            R"({"ingestions":[{"id":1234,"uri":"s3://b/\"k\"","bytes":174548802,"seconds":1.9,"forced":true,)"
            R"("columns":["a","b,c"],"started_at":"2026-11-24T18:23:37Z"},)"
            R"({"id":null,"uri":null,"bytes":null,"seconds":null,"forced":null,"columns":null,"started_at":null,)"
            R"("error":"boom"}]})"
            "\n");
}

TEST(JsonListing, IsAnEmptyArrayWithoutRows) {
  Listing listing = every_kind();
  listing.rows.clear();
  EXPECT_EQ(render(listing, Format::json, {}), "{\"ingestions\":[]}\n");
}

TEST(JsonListing, IsItsRowsInNdjson) {
  const std::vector<std::string> lines = lines_of(render(every_kind(), Format::ndjson, {}));
  ASSERT_EQ(lines.size(), 2U);
  const json rows = parsed(render(every_kind(), Format::json, {}))["ingestions"];
  EXPECT_EQ(json::parse(lines[0]), rows[0]);
  EXPECT_EQ(json::parse(lines[1]), rows[1]);
}

TEST(JsonListing, RoundsSecondsToTheMillisecond) {
  const auto written = [](double seconds) {
    const Listing listing{
        .name = "l", .columns = {{"s", "S", CellKind::seconds}}, .rows = {{seconds}}, .empty_text = {}};
    return render(listing, Format::ndjson, {});
  };
  EXPECT_EQ(written(1.87349), "{\"s\":1.873}\n");
  EXPECT_EQ(written(0.0004), "{\"s\":0}\n");
  EXPECT_EQ(written(7200), "{\"s\":7200}\n");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "{\"s\":null}\n");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "{\"s\":null}\n");
}

TEST(JsonListing, WritesTimesInUtcWithTheirDecimals) {
  const auto written = [](std::int64_t us) {
    const Listing listing{.name = "l", .columns = {{"t", "T", CellKind::time}}, .rows = {{us}}, .empty_text = {}};
    return render(listing, Format::ndjson, {});
  };
  EXPECT_EQ(written(0), "{\"t\":\"1970-01-01T00:00:00Z\"}\n");
  EXPECT_EQ(written(-1), "{\"t\":\"1969-12-31T23:59:59.999999Z\"}\n");
  EXPECT_EQ(written(-86'400'000'000), "{\"t\":\"1969-12-31T00:00:00Z\"}\n");
  EXPECT_EQ(written(1'582'977'599'000'100), "{\"t\":\"2020-02-29T11:59:59.000100Z\"}\n");
  EXPECT_EQ(written(no_time_us), "{\"t\":null}\n");
}

TEST(FormatNamed, KnowsTheContractsWords) {
  EXPECT_EQ(format_named("table"), Format::table);
  EXPECT_EQ(format_named("json"), Format::json);
  EXPECT_EQ(format_named("ndjson"), Format::ndjson);
  EXPECT_EQ(format_named("csv"), Format::csv);
  EXPECT_EQ(format_named("markdown"), Format::markdown);
  EXPECT_EQ(format_named("JSON"), std::nullopt);
  EXPECT_EQ(format_named("md"), std::nullopt);
  EXPECT_EQ(format_named(""), std::nullopt);
}

}  // namespace
}  // namespace weir
