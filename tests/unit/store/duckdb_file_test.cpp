// What can be wrong with the file, and what beside it.
#include <duckdb.h>
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <thread>

#include "store/duckdb/duckdb_store.h"
#include "temp_place.h"

namespace weir {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Slot april{"events", {2021, 4, 0}};

class DuckDbFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Store> store(double wait_s = 0.2) const {
    return make_duckdb_store(path_, {.wait_s = wait_s}).value();
  }
  [[nodiscard]] Error reading_error() const { return store()->ledger().error(); }

  TempPlace place_;
  std::string path_ = place_ / "weir.duckdb";
};

void query(const std::string& path, const std::string& sql) {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  ASSERT_EQ(duckdb_open(path.c_str(), &database), DuckDBSuccess);
  duckdb_connect(database, &connection);
  EXPECT_EQ(duckdb_query(connection, sql.c_str(), nullptr), DuckDBSuccess) << sql;
  duckdb_disconnect(&connection);
  duckdb_close(&database);
}

TEST_F(DuckDbFileTest, ReadingMakesNothing) {
  EXPECT_EQ(reading_error().kind, ErrorKind::missing);
  EXPECT_THAT(to_string(reading_error()), AllOf(HasSubstr(path_), HasSubstr("weir ingest")));
  ASSERT_TRUE(store()->schema().has_value());
  EXPECT_FALSE(store()->drop(1).has_value());
  EXPECT_EQ(place_.files(), 0U);
}

TEST_F(DuckDbFileTest, OtherFilesAreTold) {
  for (const std::string& text : {std::string("id,timestamp\n1,2\n"), std::string(), std::string(50000, 'x')}) {
    write_file(path_, text);
    EXPECT_THAT(to_string(reading_error()), AllOf(HasSubstr(path_), HasSubstr("not a DuckDB database")));
    const auto loading = store()->begin_load(april);
    ASSERT_FALSE(loading.has_value());
    EXPECT_THAT(to_string(loading.error()), HasSubstr("not a DuckDB database"));
  }
}

// DuckDB names its log after the name it is given: two names would be two logs for one file.
TEST_F(DuckDbFileTest, ASymbolicLinkIsTheFileItPointsTo) {
  const std::string link = place_ / "link.duckdb";
  std::filesystem::create_symlink(path_, link);
  const auto by_link = make_duckdb_store(link, {.wait_s = 0.2}).value();
  const auto loading = by_link->begin_load(april);
  ASSERT_TRUE(loading.has_value());
  ASSERT_TRUE((*loading)->start({"a", "", {}, "1", "2"}).has_value());
  EXPECT_TRUE(std::filesystem::exists(path_ + ".lock"));
  EXPECT_FALSE(std::filesystem::exists(link + ".lock"));
  EXPECT_FALSE(std::filesystem::exists(link + ".wal"));
  EXPECT_FALSE(store()->begin_load(april).has_value()) << "both names queue for one file";
}

TEST_F(DuckDbFileTest, ADirectoryIsTold) {
  std::filesystem::create_directory(path_);
  EXPECT_THAT(to_string(reading_error()), HasSubstr("it is a directory"));
  EXPECT_THAT(to_string(store()->begin_load(april).error()), HasSubstr("it is a directory"));
  EXPECT_EQ(place_.files(), 1U);
}

TEST_F(DuckDbFileTest, AMissingDirectoryIsNotMade) {
  const auto loading = make_duckdb_store(place_ / "no/such/weir.duckdb", {}).value()->begin_load(april);
  ASSERT_FALSE(loading.has_value());
  EXPECT_THAT(to_string(loading.error()), HasSubstr("no/such does not exist"));
  EXPECT_EQ(place_.files(), 0U);
}

TEST_F(DuckDbFileTest, AnEmptyPathIsAUsageError) {
  EXPECT_EQ(make_duckdb_store("", {}).value()->migrate().error().kind, ErrorKind::usage);
}

TEST_F(DuckDbFileTest, DuckDbsSpecialNamesAreFilesLikeAnyOther) {
  path_ = place_ / ":memory:";
  ASSERT_TRUE(store()->migrate().has_value());
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_TRUE(store()->ledger().has_value());
}

TEST_F(DuckDbFileTest, ADatabaseWithoutOurTablesIsMissingThem) {
  query(path_, "CREATE TABLE theirs (a INTEGER)");
  EXPECT_EQ(reading_error().kind, ErrorKind::missing);
  EXPECT_THAT(to_string(reading_error()), HasSubstr("without weir's tables"));
  EXPECT_FALSE(store()->schema()->exists);
}

TEST_F(DuckDbFileTest, SomebodyElsesEventsAreNotTouched) {
  query(path_, "CREATE TABLE events (theirs INTEGER); INSERT INTO events VALUES (7)");
  const auto migrated = store()->migrate();
  ASSERT_FALSE(migrated.has_value());
  EXPECT_THAT(to_string(migrated.error()), AllOf(HasSubstr("events"), HasSubstr("already exists")));
  query(path_, "SELECT theirs FROM events");
  EXPECT_FALSE(store()->schema()->exists) << "a failed migration left a table";
}

