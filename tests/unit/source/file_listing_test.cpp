#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/file.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::expand_files;
using source::list_files;
using testing::ElementsAre;
using testing::HasSubstr;

class FileListing : public testing::Test {
 protected:
  std::vector<std::string> expanded(const std::string& pattern) const {
    const auto objects = expand_files(directory_ / pattern);
    EXPECT_TRUE(objects) << to_string(objects.error());
    std::vector<std::string> names;
    for (const Object& object : objects.value_or(std::vector<Object>{}))
      names.push_back(object.uri.substr(directory_.path().size() + 1));
    return names;
  }
  std::vector<std::string> listed(const std::string& pattern, const Period& first, const Period& last) const {
    const auto found = list_files(UriTemplate::parse(directory_ / pattern).value(), first, last);
    EXPECT_TRUE(found) << to_string(found.error());
    std::vector<std::string> words;
    for (const auto& entry : found.value_or(std::vector<Sources::Listed>{}))
      words.push_back(to_string(entry.period) + " " + entry.object.uri.substr(directory_.path().size() + 1));
    return words;
  }
  TempDirectory directory_;
};

TEST_F(FileListing, ExpandsGlobsInOrderOfBytes) {
  for (const char* name : {"b.csv", "a.csv", "B.csv", "c.txt", ".hidden.csv", "dir.csv/x"}) directory_.write(name, "1");
  EXPECT_THAT(expanded("*.csv"), ElementsAre("B.csv", "a.csv", "b.csv"));
  EXPECT_THAT(expanded("[ab].csv"), ElementsAre("a.csv", "b.csv"));
  EXPECT_THAT(expanded("a.csv"), ElementsAre("a.csv"));
  EXPECT_THAT(expanded("*/x"), ElementsAre("dir.csv/x"));
}

TEST_F(FileListing, TakesAFileThatIsCalledLikeAGlob) {
  directory_.write("a[1].csv", "1");
  directory_.write("a1.csv", "1");
  EXPECT_THAT(expanded("a[1].csv"), ElementsAre("a[1].csv"));
}

TEST_F(FileListing, SaysWhatItLookedFor) {
  const auto none = expand_files(directory_ / "*.csv");
  EXPECT_EQ(none.error().kind, ErrorKind::missing);
  EXPECT_EQ(none.error().where, directory_ / "*.csv");
  EXPECT_EQ(expand_files(directory_ / "no.csv").error().kind, ErrorKind::missing);
  EXPECT_EQ(expand_files("").error().kind, ErrorKind::usage);
  directory_.write("only/a", "1");
  EXPECT_THAT(expand_files(directory_ / "*").error().why, HasSubstr("only directories"));
  EXPECT_THAT(expand_files(directory_.path()).error().why, HasSubstr("directory"));
  EXPECT_THAT(expand_files("gs://bucket/key").error().next, HasSubstr("s3://"));
}

TEST_F(FileListing, FollowsATemplateThroughDirectories) {
  for (const char* name : {"2020/12/e.csv", "2021/01/e.csv", "2021/02/other.csv", "2021/03/e.csv", "2021/13/e.csv",
                           "2021/x/e.csv", "notes/01/e.csv", "2022/01/e.csv", "2021/04/e.csv/directory"}) {
    directory_.write(name, "12345");
  }
  EXPECT_THAT(listed("{YYYY}/{MM}/e.csv", {2020, 12, 0}, {2021, 12, 0}),
              ElementsAre("2020-12 2020/12/e.csv", "2021-01 2021/01/e.csv", "2021-03 2021/03/e.csv"));
  EXPECT_THAT(listed("{YYYY}/{MM}/e.csv", {2021, 1, 0}, {2021, 2, 0}), ElementsAre("2021-01 2021/01/e.csv"));
  EXPECT_THAT(listed("nowhere/{YYYY}/{MM}/e.csv", {2021, 1, 0}, {2021, 2, 0}), ElementsAre());
}

TEST_F(FileListing, ReadsDatesInsideOfNames) {
  for (const char* name : {"e-2021-02-28.csv", "e-2021-02-29.csv", "e-2021-03-01.csv", "e-2021-3-02.csv"})
    directory_.write(name, "1");
  EXPECT_THAT(listed("e-{YYYY}-{MM}-{DD}.csv", {2021, 1, 1}, {2021, 12, 31}),
              ElementsAre("2021-02-28 e-2021-02-28.csv", "2021-03-01 e-2021-03-01.csv"));
}

TEST_F(FileListing, ListsWhatCannotBeLookedAtBesideTheOthers) {
  directory_.write("2021-01.csv", "1");
  symlink("2021-02.csv", (directory_ / "2021-02.csv").c_str());  // a loop
  symlink("nothing", (directory_ / "2021-03.csv").c_str());
  directory_.write("2021-04.csv", "1");
  const auto found =
      list_files(UriTemplate::parse(directory_ / "{YYYY}-{MM}.csv").value(), {2021, 1, 0}, {2021, 12, 0});
  ASSERT_TRUE(found) << to_string(found.error());
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].error, std::nullopt);
  EXPECT_EQ((*found)[1].object.uri, directory_ / "2021-02.csv");
  ASSERT_TRUE((*found)[1].error);
  EXPECT_EQ((*found)[1].error->where, directory_ / "2021-02.csv");
  EXPECT_EQ((*found)[2].period, (Period{2021, 4, 0}));
}

TEST_F(FileListing, NamesThePeriodsOfAFolderThatCannotBeOpened) {
  for (const char* name : {"2020/12/1.csv", "2022/02/1.csv"}) directory_.write(name, "1");
  symlink("2021", (directory_ / "2021").c_str());  // a loop: who opens it gets an error, root too
  symlink("01", (directory_ / "2022/01").c_str());
  const auto found =
      list_files(UriTemplate::parse(directory_ / "{YYYY}/{MM}/1.csv").value(), {2020, 12, 0}, {2022, 2, 0});
  ASSERT_TRUE(found) << to_string(found.error());
  ASSERT_EQ(found->size(), 15U);
  EXPECT_EQ(found->front().object.uri, directory_ / "2020/12/1.csv");
  EXPECT_EQ(found->front().error, std::nullopt);
  for (int month = 1; month <= 12; ++month) {
    const Sources::Listed& entry = (*found)[static_cast<std::size_t>(month)];
    EXPECT_EQ(entry.period, (Period{2021, month, 0}));
    ASSERT_TRUE(entry.error);
    EXPECT_EQ(entry.error->where, directory_ / "2021/");
  }
  EXPECT_EQ((*found)[13].error.value().where, directory_ / "2022/01/1.csv");
  EXPECT_EQ((*found)[14].error, std::nullopt);
}

TEST_F(FileListing, LooksNowhereItIsNotAllowedTo) {
  const auto error = source::file_error("/x", EACCES);
  EXPECT_EQ(error.kind, ErrorKind::access);
  EXPECT_THAT(error.next, HasSubstr("permissions"));
  if (geteuid() == 0) return;  // root may look everywhere: the mapping of the error is all there is to see
  directory_.write("closed/2021-01.csv", "1");
  chmod((directory_ / "closed").c_str(), 0);
  const auto found =
      list_files(UriTemplate::parse(directory_ / "closed/{YYYY}-{MM}.csv").value(), {2021, 1, 0}, {2021, 1, 0});
  chmod((directory_ / "closed").c_str(), 0700);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::access);
}

}  // namespace
}  // namespace weir::source_tests
