#include "render/row_writer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace weir {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Rows {
  std::vector<QueryColumn> columns;
  std::vector<std::vector<QueryValue>> values;
};

std::string written(const Rows& rows, Format format, const TableStyle& style = {}) {
  std::string out;
  const auto writer = make_row_writer(format, style, [&](std::string_view text) {
    out += text;
    return true;
  });
  EXPECT_TRUE(writer->begin(rows.columns));
  for (const auto& row : rows.values) EXPECT_EQ(writer->row(row).value_or(false), true);
  EXPECT_TRUE(writer->finish());
  return out;
}

const Rows kinds{
    {{"id", false}, {"n", true}, {"ok", false}, {"tags", false}},
    {{{ValueKind::text, "a,\"b\""}, {ValueKind::number, "9223372036854775807"}, {ValueKind::boolean, "true"}, {}},
     {{ValueKind::text, ""}, {}, {ValueKind::boolean, "false"}, {ValueKind::json, "[ \"x y\" , null ]"}}}};

TEST(RowWriter, WritesAnArrayOfObjects) {
  EXPECT_EQ(written(kinds, Format::json),
            "[{\"id\":\"a,\\\"b\\\"\",\"n\":9223372036854775807,\"ok\":true,\"tags\":null},\n"
            "{\"id\":\"\",\"n\":null,\"ok\":false,\"tags\":[\"x y\",null]}]\n");
  EXPECT_EQ(written({{{"a", false}}, {}}, Format::json), "[]\n");
}

TEST(RowWriter, WritesAnObjectALine) {
  EXPECT_EQ(written(kinds, Format::ndjson),
            "{\"id\":\"a,\\\"b\\\"\",\"n\":9223372036854775807,\"ok\":true,\"tags\":null}\n"
            "{\"id\":\"\",\"n\":null,\"ok\":false,\"tags\":[\"x y\",null]}\n");
  EXPECT_EQ(written({{{"a", false}}, {}}, Format::ndjson), "");
}

TEST(RowWriter, WritesCsvInWhichNullIsNothing) {
  EXPECT_EQ(written(kinds, Format::csv),
            "id,n,ok,tags\n\"a,\"\"b\"\"\",9223372036854775807,true,\n\"\",,false,\"[\"\"x y\"\",null]\"\n");
}

TEST(RowWriter, WritesMarkdown) {
  EXPECT_EQ(written(kinds, Format::markdown),
            "| id | n | ok | tags |\n| --- | ---: | --- | --- |\n| a,\"b\" | 9223372036854775807 | true | – |\n"
            "|  | – | false | \\[\"x y\",null\\] |\n");
}

TEST(RowWriter, WritesATable) {
  EXPECT_EQ(written(kinds, Format::table),
            "id                       n  ok     tags\n"
            "a,\"b\"  9223372036854775807  true   –\n"
            "                         –  false  [\"x y\",null]\n");
  EXPECT_EQ(written({{{"a", false}}, {}}, Format::table), "a\nNo rows.\n");
}

TEST(RowWriter, GivesEveryKeyOfAnObjectAnotherName) {
  const QueryValue one{ValueKind::number, "1"};
  const Rows rows{{{"a", true}, {"a", true}, {"a_2", true}, {"a", true}}, {{one, one, one, one}}};
  EXPECT_EQ(written(rows, Format::ndjson), "{\"a\":1,\"a_3\":1,\"a_2\":1,\"a_4\":1}\n");
  EXPECT_EQ(written(rows, Format::csv), "a,a,a_2,a\n1,1,1,1\n");
}

TEST(RowWriter, LeavesNothingForATerminalToObey) {
  const std::string evil = "a\x1b[31m\x7f\xc2\x9b\xe2\x80\xae";
  const std::string json = "{\"k\x7f\xc2\x9b\": \"\\\"\xc2\x9b\\\\\"}";
  const Rows rows{{{evil, false}, {"j", false}}, {{{ValueKind::text, evil}, {ValueKind::json, json}}}};
  for (const Format format : {Format::table, Format::markdown, Format::json, Format::ndjson, Format::csv}) {
    const std::string out = written(rows, format, {false, 200});
    EXPECT_THAT(out, Not(HasSubstr("\x1b"))) << static_cast<int>(format);
    EXPECT_THAT(out, Not(HasSubstr("\x7f"))) << static_cast<int>(format);
    EXPECT_THAT(out, Not(HasSubstr("\xc2\x9b"))) << static_cast<int>(format);
  }
  const auto parsed = nlohmann::json::parse(written(rows, Format::json));
  EXPECT_EQ(parsed[0][evil], evil);
  EXPECT_EQ(parsed[0]["j"]["k\x7f\xc2\x9b"], "\"\xc2\x9b\\");
}

