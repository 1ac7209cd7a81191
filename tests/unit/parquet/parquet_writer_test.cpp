#include "parquet/parquet_writer.h"

#include <gmock/gmock.h>

#include <limits>
#include <mutex>

#include "../store/temp_place.h"
#include "parquet/layout.h"
#include "parquet/parquet_dump.h"

namespace weir::parquet_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Time = ParquetTypes::Time;

constexpr std::int64_t day_us = 86'400'000'000;
constexpr DayNumber april_1 = 18718;
constexpr DayNumber last_day = std::numeric_limits<DayNumber>::max();

struct Row {
  std::string id, time, tags;
  std::int64_t time_us;
  std::vector<std::string_view> list;
};

// Hands out its rows one a batch; what was handed out before is overwritten.
class Rows final : public RowReader {
 public:
  explicit Rows(std::vector<Row> rows, std::optional<Error> end = std::nullopt)
      : rows_(std::move(rows)), end_(std::move(end)) {}
  Result<bool> next(RowBatch& batch) override {
    if (at_ > 0) rows_[at_ - 1] = {"gone", "gone", "gone", 0, {}};
    if (at_ == rows_.size() && end_) return tl::unexpected(*end_);
    if (at_ == rows_.size()) return false;
    const Row& row = rows_[at_++];
    batch.rows = 1;
    batch.first_line = at_;
    batch.lines = {0};
    batch.columns = {{row.id}, {row.time}, {row.tags}};
    batch.times_us = {row.time_us};
    batch.lists.values = row.list;
    batch.lists.offsets = {0, static_cast<std::uint32_t>(row.list.size())};
    return true;
  }

 private:
  std::vector<Row> rows_;
  std::optional<Error> end_;
  std::size_t at_ = 0;
};

class Writer : public testing::Test {
 protected:
  static constexpr const char* uuid = "00000000-0000-4000-8000-0000000000";  // and two digits

  Writer() {
    ParquetColumns columns{{"id", "timestamp", "tags"}, 0, 1, 2};
    writer_ = ParquetWriter::open(std::move(columns), {1, 0, "out.parquet"}).value();
  }

  std::vector<Row> rows() const {
    return {{uuid + std::string("03"), "2021-04-02", "['a', \"it's\"]", (april_1 + 1) * day_us, {"a", "it's"}},
            {uuid + std::string("01"), "", "[]", no_time_us, {}},
            {"", "2021-04-01", "", april_1 * day_us, {}},
            {uuid + std::string("02"), "2021-04-01", "b", april_1 * day_us, {"b"}}};
  }
  Status take(std::vector<Row> rows, std::optional<Error> end = std::nullopt) {
    bool given = false;
    return writer_->take([&]() -> std::unique_ptr<RowReader> {
      return std::make_unique<Rows>(std::exchange(given, true) ? std::vector<Row>() : std::move(rows), end);
    });
  }
  // What a reader finds in the file: all columns as text, and what came typed.
  RowBatch read(const std::string& path, bool typed) {
    reader_.reset();  // it reads the former dump
    dump_ = open_parquet(path, "out.parquet", [](auto, auto) { return Status(); }).value();
    dump_->select({0, 1, 2});
    if (typed) dump_->admit_types(1, 2);
    reader_ = dump_->reader();
    RowBatch batch;
    EXPECT_TRUE(reader_->next(batch).value());
    return batch;
  }

  TempPlace place_;
  std::string path_ = place_ / "out.parquet";
  std::unique_ptr<ParquetWriter> writer_;
  std::unique_ptr<RowDump> dump_;
  std::unique_ptr<RowReader> reader_;
};

TEST_F(Writer, KeepsTextsInTheOrderOfTimeAndLine) {
  ASSERT_TRUE(take(rows()));
  EXPECT_EQ(writer_->write({}, no_day, last_day, path_).value(), 4U);
  const RowBatch batch = read(path_, false);
  EXPECT_THAT(batch.columns[0],
              ElementsAre(uuid + std::string("01"), "", uuid + std::string("02"), uuid + std::string("03")));
  EXPECT_THAT(batch.columns[1], ElementsAre("", "2021-04-01", "2021-04-01", "2021-04-02"));
  EXPECT_THAT(batch.columns[2], ElementsAre("[]", "", "['b']", "['a', \"it's\"]"));
}

TEST_F(Writer, SaysThatTextsWereJudged) {
  ASSERT_TRUE(take(rows()));
  ASSERT_TRUE(writer_->write({}, no_day, last_day, path_));
  const auto engine = parquet::Engine::open({}).value();
  const auto connection = parquet::Connection::open(*engine, {"cannot read", path_, path_}).value();
  EXPECT_TRUE(parquet::read_layout(*connection, path_).value().is_judged);
}

TEST_F(Writer, GivesColumnsTheirTypes) {
  ASSERT_TRUE(take(rows()));
  for (const Time time : {Time::day, Time::time}) {
    EXPECT_EQ(writer_->write({true, time}, no_day, last_day, path_).value(), 4U);
    const RowBatch typed = read(path_, true);
    EXPECT_THAT(typed.columns[0],
                ElementsAre(uuid + std::string("01"), "", uuid + std::string("02"), uuid + std::string("03")));
    EXPECT_THAT(typed.times_us, ElementsAre(no_time_us, april_1 * day_us, april_1 * day_us, (april_1 + 1) * day_us));
    EXPECT_THAT(typed.lists.offsets, ElementsAre(0, 0, 0, 1, 3));
    EXPECT_THAT(typed.lists.values, ElementsAre("b", "a", "it's"));
    const RowBatch texts = read(path_, false);
    const std::string hours = time == Time::day ? "" : " 00:00:00";
    EXPECT_THAT(texts.columns[1], ElementsAre("", "2021-04-01" + hours, "2021-04-01" + hours, "2021-04-02" + hours));
    EXPECT_THAT(texts.columns[2], ElementsAre("[]", "", "['b']", "['a', \"it's\"]"));
  }
}

TEST_F(Writer, CountsDaysAndWritesSomeOfThem) {
  ASSERT_TRUE(take(rows()));
  const auto days = writer_->days();
  ASSERT_TRUE(days) << to_string(days.error());
  ASSERT_EQ(days->size(), 3U);
  EXPECT_EQ((*days)[0].day, no_day);
  EXPECT_EQ((*days)[1].day, april_1);
  EXPECT_EQ((*days)[1].rows, 2U);
  EXPECT_EQ((*days)[2].day, april_1 + 1);
  EXPECT_EQ(writer_->write({}, april_1, april_1, path_).value(), 2U);
  EXPECT_THAT(read(path_, false).columns[0], ElementsAre("", uuid + std::string("02")));
  EXPECT_EQ(writer_->write({}, april_1 + 5, last_day, path_).value(), 0U);
}

TEST_F(Writer, SaysWhatAReaderSaid) {
  const Status taken = take(rows(), Error{ErrorKind::failed, "cannot read", "dump.csv", "it is cut short", ""});
  ASSERT_FALSE(taken);
  EXPECT_EQ(to_string(taken.error()), "cannot read dump.csv: it is cut short");
}

TEST_F(Writer, SaysWhereItCannotWrite) {
  ASSERT_TRUE(take(rows()));
  const auto written = writer_->write({}, no_day, last_day, place_ / "none/out.parquet");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().where, "out.parquet");
  EXPECT_THAT(written.error().why, HasSubstr("No such file"));
}

}  // namespace
}  // namespace weir::parquet_tests
