// What reading costs, in time and memory, on texts made to cost much.
#include <gmock/gmock.h>

#include "csv_helpers.h"
#include "decode/csv_record.h"

namespace weir {
namespace {

using csv::DeadEnds;
using csv::Record;
using csv::RecordKind;
using testing::read_csv;

// Every line opens a quote that the next one closes, but for the last, after which there is none for more than 1 MiB.
std::string chain(std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "a\",b,\"\n";
  return text + std::string(1'100'000, 'x');
}

// The first line's record is walked up to the quote that does not close. The others are told by their own few bytes:
// more are not shown, and without what the first walk found out they would be unfinished.
TEST(CsvRecord, WalksToAnUnclosedQuoteOnce) {
  constexpr std::size_t lines = 5000;
  constexpr std::size_t line_bytes = 7;
  const std::string text = chain(lines);
  std::vector<csv::FieldSpan> fields;
  DeadEnds dead_ends;
  dead_ends.reset(text.data());
  for (std::size_t line = 0; line < lines; ++line) {
    const std::size_t shown = line == 0 ? text.size() : 2 * line_bytes;
    const std::string_view part = std::string_view(text).substr(line * line_bytes, shown);
    const Record record = csv::parse_record(part, false, ',', 3, fields, dead_ends);
    ASSERT_EQ(record.kind, RecordKind::reject) << line;
    EXPECT_EQ(record.reason, csv::reason_unclosed);
    EXPECT_EQ(record.length, line_bytes);
  }
}

TEST(CsvRecord, DeadEndsAreOfOneText) {
  const std::string text = chain(3);
  std::vector<csv::FieldSpan> fields;
  DeadEnds dead_ends;
  dead_ends.reset(text.data());
  ASSERT_EQ(csv::parse_record(text, false, ',', 3, fields, dead_ends).kind, RecordKind::reject);
  EXPECT_TRUE(dead_ends.ahead(text.data()));
  EXPECT_FALSE(dead_ends.ahead(text.data() + 1000));
  const std::string_view second = std::string_view(text).substr(7, 14);
  EXPECT_EQ(csv::parse_record(second, false, ',', 3, fields, dead_ends).kind, RecordKind::reject);
  dead_ends.reset(text.data());
  EXPECT_EQ(csv::parse_record(second, false, ',', 3, fields, dead_ends).kind, RecordKind::unfinished);
}

// Through all of the reader: walked from every line, a chain of this length costs minutes. A header of many columns
// lets the fast path follow the chain as far as the exact one.
TEST(CsvRecord, ReadsALongChainOfQuotesInNoTime) {
  constexpr std::size_t lines = 150'000;
  std::string header = "a";
  for (int i = 0; i < 20'000; ++i) header += ",a";
  for (const std::size_t block : {std::size_t{100'000}, std::size_t{512} * 1024, std::size_t{8} * 1024 * 1024}) {
    CsvOptions options;
    options.block_bytes = block;
    const auto result = read_csv(header + "\n" + chain(lines) + "\n", options, 1);
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->table.rows.empty());
    ASSERT_EQ(result->table.rejects.size(), lines + 1);
    EXPECT_EQ(result->table.rejects[lines - 1].reason, csv::reason_unclosed);
    EXPECT_EQ(result->table.rejects[lines].reason, csv::reason_long_field);
  }
}

// The most rows and rejects of one batch, and how many there were in all.
struct Held {
  std::size_t most = 0;
  std::size_t all = 0;
};
Held held(const std::string& text, const CsvOptions& options) {
  const auto dump = CsvDump::open(std::make_unique<testing::TextStream>(text), options).value();
  dump->select({0});
  const auto reader = dump->reader();
  RowBatch batch;
  Held held;
  while (reader->next(batch).value()) {
    held.most = std::max(held.most, batch.rows + batch.rejects.size());
    held.all += batch.rows + batch.rejects.size();
  }
  return held;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(CsvBatch, HoldsFewRecordsHoweverShortTheyAre) {
  const CsvOptions options;
  for (const char* header : {"a\n", "a,b\n"}) {  // rows, rejects
    const Held all = held(header + repeated("a\n", 600'000), options);
    EXPECT_EQ(all.all, 600'000U);
    EXPECT_LE(all.most, 2 * options.batch_records);
  }
}

TEST(CsvBatch, HoldsFewRejectsOfWhatCrossesIntoABlock) {
  CsvOptions options;
  options.block_bytes = 100'000;
  options.batch_records = 1000;
  const Held all = held("a,b\n" + chain(30'000), options);
  EXPECT_EQ(all.all, 30'001U);
  EXPECT_LE(all.most, 2 * options.batch_records);
}

}  // namespace
}  // namespace weir
