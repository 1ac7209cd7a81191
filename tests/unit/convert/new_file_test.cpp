#include "convert/new_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "../store/temp_place.h"

namespace weir::convert_tests {
namespace {

using converting::NewFile;

const std::unique_ptr<Sources> sources = make_sources({});

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(NewFile, AppearsWhole) {
  const TempPlace place;
  const auto file = NewFile::create(place / "a/b/out.csv", *sources).value();
  ASSERT_TRUE(file->write("some "));
  std::ofstream(file->open_path(), std::ios::app) << "bytes";
  EXPECT_TRUE(converting::check_vacant(place / "a/b/out.csv", *sources));
  EXPECT_EQ(file->size().value(), 10U);
  ASSERT_TRUE(file->settle(nullptr));
  EXPECT_TRUE(converting::check_vacant(place / "a/b/out.csv", *sources));
  ASSERT_TRUE(file->publish());
  EXPECT_EQ(read_file(place / "a/b/out.csv"), "some bytes");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(place / "a/b"), {}), 1);
}

TEST(NewFile, LeavesNothingWhenItIsGivenUp) {
  const TempPlace place;
  {
    const auto first = NewFile::create(place / "a/b/out.csv", *sources).value();
    ASSERT_TRUE(first->write("some bytes"));
    const auto second = NewFile::create(place / "a/c/out.csv", *sources).value();
  }
  EXPECT_EQ(place.files(), 0U);
}

TEST(NewFile, ReplacesWhatIsThere) {
  const TempPlace place;
  const std::string target = place / "out.csv";
  write_file(target, "mine");
  const Status refused = converting::check_vacant(target, *sources);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  const auto file = NewFile::create(target, *sources).value();
  ASSERT_TRUE(file->write("new"));
  EXPECT_EQ(read_file(target), "mine");
  ASSERT_TRUE(file->settle(nullptr));
  ASSERT_TRUE(file->publish());
  EXPECT_EQ(read_file(target), "new");
}

TEST(NewFile, SaysWhyItCannotBe) {
  const TempPlace place;
  write_file(place / "file", "mine");
  for (const std::string& target : {place / "file/out.csv", place / "."}) {
    const auto file = NewFile::create(target, *sources);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().where, target);
  }
  EXPECT_EQ(place.files(), 1U);
}

}  // namespace
}  // namespace weir::convert_tests
