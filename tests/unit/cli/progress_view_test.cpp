#include "cli/progress_view.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "terminal.h"

namespace weir::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

ProgressSample half_way() {
  ProgressSample sample;
  sample.label = "2021-04";
  sample.bytes_read = 87'300'000;
  sample.bytes_total = 174'600'000;
  sample.rows_read = 600'000;
  sample.rate_bytes_per_s = 43'650'000;
  sample.elapsed_s = 2;
  return sample;
}

TEST(FormatDuration, CountsMinutesAndHours) {
  EXPECT_EQ(format_duration(0), "0:00");
  EXPECT_EQ(format_duration(-1), "0:00");
  EXPECT_EQ(format_duration(7.4), "0:07");
  EXPECT_EQ(format_duration(59.6), "1:00");
  EXPECT_EQ(format_duration(754), "12:34");
  EXPECT_EQ(format_duration(3599.9), "1:00:00");
  EXPECT_EQ(format_duration(3723), "1:02:03");
}

TEST(Eta, NeedsATotalAndARate) {
  EXPECT_EQ(eta_s(half_way()), 2.0);
  ProgressSample sample = half_way();
  sample.bytes_total = 0;
  EXPECT_EQ(eta_s(sample), std::nullopt);
  sample = half_way();
  sample.rate_bytes_per_s = 0;
  EXPECT_EQ(eta_s(sample), std::nullopt);
  sample.rate_bytes_per_s = 1e-9;  // months are no forecast
  EXPECT_EQ(eta_s(sample), std::nullopt);
  sample = half_way();
  sample.bytes_read = sample.bytes_total + 5;  // it grew while it was read
  EXPECT_EQ(eta_s(sample), 0.0);
}

