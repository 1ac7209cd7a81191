#include "fetch/fetch.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../ingest/memory_sources.h"
#include "../store/temp_place.h"
#include "fetch/part_file.h"

namespace weir::fetch_tests {
namespace {

using ::testing::HasSubstr;

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Fetch : public testing::Test {
 protected:
  static constexpr const char* uri = "s3://bucket/2021/04/events.csv";

  Fetch() {
    for (int i = 0; i < 100'000; ++i) content_ += std::to_string(i) + '\n';
    sources_.objects[uri].content = content_;
    sources_.objects[uri].version = "v1";
  }
  ~Fetch() override { clear_interrupt(); }

  Result<Fetched> run() { return fetch(sources_, sources_.expand(uri).value().front(), target_, nullptr); }

  // Leaves a part of the object behind.
  void break_off_after(std::size_t bytes) {
    sources_.objects[uri].breaks_after = bytes;
    EXPECT_FALSE(run());
    sources_.objects[uri].breaks_after.reset();
  }

  TempPlace place_;
  std::string target_ = place_ / "events.csv";
  std::string content_;
  ingest_tests::MemorySources sources_;
};

TEST_F(Fetch, BringsTheWholeObjectAndNothingElse) {
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->bytes, content_.size());
  EXPECT_EQ(fetched->resumed_at, 0U);
  EXPECT_EQ(read_file(target_), content_);
  EXPECT_EQ(place_.files(), 1U);
}

TEST_F(Fetch, ReplacesWhatStoodThere) {
  write_file(target_, "old");
  ASSERT_TRUE(run());
  EXPECT_EQ(read_file(target_), content_);
}

TEST_F(Fetch, ABrokenDownloadLeavesTheOldFileAndIsTakenUpLater) {
  write_file(target_, "old");
  break_off_after(300'000);
  EXPECT_EQ(read_file(target_), "old");
  EXPECT_EQ(place_.files(), 2U);
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->resumed_at, 300'000U);
  EXPECT_EQ(read_file(target_), content_);
  EXPECT_EQ(place_.files(), 1U);
}

TEST_F(Fetch, AnotherVersionIsNeverMixedWithWhatCameOfTheFirst) {
  break_off_after(300'000);
  sources_.objects[uri].content = std::string(content_.size(), 'x');
  sources_.objects[uri].version = "v2";
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->resumed_at, 0U);
  EXPECT_EQ(read_file(target_), std::string(content_.size(), 'x'));
}

TEST_F(Fetch, LeavesNothingOfOtherVersions) {
  break_off_after(300'000);
  sources_.objects[uri].version = "v2";
  break_off_after(200'000);
  EXPECT_EQ(place_.files(), 1U) << "the part of v1 can be of no use any more";
  sources_.objects[uri].version = "v3";
  ASSERT_TRUE(run());
  EXPECT_EQ(place_.files(), 1U);
}

TEST_F(Fetch, LeavesAloneWhatOthersWriteAndWhatIsNoPart) {
  const std::string busy = target_ + ".part-0123456789abcdef";
  const auto other = fetching::PartFile::open(busy, target_);
  ASSERT_TRUE(other);
  write_file(target_ + ".part-of-mine", "kept");
  write_file(target_ + ".part-0123456789ABCDEF", "kept");
  write_file(place_ / "my-events.csv.part-0123456789abcdef", "kept");
  ASSERT_TRUE(run());
  EXPECT_EQ(place_.files(), 5U);
  EXPECT_TRUE(std::filesystem::exists(busy));
}

TEST_F(Fetch, FetchesTheVersionThatReplacesWhatIsRead) {
  ingest_tests::MemoryObject& object = sources_.objects[uri];
  object.breaks_after = 300'000;
  object.later = {{.content = "the second version", .version = "v2", .breaks_after = 5},
                  {.content = "the third version", .version = "v3"}};
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->bytes, 17U);
  EXPECT_EQ(fetched->resumed_at, 0U);
  EXPECT_EQ(read_file(target_), "the third version");
  EXPECT_EQ(place_.files(), 1U);
}

TEST_F(Fetch, GivesUpOnWhatIsReplacedEveryTime) {
  write_file(target_, "old");
  sources_.objects[uri].breaks_after = 10;
  for (int i = 0; i < 5; ++i) {
    sources_.objects[uri].later.push_back(
        {.content = content_, .version = "later" + std::to_string(i), .breaks_after = 10});
  }
  const auto fetched = run();
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().why, HasSubstr("3 times in a row"));
  EXPECT_EQ(read_file(target_), "old");
  EXPECT_EQ(place_.files(), 1U) << "no part of a version that is gone";
}

TEST_F(Fetch, APartThatWasDamagedIsFetchedAnew) {
  sources_.objects[uri].content = content_ = "123456789";
  sources_.objects[uri].checksum = "crc32:cbf43926";
  for (const std::size_t came : {5U, 9U}) {
    break_off_after(came);
    for (const auto& entry : std::filesystem::directory_iterator(place_.path()))
      write_file(entry.path(), std::string(came, 'x'));
    const auto fetched = run();
    ASSERT_TRUE(fetched) << to_string(fetched.error());
    EXPECT_EQ(fetched->resumed_at, 0U);
    EXPECT_EQ(read_file(target_), content_);
    EXPECT_EQ(place_.files(), 1U);
    std::filesystem::remove(target_);
  }
}

TEST_F(Fetch, APartThatIsSoundIsTakenUp) {
  sources_.objects[uri].content = content_ = "123456789";
  sources_.objects[uri].checksum = "crc32:cbf43926";
  break_off_after(5);
  EXPECT_EQ(run().value().resumed_at, 5U);
  EXPECT_EQ(read_file(target_), content_);
}

TEST_F(Fetch, WithoutAVersionEveryAttemptBeginsAnew) {
  sources_.objects[uri].version.clear();
  break_off_after(300'000);
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->resumed_at, 0U);
  EXPECT_EQ(read_file(target_), content_);
}

TEST_F(Fetch, APartThatIsWholeNeedsNoDownload) {
  break_off_after(content_.size());
  sources_.opened.clear();
  const auto fetched = run();
  ASSERT_TRUE(fetched) << to_string(fetched.error());
  EXPECT_EQ(fetched->bytes, content_.size());
  EXPECT_THAT(sources_.opened, testing::IsEmpty());
  EXPECT_EQ(read_file(target_), content_);
}

TEST_F(Fetch, AnInterruptKeepsWhatCame) {
  sources_.objects[uri].interrupts_at = 200'000;
  const auto stopped = run();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::interrupted);
  clear_interrupt();
  sources_.objects[uri].interrupts_at.reset();
  EXPECT_EQ(run().value().resumed_at, 200'000U);
}

TEST_F(Fetch, AnEmptyObjectIsAnEmptyFile) {
  sources_.objects[uri].content.clear();
  ASSERT_TRUE(run());
  EXPECT_TRUE(std::filesystem::exists(target_));
  EXPECT_EQ(std::filesystem::file_size(target_), 0U);
}

TEST_F(Fetch, NoFolderIsAnError) {
  target_ = place_ / "no/such/events.csv";
  const auto fetched = run();
  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().where, HasSubstr("no/such/events.csv"));
  EXPECT_THAT(fetched.error().why, HasSubstr("No such file"));
}

TEST_F(Fetch, TwoAtOnceDoNotWriteOneFile) {
  const auto first = fetching::PartFile::open(place_ / "part", target_);
  ASSERT_TRUE(first);
  const auto second = fetching::PartFile::open(place_ / "part", target_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().why, HasSubstr("another weir"));
}

TEST_F(Fetch, ALocalFileIsNotFetchedOntoItself) {
  write_file(target_, "kept");
  const Object object{target_, 4, "v", 0};
  const auto fetched = fetch(sources_, object, target_, nullptr);
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().kind, ErrorKind::usage);
  EXPECT_EQ(read_file(target_), "kept");
}

TEST(FetchPath, GoesIntoFoldersUnderTheObjectsName) {
  const TempPlace place;
  const Object object{"s3://bucket/2021/04/events.csv", {}, "", 0};
  EXPECT_EQ(fetch_path(object, ""), "events.csv");
  EXPECT_EQ(fetch_path(object, "april.csv"), "april.csv");
  EXPECT_EQ(fetch_path(object, place.path().string()), place / "events.csv");
  EXPECT_EQ(fetch_path(object, "new/"), "new/events.csv");
}

}  // namespace
}  // namespace weir::fetch_tests