TEST(RowWriter, MakesJsonOfAnotherProgramOneLine) {
  const Rows rows{{{"j", false}}, {{{ValueKind::json, "{\n  \"a b\" : [ 1,\t2 ],\r\n \"q\\\"\": \" \\\\\"\n}"}}}};
  EXPECT_EQ(written(rows, Format::ndjson), "{\"j\":{\"a b\":[1,2],\"q\\\"\":\" \\\\\"}}\n");
}

TEST(RowWriter, MeasuresTheFirstRowsOfATableAndLetsTheOthersPass) {
  Rows rows{{{"a", false}, {"b", false}}, {}};
  rows.values.resize(table_rows_measured, {{ValueKind::text, "x"}, {ValueKind::text, "y"}});
  rows.values.push_back({{ValueKind::text, "wider than those before"}, {ValueKind::text, "y"}});
  rows.values.push_back({{ValueKind::text, "x"}, {ValueKind::text, "y"}});
  const std::string out = written(rows, Format::table);
  EXPECT_TRUE(out.starts_with("a  b\nx  y\n")) << out.substr(0, 100);
  EXPECT_TRUE(out.ends_with("x  y\nwider than those before  y\nx  y\n"));
}

TEST(RowWriter, HoldsABoundedPartOfATable) {
  const std::string large(table_bytes_measured / 4, 'x');
  std::size_t pieces = 0;
  const auto writer = make_row_writer(Format::table, {}, [&](std::string_view) {
    ++pieces;
    return true;
  });
  const std::vector<QueryColumn> columns{{"a", false}};
  ASSERT_TRUE(writer->begin(columns));
  const std::vector<QueryValue> row{{ValueKind::text, large}};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer->row(row));
  EXPECT_EQ(pieces, 0U);
  ASSERT_TRUE(writer->row(row));
  EXPECT_GE(pieces, 1U);
}

TEST(RowWriter, WritesInPiecesAndStopsWhenNobodyReads) {
  std::vector<std::size_t> pieces;
  const auto writer = make_row_writer(Format::csv, {}, [&](std::string_view text) {
    pieces.push_back(text.size());
    return pieces.size() < 2;
  });
  const std::vector<QueryColumn> columns{{"a", false}};
  ASSERT_TRUE(writer->begin(columns));
  const std::string text(1000, 'x');
  const std::vector<QueryValue> row{{ValueKind::text, text}};
  std::size_t rows = 1;
  while (writer->row(row).value()) ++rows;
  EXPECT_EQ(pieces.size(), 2U);
  EXPECT_LT(rows, 200U);
  EXPECT_FALSE(writer->row(row).value());
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(pieces.size(), 2U) << "it wrote although nobody reads";
}

TEST(RowWriter, HandsAFailureOn) {
  const auto writer = make_row_writer(
      Format::json, {}, [](std::string_view) -> Result<bool> { return fail("cannot write", "x", "full"); });
  const std::vector<QueryColumn> columns{{"a", false}};
  ASSERT_TRUE(writer->begin(columns));
  EXPECT_EQ(writer->finish().error().why, "full");
}

TEST(RowWriter, CutsATableOnATerminal) {
  const std::string wide(100, 'x');
  const Rows rows{{{"a", false}, {"n", true}}, {{{ValueKind::text, wide}, {ValueKind::number, "1"}}}};
  const std::string out = written(rows, Format::table, {false, 20});
  EXPECT_THAT(out, HasSubstr("…"));
  EXPECT_THAT(out, HasSubstr("  1\n"));
}

}  // namespace
}  // namespace weir
