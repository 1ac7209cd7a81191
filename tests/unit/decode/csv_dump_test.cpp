// What a dump looks like through CsvDump: headers, delimiters, line ends, line numbers, selections, rejects.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "csv_helpers.h"
#include "decode/csv_record.h"

namespace weir {
namespace {

using namespace std::literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::read_csv;
using testing::ReadResult;
using ::testing::SizeIs;
using testing::TextStream;

using Fields = std::vector<std::string>;

ReadResult read(const std::string& text, CsvOptions options = {}) {
  options.block_bytes = 16;
  auto result = read_csv(text, options, 1);
  EXPECT_TRUE(result.has_value()) << to_string(result.error());
  return result.value_or(ReadResult{});
}

Error error_of(const std::string& text, const CsvOptions& options = {}) {
  auto dump = CsvDump::open(std::make_unique<TextStream>(text), options);
  EXPECT_FALSE(dump.has_value());
  return dump ? Error{} : dump.error();
}

std::vector<Fields> rows_of(const ReadResult& result) {
  std::vector<Fields> rows;
  for (const auto& row : result.table.rows) rows.push_back(row.fields);
  return rows;
}

std::vector<std::uint64_t> lines_of(const ReadResult& result) {
  std::vector<std::uint64_t> lines;
  for (const auto& row : result.table.rows) lines.push_back(row.line);
  return lines;
}

TEST(CsvHeader, NamesAreTrimmedUnquotedAndInOrder) {
  EXPECT_THAT(read(" id ,\"the \"\"name\"\"\",\tx\t\n").columns, ElementsAre("id", "the \"name\"", "x"));
}

TEST(CsvHeader, AByteOrderMarkIsNotPartOfTheFirstName) {
  const ReadResult result = read("\xEF\xBB\xBFid,b\n1,2\n");
  EXPECT_THAT(result.columns, ElementsAre("id", "b"));
  EXPECT_THAT(rows_of(result), ElementsAre(Fields{"1", "2"}));
}

TEST(CsvHeader, AByteOrderMarkBeforeAQuotedName) {
  EXPECT_THAT(read("\xEF\xBB\xBF\"a,b\",c\n").columns, ElementsAre("a,b", "c"));
}

TEST(CsvHeader, DuplicateNamesStay) {
  EXPECT_THAT(read("a,a,a\n1,2,3\n").columns, ElementsAre("a", "a", "a"));
}

TEST(CsvHeader, TheDelimiterIsToldFromTheHeaderLine) {
  for (const std::string d : {",", ";", "\t", "|"}) {
    std::string text = "a,b,\"x,;|\ty,,,,,,;;;;;;||||||\"\n1,2,3\n";
    for (const std::size_t at : {1UL, 3UL, text.size() - 5, text.size() - 3}) text.replace(at, 1, d);
    const ReadResult result = read(text);
    EXPECT_THAT(result.columns, SizeIs(3)) << d;
    EXPECT_THAT(rows_of(result), ElementsAre(Fields{"1", "2", "3"})) << d;
  }
}

TEST(CsvHeader, TheDelimiterIsToldThroughBlankLinesAndQuotedLineEnds) {
  EXPECT_THAT(read("\r\n\na;\"b\nc,,,,\";d\n").columns, ElementsAre("a", "b\nc,,,,", "d"));
}

TEST(CsvHeader, ANamedDelimiterDecides) {
  CsvOptions options;
  options.delimiter = ';';
  EXPECT_THAT(read("a,b,c;d\n1;2\n", options).columns, ElementsAre("a,b,c", "d"));
}

TEST(CsvHeader, OneColumn) {
  const ReadResult result = read("id\n1\n\n2");
  EXPECT_THAT(result.columns, ElementsAre("id"));
  EXPECT_THAT(rows_of(result), ElementsAre(Fields{"1"}, Fields{"2"}));
  EXPECT_THAT(lines_of(result), ElementsAre(2, 4));
}

TEST(CsvHeader, WithoutOneTheGivenNamesAreIt) {
  CsvOptions options;
  options.has_header = false;
  options.columns = {"x", " y "};
  const ReadResult result = read("1,2\n3,4\n", options);
  EXPECT_THAT(result.columns, ElementsAre("x", "y"));
  EXPECT_THAT(rows_of(result), ElementsAre(Fields{"1", "2"}, Fields{"3", "4"}));
  EXPECT_THAT(lines_of(result), ElementsAre(1, 2));
}

TEST(CsvHeader, WithoutOneAndWithoutNamesIsAUsageError) {
  CsvOptions options;
  options.has_header = false;
  const Error error = error_of("1,2\n", options);
  EXPECT_EQ(error.kind, ErrorKind::usage);
  EXPECT_THAT(error.next, HasSubstr("--columns"));
}

TEST(CsvHeader, TenThousandColumns) {
  std::string header;
  std::string row;
  for (int i = 0; i < 10000; ++i) {
    header.append(i == 0 ? "" : ",").append("column_").append(std::to_string(i));
    row.append(i == 0 ? "" : ",").append(std::to_string(i));
  }
  std::string text(header);
  for (const std::string& line : {row, row + ",1", row}) text.append("\n").append(line);
  for (const std::size_t block : {7UL, 4096UL, 1UL << 20U}) {
    CsvOptions options;
    options.block_bytes = block;
    const auto result = read_csv(text, options, 2, 1000);
    ASSERT_TRUE(result.has_value());
    EXPECT_THAT(result->columns, SizeIs(10000));
    ASSERT_THAT(result->table.rows, SizeIs(2));
    EXPECT_EQ(result->table.rows[1].fields[9999], "9999");
    ASSERT_THAT(result->table.rejects, SizeIs(1));
    EXPECT_EQ(result->table.rejects[0].reason, "10001 fields, expected 10000");
  }
}

TEST(CsvHeader, EmptyFilesAreErrors) {
  for (const std::string& text : {""s, "\n"s, "\r\n\r\n"s, "\xEF\xBB\xBF"s, "\xEF\xBB\xBF\n"s}) {
    EXPECT_THAT(error_of(text).why, HasSubstr("empty")) << printable(text);
  }
}

TEST(CsvHeader, LinesThatEndWithACrAloneAreToldNotSwallowed) {
  EXPECT_THAT(error_of("id,country\r1,France\r2,Peru\r").why, HasSubstr("CR alone"));
  EXPECT_THAT(read("id,country\r\n1,France\r\n").columns, ElementsAre("id", "country"));
}

TEST(CsvHeader, BytesThatAreNoTextAreErrors) {
  EXPECT_THAT(error_of("\x7f"
                       "ELF\x02\x01\x01\0\0\0"s)
                  .why,
              HasSubstr("binary"));
  EXPECT_THAT(error_of("\xFF\xFEi\0d\0"s).why, HasSubstr("UTF-16"));
  EXPECT_THAT(error_of("\x89PNG\r\n\x1a\n\0\0"s).why, HasSubstr("UTF-8"));
}

TEST(CsvHeader, AHeaderThatIsNoRecordIsAnError) {
  EXPECT_THAT(error_of("a,\"b").why, HasSubstr("quote not closed"));
  EXPECT_THAT(error_of("a,\"b\"c\n1,2\n").why, HasSubstr("text after a closing quote"));
}

TEST(CsvHeader, AHeaderThatNeverEndsIsAnErrorSoon) {
  std::string text;
  while (text.size() < (std::size_t{40} << 20U)) text += "column,";
  EXPECT_THAT(error_of(text).why, HasSubstr("4 MiB"));
  EXPECT_THAT(error_of(std::string(std::size_t{40} << 20U, 'x')).why, HasSubstr("field over 1 MiB"));
}

TEST(CsvRows, HeaderOnly) {
  for (const std::string& text : {"a,b"s, "a,b\n"s, "a,b\r\n"s, "a,b\r"s, "a,b\n\n\r\n"s}) {
    const ReadResult result = read(text);
    EXPECT_THAT(result.columns, ElementsAre("a", "b"));
    EXPECT_THAT(result.table.rows, IsEmpty());
    EXPECT_THAT(result.table.rejects, IsEmpty());
  }
}

TEST(CsvRows, EveryLineEndAndBlankLines) {
  const ReadResult result = read("a,b\r\n1,2\r\n\r\n3,4\n\n5,\"6\"\r\n7,8\r");
  EXPECT_THAT(rows_of(result), ElementsAre(Fields{"1", "2"}, Fields{"3", "4"}, Fields{"5", "6"}, Fields{"7", "8"}));
  EXPECT_THAT(lines_of(result), ElementsAre(2, 4, 6, 7));
  EXPECT_THAT(result.table.rejects, IsEmpty());
}

TEST(CsvRows, ALoneCarriageReturnIsData) {
  EXPECT_THAT(rows_of(read("a,b\n1\r2,\r3\n")), ElementsAre(Fields{"1\r2", "\r3"}));
}

TEST(CsvRows, QuotesInsideAnUnquotedFieldAreLiteral) {
  EXPECT_THAT(rows_of(read("a,b\n5\" pipe, \"x\"\n")), ElementsAre(Fields{"5\" pipe", " \"x\""}));
}

TEST(CsvRows, LinesArePhysicalAfterQuotedLineEnds) {
  const ReadResult result = read("a,b\n\"1\n\n\",\"2\r\n\"\n3,4\n5\n6,7\n");
  EXPECT_THAT(lines_of(result), ElementsAre(2, 6, 8));
  ASSERT_THAT(result.table.rejects, SizeIs(1));
  EXPECT_EQ(result.table.rejects[0].line, 7U);
}

TEST(CsvRejects, EveryReasonWithItsLineAndText) {
  const ReadResult result = read("a,b\n1\n1,2,3\nx\0y,1\n\xFFz,1\n\"q\"r,\"s\n5,6\n\"open,1\n7,8\n"s);
  const std::vector<reference::Refused> expected{{2, "1 field, expected 2", "1"},
                                                 {3, "3 fields, expected 2", "1,2,3"},
                                                 {4, "NUL byte", "x\\x00y,1"},
                                                 {5, "invalid UTF-8", "\\xffz,1"},
                                                 {6, "text after a closing quote", "\"q\"r,\"s"},
                                                 {8, "quote not closed within 1 MiB", "\"open,1"}};
  EXPECT_EQ(result.table.rejects, expected);
  EXPECT_THAT(rows_of(result), ElementsAre(Fields{"5", "6"}, Fields{"7", "8"}));
  EXPECT_THAT(lines_of(result), ElementsAre(7, 9));
}

TEST(CsvRejects, AFieldOverOneMebibyteAndItsNeighbours) {
  const std::string fits(csv::field_limit_bytes, 'x');
  const std::string text = "a,b\n1," + fits + "\r\n2,y" + fits + "\r\n3,\"" + fits + "\"\n4,\"y" + fits + "\"\n5,6\n";
  for (const std::size_t block : {1000UL, 512UL * 1024UL, 8UL << 20U}) {
    CsvOptions options;
    options.block_bytes = block;
    const auto result = read_csv(text, options, 2);
    ASSERT_TRUE(result.has_value());
    EXPECT_THAT(lines_of(*result), ElementsAre(2, 4, 6));
    ASSERT_THAT(result->table.rejects, SizeIs(2));
    EXPECT_EQ(result->table.rejects[0].line, 3U);
    EXPECT_EQ(result->table.rejects[0].reason, "field over 1 MiB");
    EXPECT_THAT(result->table.rejects[0].raw, SizeIs(reject_raw_max_bytes));
    EXPECT_EQ(result->table.rejects[1].line, 5U);
    EXPECT_EQ(result->table.rejects[1].reason, "quote not closed within 1 MiB");
  }
}

TEST(CsvSelect, OnlyWhatIsAskedForInTheOrderAsked) {
  auto dump = CsvDump::open(std::make_unique<TextStream>("a,b,c\n1,\"x\"\"y\",3\n4,5\n6,7,\"8\"\n"), {}).value();
  dump->select({2, 1});
  const auto reader = dump->reader();
  RowBatch batch;
  ASSERT_TRUE(reader->next(batch).value());
  ASSERT_EQ(batch.rows, 2U);
  ASSERT_THAT(batch.columns, SizeIs(2));
  EXPECT_EQ(batch.columns[0][0], "3");
  EXPECT_EQ(batch.columns[1][0], "x\"y");
  EXPECT_EQ(batch.columns[0][1], "8");
  EXPECT_EQ(batch.records[0], "1,\"x\"\"y\",3");
  EXPECT_THAT(batch.rejects, SizeIs(1));
  EXPECT_FALSE(reader->next(batch).value());
}

TEST(CsvSelect, NoColumnStillJudgesEveryRow) {
  auto dump = CsvDump::open(std::make_unique<TextStream>("a,b\n1,2\n3\n4,5\n"), {}).value();
  dump->select({});
  const auto reader = dump->reader();
  RowBatch batch;
  ASSERT_TRUE(reader->next(batch).value());
  EXPECT_EQ(batch.rows, 2U);
  EXPECT_THAT(batch.rejects, SizeIs(1));
}

// A field written as RFC 4180 says; quoted when it must be, or when `quoted` says so.
std::string written(const std::string& field, bool quoted) {
  quoted = quoted || field.empty() || field.find_first_of(",\"\r\n") != std::string::npos;
  if (!quoted) return field;
  std::string out(1, '"');
  for (const char c : field) out.append(c == '"' ? 2 : 1, c);
  return out.append(1, '"');
}

RC_GTEST_PROP(CsvRoundTrip, WhatIsWrittenIsRead, (std::uint8_t block, bool crlf, bool last_line_end)) {
  const auto text = rc::gen::container<std::string>(rc::gen::elementOf("abz ,;\"\"\n\r|\t"s));
  const auto row = rc::gen::container<Fields>(3, text);
  const auto rows = *rc::gen::container<std::vector<Fields>>(row);
  std::string dump = "a,b,c";
  for (const Fields& fields : rows) {
    dump += crlf ? "\r\n" : "\n";
    for (std::size_t i = 0; i < 3; ++i) {
      dump.append(i == 0 ? "" : ",").append(written(fields[i], *rc::gen::arbitrary<bool>()));
    }
  }
  if (last_line_end) dump += crlf ? "\r\n" : "\n";
  CsvOptions options;
  options.delimiter = ',';
  options.block_bytes = std::size_t{block} + 1;
  const auto result = read_csv(dump, options, 2);
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->table.rejects.empty());
  RC_ASSERT(rows_of(*result) == rows);
}

}  // namespace
}  // namespace weir
