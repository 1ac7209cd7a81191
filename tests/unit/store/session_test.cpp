#include "store/duckdb/session.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "temp_place.h"
#include "weir/progress.h"

namespace weir::duck {
namespace {

using testing::HasSubstr;
using testing::Not;

class SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    SessionOptions options;
    options.read_only = false;
    options.temp_directory = place_ / "tmp";
    auto opened = Session::open(place_ / "a.duckdb", options, "cannot use", "duckdb:a.duckdb");
    ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
    session_ = std::move(*opened);
  }
  TempPlace place_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, BindsAndReadsEveryKindOfValue) {
  const std::vector<std::string> list{"a", "", "more than twelve bytes", "\xC3\xA9'\""};
  int rows = 0;
  const auto done = session_->query(
      "SELECT $1::BIGINT, $2::VARCHAR, $3::DATE, $4::TIMESTAMP, $5::VARCHAR[], $6::VARCHAR, 7::INTEGER, $7::VARCHAR[]",
      {std::int64_t{-5}, std::string("it's more than twelve"), Day{18718}, Time{1617235200000001}, list, Value{},
       std::vector<std::string>{}},
      [&](const Row& row) {
        ++rows;
        EXPECT_EQ(row.integer(0), -5);
        EXPECT_EQ(row.text(1), "it's more than twelve");
        EXPECT_EQ(row.day(2), 18718);
        EXPECT_EQ(row.time_us(3), 1617235200000001);
        EXPECT_EQ(row.texts(4), list);
        EXPECT_TRUE(row.is_null(5));
        EXPECT_FALSE(row.is_null(1));
        EXPECT_EQ(row.text(5), "");
        EXPECT_EQ(row.small_integer(6), 7);
        EXPECT_TRUE(row.texts(7).empty());
      });
  ASSERT_TRUE(done.has_value()) << to_string(done.error());
  EXPECT_EQ(rows, 1);
}

TEST_F(SessionTest, ReadsNullsOfEveryKindAndManyRows) {
  std::int64_t sum = 0;
  ASSERT_TRUE(session_->query("SELECT CASE WHEN i % 2 = 0 THEN i END FROM range(10000) AS t(i)", {},
                              [&](const Row& row) { sum += row.integer(0); }));
  EXPECT_EQ(sum, 24995000);
  ASSERT_TRUE(session_->query("SELECT NULL::DATE, NULL::TIMESTAMP, NULL::VARCHAR[]", {}, [](const Row& row) {
    EXPECT_EQ(row.day(0), no_day);
    EXPECT_FALSE(row.time_us(1).has_value());
    EXPECT_TRUE(row.texts(2).empty());
  }));
}

TEST_F(SessionTest, WritesTextThatIsNotUtf8Escaped) {
  ASSERT_TRUE(session_->query("SELECT $1::VARCHAR", {std::string("caf\xE9")}, [](const Row& row) {
    EXPECT_THAT(std::string(row.text(0)), testing::MatchesRegex("caf.x[eE]9"));
  }));
}

TEST_F(SessionTest, CountsChangedRowsAndRollsBackWhatIsNotCommitted) {
  ASSERT_TRUE(session_->execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2)"));
  {
    const auto transaction = Transaction::begin(*session_);
    ASSERT_TRUE(transaction.has_value());
    EXPECT_EQ(session_->query("DELETE FROM t").value(), 2U);
  }
  auto transaction = Transaction::begin(*session_);
  ASSERT_TRUE(transaction.has_value());
  EXPECT_EQ(session_->query("DELETE FROM t WHERE a = 1").value(), 1U);
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(session_->query("DELETE FROM t").value(), 1U);
}

TEST_F(SessionTest, TheWatchStopsALongStatementOnInterrupt) {
  const auto start = std::chrono::steady_clock::now();
  std::thread presser([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    request_interrupt();
  });
  Result<std::uint64_t> counted = 0;
  {
    const Session::Watch watch(*session_);
    counted = session_->query("SELECT count(*) FROM range(100000000000) AS t(i) WHERE i % 7 = 3");
  }
  presser.join();
  clear_interrupt();
  ASSERT_FALSE(counted.has_value());
  EXPECT_EQ(counted.error().kind, ErrorKind::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  EXPECT_TRUE(session_->query("SELECT 1").has_value()) << "the session goes on";
}

TEST_F(SessionTest, SaysWhatAPersonCanUse) {
  const Error fatal =
      session_->error_of("FATAL Error: No space left on device\n\nStack Trace:\n\n/lib/libduckdb.so(+0x1)");
  EXPECT_THAT(to_string(fatal), HasSubstr("the disk is full"));
  EXPECT_THAT(to_string(fatal), Not(HasSubstr("Stack Trace")));
  EXPECT_THAT(session_->error_of("Out of Memory Error: failed to allocate").next, HasSubstr("--memory-limit"));
  EXPECT_EQ(session_->error_of("INTERRUPT Error", true).kind, ErrorKind::interrupted);
  const auto wrong = session_->query("SELECT nothing FROM nowhere");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().where, "duckdb:a.duckdb");
}

TEST_F(SessionTest, NeverReachesForAnExtension) {
  const auto read = session_->execute("SELECT * FROM read_csv('https://example.invalid/x.csv')");
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(to_string(read.error()), HasSubstr("httpfs"));
}

TEST(FillTemplate, FillsEveryPlaceAndNothingElse) {
  EXPECT_EQ(fill_template("{a} {b} {a} {c} $1", {{"a", "x{b}"}, {"c", ""}}), "x{b} {b} x{b}  $1");
}

}  // namespace
}  // namespace weir::duck