TEST_F(DuckDbFileTest, PermissionIsToldAndReadersNeedNoWritableDirectory) {
  ASSERT_TRUE(store()->migrate().has_value());
  std::filesystem::remove(path_ + ".lock");
  std::filesystem::permissions(path_, std::filesystem::perms(0444));
  std::filesystem::permissions(place_.path(), std::filesystem::perms(0555));
  EXPECT_EQ(in_child([&] {
              become_nobody();
              const auto ledger = store()->ledger();
              if (!ledger) std::fprintf(stderr, "%s\n", to_string(ledger.error()).c_str());
              const Error writing = store()->begin_load(april).error();
              return ledger && to_string(writing).find("ermission denied") != std::string::npos ? 0 : 1;
            }),
            0);
  std::filesystem::permissions(path_, std::filesystem::perms(0));
  EXPECT_EQ(in_child([&] {
              become_nobody();
              return to_string(reading_error()).find("check who may read") != std::string::npos ? 0 : 1;
            }),
            0);
}

TEST_F(DuckDbFileTest, AnotherProgramThatHasItOpenIsNamed) {
  ASSERT_TRUE(store()->migrate().has_value());
  std::array<int, 2> ready{};
  std::array<int, 2> finish{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(finish.data()), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    duckdb_database database = nullptr;
    const char opened = duckdb_open(path_.c_str(), &database) == DuckDBSuccess ? 'y' : 'n';
    char end = 0;
    if (::write(ready[1], &opened, 1) != 1 || ::read(finish[0], &end, 1) != 1) ::_exit(1);
    duckdb_close(&database);
    ::_exit(0);
  }
  char opened = 0;
  ASSERT_EQ(::read(ready[0], &opened, 1), 1);
  EXPECT_EQ(opened, 'y');
  const Error reading = reading_error();
  EXPECT_THAT(to_string(reading), AllOf(HasSubstr("PID " + std::to_string(pid)), HasSubstr("0.2 s")));
  const auto loading = store()->begin_load(april);
  EXPECT_FALSE(loading.has_value());
  // Whoever waits long enough gets in when it is closed there.
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_EQ(::write(finish[1], "x", 1), 1);
  });
  EXPECT_TRUE(store(30)->ledger().has_value());
  closer.join();
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(DuckDbFileTest, AStoreThatIsLoadingDoesNotWaitForItself) {
  const auto one = store(60);
  auto loading = one->begin_load(april);
  ASSERT_TRUE(loading.has_value());
  const auto start = std::chrono::steady_clock::now();
  const auto ledger = one->ledger();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  ASSERT_FALSE(ledger.has_value());
  EXPECT_THAT(to_string(ledger.error()), HasSubstr("still loading"));
  loading->reset();
  EXPECT_TRUE(one->ledger().has_value());
}

// Loads that follow each other share an open database; whoever else waits, waits for a moment.
TEST_F(DuckDbFileTest, StaysOpenForTheNextLoadAndNotForLong) {
  const auto loader = make_duckdb_store(path_, {.wait_s = 0.2, .loads_follow = true}).value();
  for (const int month : {4, 5, 6}) {
    const auto loading = loader->begin_load({"events", {2021, month, 0}});
    ASSERT_TRUE(loading.has_value()) << month;
    EXPECT_TRUE((*loading)->start({"a", "", {}, "1", "2"}).has_value());
  }
  EXPECT_THAT(to_string(store(0)->ledger().error()), HasSubstr("loading events 2021-06")) << "the last that it did";
  const auto seen = store(60)->ledger();
  ASSERT_TRUE(seen.has_value()) << "while the loader still lives";
  EXPECT_EQ(seen->size(), 3U);
  EXPECT_EQ(loader->ledger()->size(), 3U) << "and so may itself";
  EXPECT_TRUE(loader->begin_load(april).has_value());
}

TEST_F(DuckDbFileTest, ClosesAtOnceWhatALoadFailedIn) {
  const auto loader = make_duckdb_store(path_, {.wait_s = 0.2, .loads_follow = true}).value();
  {
    const auto loading = loader->begin_load(april);
    ASSERT_TRUE((*loading)->start({"a", "", {}, "1", "2"}).has_value());
    EXPECT_TRUE((*loading)->abort({ErrorKind::failed, "cannot read", "a", "it broke", ""}, {}).has_value());
  }
  EXPECT_TRUE(store(0)->ledger().has_value());
}

TEST_F(DuckDbFileTest, LeavesTheDatabaseAndItsLockFileOnlyAndTidiesUpAfterTheKilled) {
  std::filesystem::create_directory(path_ + ".tmp-1-1");
  write_file(path_ + ".tmp-1-1/duckdb_temp_storage-0.tmp", "left");
  std::filesystem::create_directory(place_ / "other.duckdb.tmp-1-1");
  ASSERT_TRUE(store()->migrate().has_value());
  EXPECT_FALSE(std::filesystem::exists(path_ + ".tmp-1-1"));
  EXPECT_TRUE(std::filesystem::exists(place_ / "other.duckdb.tmp-1-1"));
  EXPECT_TRUE(store()->ledger().has_value());
  EXPECT_EQ(place_.files(), 3U);  // the database, its lock, the other's directory
}

TEST_F(DuckDbFileTest, CallsOutOfTurnAreRefused) {
  auto loading = store()->begin_load(april);
  ASSERT_TRUE(loading.has_value());
  EXPECT_FALSE((*loading)->commit({}).has_value());
  EXPECT_FALSE((*loading)->abort({}, {}).has_value());
  ASSERT_TRUE((*loading)->start({"u", "", {}, "1", "2"}).has_value());
  EXPECT_FALSE((*loading)->start({"u", "", {}, "1", "2"}).has_value());
  EXPECT_TRUE((*loading)->abort({ErrorKind::failed, "a", "b", "c", ""}, {}).has_value());
  EXPECT_FALSE((*loading)->abort({ErrorKind::failed, "a", "b", "c", ""}, {}).has_value());
}

}  // namespace
}  // namespace weir