TEST(RateMeter, TakesTheFirstRateAndFollowsSlowly) {
  RateMeter meter;
  meter.sample(10, 500);
  EXPECT_EQ(meter.rate_bytes_per_s(), 0);
  meter.sample(11, 1'500);
  EXPECT_DOUBLE_EQ(meter.rate_bytes_per_s(), 1'000);
  meter.sample(11, 9'000);  // no time passed
  EXPECT_DOUBLE_EQ(meter.rate_bytes_per_s(), 1'000);
  meter.sample(12, 4'500);  // 3,000 a second now
  EXPECT_GT(meter.rate_bytes_per_s(), 1'200);
  EXPECT_LT(meter.rate_bytes_per_s(), 2'000);
  for (int i = 13; i < 60; ++i) meter.sample(i, 4'500 + static_cast<std::uint64_t>(i - 12) * 3'000);
  EXPECT_NEAR(meter.rate_bytes_per_s(), 3'000, 1);
}

TEST(RateMeter, DoesNotDependOnHowOftenItIsAsked) {
  RateMeter often;
  RateMeter seldom;
  for (int i = 0; i <= 1'000; ++i) {
    const std::uint64_t bytes = i <= 500 ? static_cast<std::uint64_t>(i) * 100 : 50'000;  // then it stands still
    often.sample(i * 0.01, bytes);
    if (i % 100 == 0) seldom.sample(i * 0.01, bytes);
  }
  EXPECT_NEAR(often.rate_bytes_per_s(), seldom.rate_bytes_per_s(), 50);
}

TEST(RateMeter, StartingAgainIsNotCounted) {
  RateMeter meter;
  meter.sample(0, 0);
  meter.sample(1, 1'000);
  meter.sample(2, 0);
  EXPECT_DOUBLE_EQ(meter.rate_bytes_per_s(), 1'000);
  meter.sample(3, 1'000);
  EXPECT_DOUBLE_EQ(meter.rate_bytes_per_s(), 1'000);
}

TEST(ProgressBar, ShowsEverythingWhereThereIsRoom) {
  EXPECT_EQ(progress_bar(half_way(), 200),
            "2021-04  [##############--------------]  50 %  87.3/174.6 MB  43.7 MB/s  600,000 rows  ETA 0:02");
}

TEST(ProgressBar, LeavesOutWhatIsUnknown) {
  ProgressSample sample = half_way();
  sample.bytes_total = 0;
  EXPECT_EQ(progress_bar(sample, 200), "2021-04  87.3 MB  43.7 MB/s  600,000 rows");
  sample.rate_bytes_per_s = 0;
  sample.rows_read = 0;
  EXPECT_EQ(progress_bar(sample, 200), "2021-04  87.3 MB");
  sample = half_way();
  sample.bytes_read = 980'000;
  EXPECT_THAT(progress_bar(sample, 200), HasSubstr("  0 %  980.0 kB/174.6 MB"));
  sample.bytes_read = sample.bytes_total * 2;
  EXPECT_THAT(progress_bar(sample, 200), HasSubstr("##]  100 %"));
}

TEST(ProgressBar, NeverPassesTheWidth) {
  ProgressSample sample = half_way();
  for (const char* label : {"2021-04", "", "a/very/long/path/to/some/events-of-the-month-of-april.csv.gz",
                            "\xC3\xA9v\xC3\xA9nements\x1b[2J.csv"}) {
    sample.label = label;
    for (std::size_t columns = 0; columns < 130; ++columns) {
      const std::string line = progress_bar(sample, columns);
      const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
      EXPECT_LE(line.size() - static_cast<std::size_t>(std::count_if(line.begin(), line.end(), continues)), columns);
      EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    }
  }
}

TEST(ProgressBar, DropsTheLeastMissedFirst) {
  EXPECT_EQ(progress_bar(half_way(), 18), "2021-04  50 %");
  EXPECT_EQ(progress_bar(half_way(), 24), "2021-04  50 %  ETA 0:02");
  EXPECT_EQ(progress_bar(half_way(), 36), "2021-04  50 %  43.7 MB/s  ETA 0:02");
  ProgressSample sample = half_way();
  sample.label = "a/very/long/path/to/some/events-of-the-month-of-april.csv.gz";
  EXPECT_THAT(progress_bar(sample, 80), testing::StartsWith("..s-of-the-month-of-april.csv.gz  50 %"));
}

TEST(ProgressLogLine, ReadsLikeASentence) {
  EXPECT_EQ(progress_log_line(half_way()), "2021-04: 50 %, 87.3 MB of 174.6 MB, 600,000 rows, 43.7 MB/s, 0:02 left");
  ProgressSample sample = half_way();
  sample.bytes_total = 0;
  sample.rate_bytes_per_s = 0;
  EXPECT_EQ(progress_log_line(sample), "2021-04: 87.3 MB, 600,000 rows");
  sample.done = true;
  EXPECT_EQ(progress_log_line(sample), "2021-04: read 87.3 MB, 600,000 rows in 0:02");
}

TEST(ProgressJsonLine, IsOneObject) {
  EXPECT_EQ(json::parse(progress_json_line(half_way())),
            json::parse(R"({"progress":{"label":"2021-04","bytes_read":87300000,
      "bytes_total":174600000,"rows_read":600000,"rate":43650000.0,"eta_s":2.0,"done":false}})"));
  ProgressSample sample = half_way();
  sample.bytes_total = 0;
  sample.label = "\x1b\xff\"";
  sample.done = true;
  const std::string line = progress_json_line(sample);
  EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  const json progress = json::parse(line).at("progress");
  EXPECT_TRUE(progress.at("bytes_total").is_null());
  EXPECT_TRUE(progress.at("eta_s").is_null());
  EXPECT_EQ(progress.at("done"), true);
}

constexpr ProgressPace hurried{0, 2, 2, 2};

// Terminals are dumb where the tests run, perhaps.
class ProgressViewTest : public testing::Test {
 protected:
  void SetUp() override { ::setenv("TERM", "xterm", 1); }

  // What a view writes to a file while `watch` runs.
  template <class Watch>
  std::string written(ProgressMode mode, LogFormat format, ProgressPace pace, const Watch& watch) {
    const Folder folder;
    const std::string path = folder.file("stderr", "");
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    Reporter reporter(format, Verbosity::normal, false, descriptor);
    {
      const ProgressView view(reporter, progress_, "2021-04", mode, pace);
      watch([&] { return std::filesystem::file_size(path); });
    }
    ::close(descriptor);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  Progress progress_;
};

constexpr auto until_something_is_written = [](const auto& size) {
  while (size() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
};
constexpr auto at_once = [](const auto&) {};

TEST_F(ProgressViewTest, JsonModeSaysLinesAndALastOne) {
  progress_.bytes_total = 100;
  progress_.bytes_read = 40;
  std::istringstream lines(written(ProgressMode::json, LogFormat::text, hurried, until_something_is_written));
  std::vector<json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line).at("progress"));
  ASSERT_GE(objects.size(), 2U);
  EXPECT_EQ(objects.front().at("done"), false);
  EXPECT_EQ(objects.front().at("bytes_read"), 40);
  EXPECT_EQ(objects.back().at("done"), true);
}

TEST_F(ProgressViewTest, JsonModeSaysTheEndOfWhatWasQuick) {
  const json only = json::parse(written(ProgressMode::json, LogFormat::text, {}, at_once));
  EXPECT_EQ(only.at("progress").at("done"), true);
}

TEST_F(ProgressViewTest, LogModeSaysNothingOfWhatWasQuick) {
  EXPECT_EQ(written(ProgressMode::log, LogFormat::text, {}, at_once), "");
  progress_.rows_read = 7;
  const std::string text = written(ProgressMode::log, LogFormat::text, hurried, until_something_is_written);
  EXPECT_THAT(text, testing::StartsWith("weir: 2021-04: 0 B, 7 rows\n"));
  EXPECT_THAT(text, testing::EndsWith("weir: 2021-04: read 0 B, 7 rows in 0:00\n"));
  EXPECT_EQ(json::parse(written(ProgressMode::log, LogFormat::json, {0, 1, 60'000, 1}, at_once).append("{}")),
            json::object());
}

TEST_F(ProgressViewTest, NoBarWithoutATerminal) {
  const auto wait = [](const auto&) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); };
  for (const ProgressMode mode : {ProgressMode::automatic, ProgressMode::bar, ProgressMode::none}) {
    EXPECT_EQ(written(mode, LogFormat::text, hurried, wait), "");
  }
}

TEST_F(ProgressViewTest, ABarIsDrawnRedrawnAndCleared) {
  Terminal terminal(60);
  Reporter reporter(LogFormat::text, Verbosity::normal, false, terminal.slave());
  progress_.bytes_total = 1'000;
  progress_.bytes_read = 250;
  {
    const ProgressView view(reporter, progress_, "2021-04", ProgressMode::automatic, hurried);
    EXPECT_EQ(view.mode(), ProgressMode::bar);
    EXPECT_THAT(terminal.read_until("25 %"),
                testing::EndsWith("\r\x1b[K2021-04  [#######---------------------]  25 %"));
    progress_.bytes_read = 500;
    EXPECT_THAT(terminal.read_until("50 %"), HasSubstr("#"));
    reporter.note("a message");
    EXPECT_THAT(terminal.read_until("a message\r\n"), testing::EndsWith("\r\x1b[Kweir: a message\r\n"));
    terminal.resize(20);
    EXPECT_THAT(terminal.read_until("\x1b[K2021-04  50 %\r"), testing::EndsWith("\r"));
  }
  reporter.note("after");
  EXPECT_THAT(terminal.read_until("after"), testing::EndsWith("\r\x1b[Kweir: after"));
}

TEST_F(ProgressViewTest, WhatIsQuickShowsNoBar) {
  Terminal terminal(60);
  Reporter reporter(LogFormat::text, Verbosity::normal, false, terminal.slave());
  { const ProgressView view(reporter, progress_, "2021-04", ProgressMode::bar); }
  reporter.note("after");
  EXPECT_EQ(terminal.read_until("after"), "weir: after");
}

TEST_F(ProgressViewTest, AutomaticRespectsQuietJsonAndDumbTerminals) {
  const Terminal terminal(60);
  const auto mode_of = [&](ProgressMode mode, LogFormat format, Verbosity verbosity) {
    Reporter reporter(format, verbosity, false, terminal.slave());
    return ProgressView(reporter, progress_, "x", mode).mode();
  };
  EXPECT_EQ(mode_of(ProgressMode::automatic, LogFormat::text, Verbosity::normal), ProgressMode::bar);
  EXPECT_EQ(mode_of(ProgressMode::automatic, LogFormat::text, Verbosity::quiet), ProgressMode::none);
  EXPECT_EQ(mode_of(ProgressMode::automatic, LogFormat::json, Verbosity::normal), ProgressMode::none);
  EXPECT_EQ(mode_of(ProgressMode::bar, LogFormat::json, Verbosity::quiet), ProgressMode::bar);
  ::setenv("TERM", "dumb", 1);
  EXPECT_EQ(mode_of(ProgressMode::bar, LogFormat::text, Verbosity::normal), ProgressMode::none);
}

}  // namespace
}  // namespace weir::cli
