#include "sample/sample_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "weir/progress.h"

namespace weir::sample {
namespace {

using testing::HasSubstr;

SampleOptions options_for(std::vector<std::string> months) {
  SampleOptions options;
  options.months = std::move(months);
  options.rows = 1'000;
  options.population.users = 100;
  return options;
}

std::vector<std::string> names(const Result<std::vector<Period>>& periods) {
  std::vector<std::string> out;
  for (const Period& period : periods.value()) out.push_back(to_string(period));
  return out;
}

class Folder {
 public:
  Folder() {
    std::string pattern = testing::TempDir() + "/weir-sample-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string gunzipped(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  std::string out;
  std::string piece(65536, '\0');
  int got = 0;
  while ((got = gzread(file, piece.data(), static_cast<unsigned>(piece.size()))) > 0) {
    out.append(piece, 0, static_cast<std::size_t>(got));
  }
  EXPECT_EQ(got, 0);
  gzclose(file);
  return out;
}

TEST(MonthsOf, ListsRangesAndCounts) {
  EXPECT_THAT(names(months_of(options_for({"2021-04"}))), testing::ElementsAre("2021-04"));
  EXPECT_THAT(names(months_of(options_for({"2021-04", "2020-12..2021-01", "2021-01"}))),
              testing::ElementsAre("2020-12", "2021-01", "2021-04"));
  SampleOptions counted = options_for({"2020-12"});
  counted.months_from_first = 3;
  EXPECT_THAT(names(months_of(counted)), testing::ElementsAre("2020-12", "2021-01", "2021-02"));
}

TEST(MonthsOf, RefusesWhatIsNoMonth) {
  for (const char* text :
       {"", "2021", "2021-13", "2021-04-01", "2021-04..", "..2021-04", "2021-05..2021-04", "april"}) {
    const auto months = months_of(options_for({text}));
    ASSERT_FALSE(months.has_value()) << text;
    EXPECT_EQ(months.error().kind, ErrorKind::usage);
    EXPECT_FALSE(months.error().next.empty());
  }
  SampleOptions both = options_for({"2021-01..2021-02"});
  both.months_from_first = 2;
  EXPECT_FALSE(months_of(both).has_value());
}

TEST(JobsOf, LaysOutTrees) {
  SampleOptions options = options_for({"2021-04", "2021-05"});
  options.output = "data";
  EXPECT_EQ(jobs_of(options).value()[1].path, "data/2021/05/events.csv");
  options.compression = Compression::zstd;
  EXPECT_EQ(jobs_of(options).value()[0].path, "data/2021/04/events.csv.zst");
  options.daily = true;
  const std::vector<Job> days = jobs_of(options).value();
  ASSERT_EQ(days.size(), 61U);
  EXPECT_EQ(days[30].path, "data/2021/05/01/events.csv.zst");
  const auto add = [](std::uint64_t sum, const Job& job) { return sum + job.rows; };
  EXPECT_EQ(std::accumulate(days.begin(), days.end(), std::uint64_t{0}, add), 2'000U);
}

TEST(JobsOf, AFileHoldsOneDumpOfItsOwnKind) {
  SampleOptions options = options_for({"2021-04"});
  for (const char* output : {"april.csv", "-"}) {
    options.output = output;
    EXPECT_EQ(jobs_of(options).value().front().path, output);
    SampleOptions several = options;
    several.months = {"2021-04..2021-05"};
    ASSERT_FALSE(jobs_of(several).has_value());
    EXPECT_THAT(jobs_of(several).error().why, HasSubstr("2 dumps"));
  }
  options.output = "april.csv";
  options.compression = Compression::gzip;
  EXPECT_FALSE(jobs_of(options).has_value());
}

TEST(WriteDumps, PlainAndGzipHoldTheSameText) {
  const Folder folder;
  SampleOptions options = options_for({"2021-04"});
  options.output = folder.path();
  ASSERT_TRUE(write_dumps(options).has_value());
  options.compression = Compression::gzip;
  ASSERT_TRUE(write_dumps(options).has_value());
  const std::string plain = content(folder / "2021/04/events.csv");
  EXPECT_EQ(std::count(plain.begin(), plain.end(), '\n'), 1'001);
  EXPECT_EQ(gunzipped(folder / "2021/04/events.csv.gz"), plain);
}

TEST(WriteDumps, SaysWhatCannotBeWritten) {
  const Folder folder;
  std::ofstream(folder / "file") << "in the way";
  SampleOptions options = options_for({"2021-04"});
  options.output = folder / "file";
  const Status status = write_dumps(options);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::failed);
  EXPECT_THAT(status.error().where, HasSubstr(options.output));
}

TEST(WriteDumps, AnInterruptLeavesNoPart) {
  const Folder folder;
  SampleOptions options = options_for({"2021-04"});
  options.output = folder / "april.csv";
  request_interrupt();
  const Status status = write_dumps(options);
  clear_interrupt();
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::interrupted);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace weir::sample
