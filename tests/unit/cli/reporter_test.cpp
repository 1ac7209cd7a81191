#include "cli/reporter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

namespace weir::cli {
namespace {

using nlohmann::json;

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    read_ = ends[0];
    write_ = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int write_end() const { return write_; }
  void close_read() { close(read_); }
  void close_write() { close(write_); }
  // Everything written; closes the write end.
  std::string text() {
    close_write();
    return drain();
  }
  // The same, when somebody else closes it.
  [[nodiscard]] std::string drain() const {
    std::string out;
    std::array<char, 4096> piece{};
    ssize_t got = 0;
    while ((got = ::read(read_, piece.data(), piece.size())) > 0)
      out.append(piece.data(), static_cast<std::size_t>(got));
    return out;
  }

 private:
  static void close(int& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
  }
  int read_ = -1;
  int write_ = -1;
};

const Error an_error{ErrorKind::failed, "cannot read", "a.csv", "No such file or directory", "check the name"};

TEST(Reporter, TextSaysWhatWhereWhyAndIndentsWhatNext) {
  Pipe pipe;
  Reporter reporter(LogFormat::text, Verbosity::normal, false, pipe.write_end());
  reporter.error(an_error);
  reporter.error({ErrorKind::failed, "cannot go on", "", "", ""});
  reporter.warn("two columns are left out");
  reporter.note("first\nsecond");
  reporter.detail("not shown");
  EXPECT_EQ(pipe.text(),
            "weir: cannot read a.csv: No such file or directory\n"
            "  check the name\n"
            "weir: cannot go on\n"
            "weir: warning: two columns are left out\n"
            "weir: first\n"
            "  second\n");
}

TEST(Reporter, VerbosityDecides) {
  for (const auto& [verbosity, expected] :
       {std::pair{Verbosity::quiet, "weir: e\n"}, std::pair{Verbosity::normal, "weir: e\nweir: warning: w\nweir: n\n"},
        std::pair{Verbosity::verbose, "weir: e\nweir: warning: w\nweir: n\nweir: d\n"}}) {
    Pipe pipe;
    Reporter reporter(LogFormat::text, verbosity, false, pipe.write_end());
    reporter.error({ErrorKind::failed, "e", "", "", ""});
    reporter.warn("w");
    reporter.note("n");
    reporter.detail("d");
    EXPECT_EQ(pipe.text(), expected);
  }
}

TEST(Reporter, ControlCharactersNeverGetThrough) {
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    Pipe pipe;
    Reporter reporter(format, Verbosity::normal, false, pipe.write_end());
    const std::string evil = "\x1b[31m\r\x07\x7f\xC2\x9B\xff evil\nname";
    reporter.error({ErrorKind::failed, evil, evil, evil, "\x1b]0;title\x07"});
    reporter.warn(evil);
    const std::string text = pipe.text();
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte < 0x7F)) << static_cast<int>(byte);
    }
    EXPECT_THAT(text, testing::HasSubstr("evil\\nname"));
  }
}

TEST(Reporter, JsonIsOneObjectALine) {
  Pipe pipe;
  Reporter reporter(LogFormat::json, Verbosity::verbose, true, pipe.write_end());
  reporter.error(an_error);
  reporter.warn("caf\xC3\xA9 \"quoted\"\nline");
  reporter.note("n");
  reporter.detail("d");
  std::istringstream lines(pipe.text());
  std::vector<json> objects;
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line));
  ASSERT_EQ(objects.size(), 4U);
  for (const json& object : objects) {
    EXPECT_TRUE(std::regex_match(object.at("time").get<std::string>(),
                                 std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
  }
  objects[0].erase("time");
  EXPECT_EQ(objects[0], json({{"level", "error"},
                              {"what", "cannot read"},
                              {"where", "a.csv"},
                              {"why", "No such file or directory"},
                              {"next", "check the name"}}));
  EXPECT_EQ(objects[1].at("message"), "caf\xC3\xA9 \"quoted\"\nline");
  EXPECT_EQ(objects[1].at("level"), "warning");
  EXPECT_EQ(objects[2].at("level"), "info");
  EXPECT_EQ(objects[3].at("level"), "debug");
}

TEST(Reporter, ColourIsTheCallersChoice) {
  Pipe pipe;
  Reporter reporter(LogFormat::text, Verbosity::normal, true, pipe.write_end());
  reporter.error({ErrorKind::failed, "e", "", "", ""});
  reporter.warn("w");
  EXPECT_EQ(pipe.text(), "\x1b[1;31mweir:\x1b[0m e\n\x1b[1;33mweir: warning:\x1b[0m w\n");
}

TEST(Reporter, AMessageClearsTheStatusAndDrawsItAgain) {
  Pipe pipe;
  Reporter reporter(LogFormat::text, Verbosity::normal, false, pipe.write_end());
  reporter.show_status("");  // nothing to take away: nothing is written
  reporter.show_status("50 %");
  reporter.note("n");
  reporter.machine_line("{}");
  reporter.show_status("");
  reporter.note("m");
  EXPECT_EQ(pipe.text(), "\r\x1b[K50 %\r\x1b[Kweir: n\n50 %\r\x1b[K{}\n50 %\r\x1b[Kweir: m\n");
}

TEST(Reporter, AClosedStderrIsNoErrorAndRaisesNoSignal) {
  Pipe pipe;
  pipe.close_read();
  ASSERT_NE(::signal(SIGPIPE, SIG_DFL), SIG_ERR);
  Reporter to_nobody(LogFormat::text, Verbosity::normal, false, pipe.write_end());
  to_nobody.error(an_error);
  to_nobody.show_status("x");
  to_nobody.note("n");
  sigset_t pending;
  ASSERT_EQ(::sigpending(&pending), 0);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
  Reporter to_nothing(LogFormat::json, Verbosity::normal, false, -1);
  to_nothing.error(an_error);
}

TEST(Reporter, WaitsForASlowReaderOfANonBlockingPipe) {
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.write_end(), F_SETFL, O_NONBLOCK), 0);
  const std::string text(300'000, 'x');  // more than a pipe holds
  std::thread writer([&] {
    Reporter reporter(LogFormat::text, Verbosity::normal, false, pipe.write_end());
    reporter.note(text);
    pipe.close_write();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const std::string got = pipe.drain();
  writer.join();
  EXPECT_EQ(got.size(), text.size() + 7);
}

TEST(Reporter, LinesOfSeveralThreadsStayWhole) {
  Pipe pipe;
  Reporter reporter(LogFormat::text, Verbosity::normal, false, pipe.write_end());
  constexpr int per_thread = 100;
  std::vector<std::thread> threads;
  for (const char c : {'a', 'b', 'c'}) {
    threads.emplace_back([&reporter, c] {
      for (int i = 0; i < per_thread; ++i) reporter.note(std::string(40, c));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(pipe.text());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(line, "weir: " + std::string(40, line.back()));
  }
  EXPECT_EQ(count, 3 * per_thread);
}

TEST(ColourWanted, NeedsATerminal) {
  const Pipe pipe;
  EXPECT_FALSE(colour_wanted(pipe.write_end()));
}

}  // namespace
}  // namespace weir::cli
