#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "source/file.h"
#include "temp_directory.h"
#include "weir/progress.h"

namespace weir::source_tests {
namespace {

using source::open_file;
using source::stat_file;
using testing::HasSubstr;

Result<std::string> read_all(ByteStream& stream) {
  std::string content;
  std::array<char, 1000> buffer{};
  for (;;) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) return content;
    content.append(buffer.data(), got);
  }
}

class FileStream : public testing::Test {
 protected:
  TempDirectory directory_;
};

TEST_F(FileStream, ReadsAFileAndTellsItsVersion) {
  const std::string content(2500, 'x');
  const std::string path = directory_.write("a", content);
  const auto stream = open_file(path, 0, "").value();
  EXPECT_EQ(stream->object().uri, path);
  EXPECT_EQ(stream->object().bytes, 2500U);
  EXPECT_EQ(stream->object().version, stat_file(path).value().value().version);
  EXPECT_GT(stream->object().modified_ns, 0);
  EXPECT_EQ(read_all(*stream).value(), content);
}

TEST_F(FileStream, ResumesTheSameVersionOnly) {
  const std::string path = directory_.write("a", "0123456789");
  const std::string version = stat_file(path).value().value().version;
  EXPECT_EQ(read_all(**open_file(path, 4, version)).value(), "456789");
  EXPECT_EQ(read_all(**open_file(path, 10, version)).value(), "");
  EXPECT_FALSE(open_file(path, 11, version));
  directory_.write("a", "0123456789+");
  EXPECT_THAT(open_file(path, 4, version).error().why, HasSubstr("has changed"));
}

TEST_F(FileStream, NoticesAFileThatGrowsOrShrinksMeanwhile) {
  const std::string path = directory_.write("a", std::string(3000, 'x'));
  for (const char* change : {"longer", "shorter"}) {
    const auto stream = open_file(path, 0, "").value();
    std::array<char, 100> buffer{};
    ASSERT_EQ(stream->read(buffer).value(), buffer.size());
    directory_.write("a", std::string(change == std::string("longer") ? 4000 : 200, 'y'));
    const auto rest = read_all(*stream);
    ASSERT_FALSE(rest) << change;
    EXPECT_THAT(rest.error().why, HasSubstr("changed while being read"));
  }
}

TEST_F(FileStream, ReadsAFifoToItsEnd) {
  const std::string path = directory_ / "fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(write(fd, "abc", 3), 3);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    close(fd);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto stream = open_file(path, 0, "").value();
  EXPECT_EQ(stream->object().bytes, std::nullopt);
  EXPECT_EQ(stream->object().version, "");
  EXPECT_EQ(read_all(*stream).value(), "abcabcabc");
  writer.join();
  EXPECT_FALSE(open_file(path, 1, ""));
}

// Nothing was written yet: that is no end.
TEST_F(FileStream, WaitsForAFifosFirstWriter) {
  const std::string path = directory_ / "fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto stream = open_file(path, 0, "").value();
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(write(fd, "late", 4), 4);
    close(fd);
  });
  EXPECT_EQ(read_all(*stream).value(), "late");
  writer.join();
}

TEST_F(FileStream, EndsTheWaitForASilentPipeOnInterrupt) {
  const std::string path = directory_ / "fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto stream = open_file(path, 0, "").value();
  std::thread signal([] { request_interrupt(); });
  const auto read = read_all(*stream);
  signal.join();
  clear_interrupt();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::interrupted);
}

TEST_F(FileStream, RefusesDirectoriesAndWhatIsNotThere) {
  EXPECT_THAT(open_file(directory_.path(), 0, "").error().why, HasSubstr("directory"));
  EXPECT_THAT(stat_file(directory_.path()).error().why, HasSubstr("directory"));
  EXPECT_EQ(open_file(directory_ / "no", 0, "").error().kind, ErrorKind::missing);
  EXPECT_EQ(stat_file(directory_ / "no").value(), std::nullopt);
  EXPECT_EQ(stat_file(directory_.write("a", "") + "/b").value(), std::nullopt);
}

// As a user who may not, in a process of its own: the tests may run as root.
TEST_F(FileStream, SaysThatAFileMayNotBeRead) {
  const std::string path = directory_.write("closed", "x");
  chmod(directory_.path().c_str(), 0755);
  chmod(path.c_str(), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    const auto opened = open_file(path, 0, "");
    _exit(!opened && opened.error().kind == ErrorKind::access ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace weir::source_tests
