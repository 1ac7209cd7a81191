#include "source/byte_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "weir/progress.h"

namespace weir::source {
namespace {

TEST(ByteQueue, KeepsOrderThroughEveryWrap) {
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += static_cast<char>(i * 7 + i / 256);
  for (const std::size_t capacity : {1U, 2U, 7U, 64U, 100'000U}) {
    ByteQueue queue(capacity);
    std::thread writer([&] {
      std::size_t piece = 1;
      for (std::size_t at = 0; at < content.size(); at += piece, piece = piece % 113 + 1) {
        ASSERT_TRUE(queue.push(std::string_view(content).substr(at, piece)));
      }
      queue.finish();
    });
    std::string read;
    std::array<char, 50> buffer{};
    for (std::size_t want = 1;; want = want % buffer.size() + 1) {
      const auto got = queue.pop(std::span(buffer.data(), want), "x");
      ASSERT_TRUE(got);
      if (*got == 0) break;
      read.append(buffer.data(), *got);
    }
    writer.join();
    EXPECT_TRUE(read == content) << capacity;
  }
}

TEST(ByteQueue, HandsOutWhatCameBeforeTheError) {
  ByteQueue queue(10);
  queue.push("abc");
  queue.fail({ErrorKind::access, "w", "x", "y", ""});
  std::array<char, 8> buffer{};
  EXPECT_EQ(queue.pop(buffer, "x").value(), 3U);
  EXPECT_EQ(queue.pop(buffer, "x").error().kind, ErrorKind::access);
  EXPECT_EQ(queue.pop(buffer, "x").error().kind, ErrorKind::access) << "and again";
}

TEST(ByteQueue, ReleasesAWriterWhenTheReaderLeaves) {
  ByteQueue queue(2);
  std::thread reader([&] { queue.close(); });
  EXPECT_FALSE(queue.push("more than fits"));
  EXPECT_TRUE(queue.closed());
  reader.join();
}

TEST(ByteQueue, EndsAWaitOnInterrupt) {
  ByteQueue queue(2);
  std::thread signal([] { request_interrupt(); });
  std::array<char, 8> buffer{};
  const auto got = queue.pop(buffer, "s3://b/k");
  signal.join();
  clear_interrupt();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(got.error().where, "s3://b/k");
}

}  // namespace
}  // namespace weir::source
