#include "convert/typing_reader.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <optional>

#include "base/text.h"

namespace weir::convert_tests {
namespace {

using converting::Findings;
using converting::Rejections;
using converting::TypingReader;
using ::testing::ElementsAre;
using Time = ParquetTypes::Time;

struct Texts {
  std::vector<std::string_view> id, time, tags;
};

class OneBatch final : public RowReader {
 public:
  explicit OneBatch(const Texts& texts) : texts_(texts) {}
  Result<bool> next(RowBatch& batch) override {
    if (std::exchange(done_, true)) return false;
    batch.rows = std::max({texts_.id.size(), texts_.time.size(), texts_.tags.size()});
    batch.columns = {texts_.id, texts_.time, texts_.tags};
    // As a reader of CSV does, whose columns keep the room that they once had.
    for (auto& column : batch.columns) {
      column.resize(batch.rows);
      column.resize(batch.rows + 3, "beyond");
    }
    batch.rejects = {{7, "NUL", "x"}};
    return true;
  }

 private:
  Texts texts_;
  bool done_ = false;
};

struct Read {
  ParquetTypes types;
  RowBatch batch;
  std::uint64_t rejected = 0;
};

Read read(const Texts& texts) {
  static const std::unique_ptr<Sources> sources = make_sources({});
  static const ParquetColumns columns{{"id", "timestamp", "tags"}, 0, 1, 2};
  Findings findings;
  const auto rejections = Rejections::open("", false, *sources).value();
  TypingReader reader(std::make_unique<OneBatch>(texts), columns, findings, *rejections, nullptr);
  Read read;
  EXPECT_TRUE(reader.next(read.batch).value());
  // Copies of what the reader owns would be views into nothing.
  std::vector<std::string> tags(read.batch.lists.values.begin(), read.batch.lists.values.end());
  static std::vector<std::string> kept;
  kept = std::move(tags);
  read.batch.lists.values.assign(kept.begin(), kept.end());
  read.types = findings.types();
  read.rejected = rejections->rows();
  EXPECT_EQ(findings.rows, read.batch.rows);
  return read;
}

Time time_type(std::vector<std::string_view> texts) {
  return read({{}, std::move(texts), {}}).types.time;
}

TEST(TypingReader, TimesAreDatesWhereEachIsWrittenSo) {
  EXPECT_EQ(time_type({"2021-04-01", "", "2021-04-02"}), Time::day);
  EXPECT_EQ(time_type({"2021-04-01", "2021-04-02T10:00:00Z"}), Time::time);
  EXPECT_EQ(time_type({" 2021-04-01"}), Time::time);
  EXPECT_EQ(time_type({"20210401", "1617235200", "1617235200000"}), Time::time);
}

TEST(TypingReader, ATimeThatWouldLoseAnythingKeepsTheColumnText) {
  EXPECT_EQ(time_type({"2021-04-01", "soon"}), Time::text);
  EXPECT_EQ(time_type({" "}), Time::text);
  EXPECT_EQ(time_type({"2021-04-01T10:00:00.123456Z"}), Time::time);
  EXPECT_EQ(time_type({"2021-04-01T10:00:00.1234567Z"}), Time::text);
  EXPECT_EQ(time_type({"2021-04-01 10:00:00,1234567"}), Time::text);
}

TEST(TypingReader, ReadsTimesOfTheBatchsRowsOnly) {
  const Read found = read({{}, {"1970-01-02", "1970-01-02", "", "soon", "1970-01-01"}, {}});
  EXPECT_THAT(found.batch.times_us, ElementsAre(86'400'000'000, 86'400'000'000, no_time_us, no_time_us, 0));
  EXPECT_EQ(found.rejected, 1U);
}

TEST(TypingReader, IdsAreUuidsWhereEachIsWrittenSo) {
  constexpr std::string_view uuid = "048fa0d8-1e63-4325-bd99-051ab428774a";
  EXPECT_TRUE(read({{uuid, ""}, {}, {}}).types.id_is_uuid);
  for (const std::string_view other :
       {"048FA0D8-1e63-4325-bd99-051ab428774a", "048fa0d8-1e63-4325-bd99-051ab428774",
        "048fa0d81e634325bd99051ab428774a", "{48fa0d8-1e63-4325-bd99-051ab428774a", "7"}) {
    EXPECT_FALSE(read({{uuid, other}, {}, {}}).types.id_is_uuid) << other;
  }
}

TEST(TypingReader, TagsAreLists) {
  const Read found = read({{}, {}, {"['a', 'a', \"it's\"]", "", "x;y", "[broken"}});
  EXPECT_THAT(found.batch.lists.values, ElementsAre("a", "it's", "x", "y", "[broken"));
  EXPECT_THAT(found.batch.lists.offsets, ElementsAre(0, 2, 2, 4, 5));
}

// What a list is read as, once it is written as one, are the tags that its text was read as.
TEST(TypingReader, ListsAreReadAsTheirTexts) {
  const auto texts = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "[", "]", "'", "\"", ",", " ", "\\", "x00", "u0000", "ud83d", "0", "n", "a", "é", ";", "|", "None"));
  rc::check([&] {
    std::string text;
    for (const std::string& piece : *texts) text += piece;
    const Read found = read({{}, {}, {text}});
    for (const std::string_view tag : found.batch.lists.values) {
      // Which a reader of Parquet would reject the row for.
      RC_ASSERT(tag.find('\0') == std::string_view::npos);
      RC_ASSERT(valid_utf8_prefix(tag) == tag.size());
    }
    std::vector<std::string_view> again;
    add_tags(found.batch.lists.values, again);
    RC_ASSERT(again == found.batch.lists.values);
  });
}

}  // namespace
}  // namespace weir::convert_tests
