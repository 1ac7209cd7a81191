// A person's own SQL: exact rows, nothing changed, stopped in time.
#include <chrono>
#include <thread>

#include "helpers.h"
#include "weir/progress.h"

namespace weir::contract {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Rows as "kind:text" for a look, and what the sink should do after so many.
class Collected final : public RowSink {
 public:
  Status begin(std::span<const QueryColumn> columns) override {
    ++begun;
    for (const QueryColumn& column : columns) names.push_back(column.name + (column.is_number ? "#" : ""));
    return {};
  }
  Result<bool> row(std::span<const QueryValue> values) override {
    std::vector<std::string> texts;
    for (const QueryValue& value : values) texts.push_back(text_of(value));
    rows.push_back(std::move(texts));
    if (refuse_at == rows.size()) return fail("cannot write", "the sink", "it is full");
    return rows.size() < enough_at;
  }

  std::size_t begun = 0;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
  std::size_t enough_at = SIZE_MAX;
  std::size_t refuse_at = 0;

 private:
  static std::string text_of(const QueryValue& value) {
    static constexpr const char* kinds[] = {"null", "boolean", "number", "text", "json"};
    return std::string(kinds[static_cast<int>(value.kind)]) + ":" + std::string(value.text);
  }
};

class QueryContract : public StoreContract {
 protected:
  void SetUp() override {
    std::vector<Event> events = some_events(2, april_1, "Palau");
    events.push_back(event_on(april_1 + 1, "Fra\"nce\x01"));
    events.back().tags = {"a b", "c\"d"};
    events.back().id = "last";
    ASSERT_DONE(load(*store_, april, events));
  }
  Status ask(const std::string& sql, double timeout_s = 0) {
    collected_ = Collected();
    return store_->query({sql, timeout_s}, collected_);
  }
  void expect_refused(const std::string& sql, const testing::Matcher<std::string>& why) {
    const Status refused = ask(sql);
    ASSERT_FALSE(refused.has_value()) << sql;
    EXPECT_EQ(refused.error().kind, ErrorKind::failed) << sql;
    EXPECT_THAT(refused.error().why, why) << sql;
    EXPECT_THAT(refused.error().where, HasSubstr(store_->display_url())) << sql;
    EXPECT_TRUE(collected_.rows.empty()) << sql;
    EXPECT_EQ(database_->number("SELECT count(*) FROM events"), 3) << sql;
  }
  Collected collected_;
};

TEST_P(QueryContract, GivesTypedValuesInTheStatementsOrder) {
  ASSERT_DONE(
      ask("SELECT country, count(*) AS events, min(timestamp) AS first, max(day) AS last, count(*) > 1 AS several "
          "FROM events GROUP BY country ORDER BY country DESC;"));
  EXPECT_THAT(collected_.names, ElementsAre("country", "events#", "first", "last", "several"));
  ASSERT_EQ(collected_.rows.size(), 2U);
  EXPECT_THAT(collected_.rows[0],
              ElementsAre("text:Palau", "number:2", "text:2021-04-01T12:00:00Z", "text:2021-04-01", "boolean:true"));
  EXPECT_THAT(collected_.rows[1], ElementsAre("text:Fra\"nce\x01", "number:1", "text:2021-04-02T12:00:00Z",
                                              "text:2021-04-02", "boolean:false"));
}

TEST_P(QueryContract, GivesListsAndNulls) {
  ASSERT_DONE(ask("SELECT id, tags FROM events ORDER BY day, id"));
  ASSERT_EQ(collected_.rows.size(), 3U);
  EXPECT_THAT(collected_.rows[0], ElementsAre("null:", "null:"));
  EXPECT_THAT(collected_.rows[2], ElementsAre("text:last", R"(json:["a b","c\"d"])"));
}

TEST_P(QueryContract, KeepsNumbersExact) {
  ASSERT_DONE(
      ask("SELECT 9223372036854775807, CAST('-0.10' AS DECIMAL(5, 2)), CAST(0.1 AS DOUBLE PRECISION), "
          "CAST('nan' AS DOUBLE PRECISION), CAST('123456789012345678901234567890.5' AS DECIMAL(38, 1))"));
  EXPECT_THAT(collected_.rows.front(), ElementsAre("number:9223372036854775807", "number:-0.10", "number:0.1",
                                                   "text:NaN", "number:123456789012345678901234567890.5"));
}

TEST_P(QueryContract, NamesColumnsAsTheDatabaseDoes) {
  ASSERT_DONE(ask("SELECT 1 AS a, 2 AS a"));
  EXPECT_THAT(collected_.names, ElementsAre("a#", "a#"));
  ASSERT_DONE(ask("SELECT 1 AS a WHERE 1 = 0"));
  EXPECT_EQ(collected_.begun, 1U);
  EXPECT_TRUE(collected_.rows.empty());
}

TEST_P(QueryContract, ReadsEveryTableOfTheContract) {
  for (const char* table : {"ingestions", "events", "rejected_rows", "schema_migrations"}) {
    ASSERT_DONE(ask(std::string("SELECT * FROM ") + table));
  }
  ASSERT_DONE(ask("SELECT columns, started_at FROM ingestions"));
  EXPECT_THAT(collected_.rows.front().front(), R"(json:["id","timestamp"])");
  EXPECT_THAT(collected_.rows.front().back(), testing::EndsWith("Z"));
}

TEST_P(QueryContract, RefusesToChangeAnything) {
  const auto anything = testing::An<std::string>();
  for (const char* sql :
       {"INSERT INTO rejected_rows VALUES (1, 1, 'a', 'b')", "DELETE FROM ingestions",
        "INSERT INTO rejected_rows VALUES (1, 1, 'a', 'b') RETURNING line", "UPDATE ingestions SET source = 'x'",
        "DROP TABLE rejected_rows", "CREATE TABLE t (a int)", "CREATE TEMP TABLE t (a int)", "TRUNCATE ingestions",
        "ALTER TABLE rejected_rows ADD COLUMN x int", "EXPLAIN ANALYZE DELETE FROM rejected_rows",
        "CREATE VIEW v AS SELECT 1", "COPY ingestions TO '/nowhere/x.csv'", "COPY rejected_rows FROM '/nowhere/x.csv'",
        "SET search_path = 'x'", "BEGIN", "COMMIT", "ROLLBACK", "PREPARE p AS SELECT 1", "VACUUM"}) {
    expect_refused(sql, anything);
  }
  EXPECT_EQ(statuses(*store_), std::vector<IngestionStatus>{IngestionStatus::loaded});
}

TEST_P(QueryContract, TakesOneStatementWithoutParameters) {
  expect_refused("SELECT 1; SELECT 2", testing::AnyOf(HasSubstr("2 statements"), HasSubstr("multiple commands")));
  expect_refused("SELECT 1; DELETE FROM ingestions", testing::An<std::string>());
  expect_refused("SELECT $1", HasSubstr("parameters"));
  expect_refused(";", testing::An<std::string>());
  expect_refused("SELECT nowhere FROM events", HasSubstr("nowhere"));
  expect_refused("SELEC 1", HasSubstr("SELEC"));
}

TEST_P(QueryContract, ReadsNoFiles) {
  const char* sql =
      GetParam().name == "duckdb" ? "SELECT * FROM read_text('/etc/hostname')" : "SELECT pg_read_file('/etc/hostname')";
  expect_refused(sql, AllOf(Not(HasSubstr("interrupted")),
                            testing::AnyOf(HasSubstr("disabled by configuration"), HasSubstr("pg_read_file()"))));
}

TEST_P(QueryContract, EndsWhenTheSinkHasEnough) {
  collected_ = Collected();
  collected_.enough_at = 2;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_DONE(store_->query({"SELECT a.id FROM events a, events b, events c", 0}, collected_));
  EXPECT_EQ(collected_.rows.size(), 2U);
  // Many more than fit into any buffer on the way.
  collected_ = Collected();
  collected_.enough_at = 2;
  ASSERT_DONE(store_->query({"WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
                             "SELECT a.i FROM n a, n b, n c, n d",
                             0},
                            collected_));
  EXPECT_EQ(collected_.rows.size(), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  ASSERT_DONE(ask("SELECT 1"));
}

TEST_P(QueryContract, ReturnsTheSinksError) {
  collected_ = Collected();
  collected_.refuse_at = 1;
  const Status failed = store_->query({"SELECT id FROM events", 0}, collected_);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().why, "it is full");
  EXPECT_EQ(collected_.rows.size(), 1U);
}

constexpr const char* endless =
    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    "SELECT count(*) FROM n a, n b, n c, n d WHERE a.i + b.i + c.i + d.i = 0";

TEST_P(QueryContract, IsStoppedWhenItsTimeIsUp) {
  const auto start = std::chrono::steady_clock::now();
  const Status stopped = ask(endless, 0.5);
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, ErrorKind::failed);
  EXPECT_THAT(to_string(stopped.error()), AllOf(HasSubstr("longer than 0.5 s"), HasSubstr("--timeout")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  ASSERT_DONE(ask("SELECT 1", 60));
}

TEST_P(QueryContract, IsStoppedByAnInterrupt) {
  std::thread later([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    request_interrupt();
  });
  const Status stopped = ask(endless);
  later.join();
  clear_interrupt();
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, ErrorKind::interrupted);
}

TEST_P(QueryContract, SaysWhereThereIsNoDatabase) {
  const auto empty = GetParam().create();
  const Status missing = empty->open()->query({"SELECT 1", 0}, collected_);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
}

WEIR_CONTRACT_SUITE(QueryContract);

}  // namespace
}  // namespace weir::contract
