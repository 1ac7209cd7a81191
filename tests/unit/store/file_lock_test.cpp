#include "store/file_lock.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "temp_place.h"
#include "weir/progress.h"

namespace weir {
namespace {

using testing::AllOf;
using testing::HasSubstr;

LockRequest request(const std::string& path, LockMode mode, double wait_s = 0) {
  return {path, mode, wait_s, "loading events 2021-04", "cannot load into", "duckdb:weir.duckdb"};
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class FileLockTest : public testing::Test {
 protected:
  TempPlace place_;
  std::string path_ = place_ / "db.lock";
};

TEST_F(FileLockTest, OneWriterAtATime) {
  auto first = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(content(path_), AllOf(HasSubstr(std::to_string(::getpid())), HasSubstr("loading events 2021-04")));
  const auto second = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().why, AllOf(HasSubstr("process " + std::to_string(::getpid())), HasSubstr("since 20")));
  EXPECT_THAT(second.error().next, HasSubstr("--wait"));
  first->reset();
  EXPECT_EQ(content(path_), "");
  EXPECT_TRUE(FileLock::acquire(request(path_, LockMode::exclusive)).has_value());
}

TEST_F(FileLockTest, ReadersTogetherAndNoWriterBesideThem) {
  const auto one = FileLock::acquire(request(path_, LockMode::shared));
  const auto two = FileLock::acquire(request(path_, LockMode::shared));
  ASSERT_TRUE(one.has_value() && two.has_value());
  const auto writer = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_FALSE(writer.has_value());
  EXPECT_THAT(writer.error().why, HasSubstr("reading"));
}

TEST_F(FileLockTest, ANameThatAKilledWriterLeftIsNotBelieved) {
  const int left = in_child([&] {
    const auto lock = FileLock::acquire(request(path_, LockMode::exclusive));
    return lock ? 0 : 1;  // _exit: as when killed, no destructor runs
  });
  ASSERT_EQ(left, 0);
  write_file(path_, "4194305\nloading events 1999-01\n1999-01-01 00:00:00 UTC\n");  // past the largest process number
  const auto reader = FileLock::acquire(request(path_, LockMode::shared));
  ASSERT_TRUE(reader.has_value());
  const auto writer = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_FALSE(writer.has_value());
  EXPECT_THAT(writer.error().why, HasSubstr("another process is reading it"));
}

TEST_F(FileLockTest, WaitsForItsTurn) {
  auto first = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_TRUE(first.has_value());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    first->reset();
  });
  EXPECT_TRUE(FileLock::acquire(request(path_, LockMode::exclusive, 30)).has_value());
  other.join();
}

TEST_F(FileLockTest, StopsWaitingWhenInterrupted) {
  const auto first = FileLock::acquire(request(path_, LockMode::exclusive));
  ASSERT_TRUE(first.has_value());
  request_interrupt();
  const auto second = FileLock::acquire(request(path_, LockMode::exclusive, 30));
  clear_interrupt();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::interrupted);
}

TEST_F(FileLockTest, ReadersDoWithoutWhereNoFileCanBeMade) {
  std::filesystem::permissions(place_.path(), std::filesystem::perms(0555));
  const int outcome = in_child([&] {
    become_nobody();
    const bool reader = FileLock::acquire(request(path_, LockMode::shared)).has_value();
    const auto writer = FileLock::acquire(request(path_, LockMode::exclusive));
    return reader && !writer && writer.error().why.find("Permission denied") != std::string::npos ? 0 : 1;
  });
  EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace weir
