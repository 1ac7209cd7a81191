#include "source/part_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace weir::source_tests {
namespace {

using source::PartWindow;
using namespace std::chrono_literals;

constexpr auto long_enough = 10s;
const Error broken{ErrorKind::access, "w", "x", "y", ""};

std::string content_of(std::size_t size) {
  std::string content;
  for (std::size_t i = 0; i < size; ++i) content += static_cast<char>(i * 7 + i / 256);
  return content;
}

std::string read_all(PartWindow& window) {
  std::string read;
  std::array<char, 50> buffer{};
  for (std::size_t want = 1;; want = want % buffer.size() + 1) {
    EXPECT_TRUE(window.wait(long_enough));
    const auto got = window.take(std::span(buffer.data(), want));
    EXPECT_TRUE(got);
    if (!got || *got == 0) return read;
    read.append(buffer.data(), *got);
  }
}

// In pieces of every length.
void write_part(PartWindow& window, const std::string& content, std::size_t first) {
  const std::size_t end = std::min(first + window.part_bytes(), content.size());
  std::size_t piece = first % 13 + 1;
  for (std::size_t at = first; at < end; at += piece, piece = piece % 113 + 1) {
    ASSERT_TRUE(window.write(at, std::string_view(content).substr(at, std::min(piece, end - at))));
  }
}

TEST(PartWindow, KeepsTheOrderOfPartsThatSeveralWrite) {
  const std::string content = content_of(20'000);
  for (const std::size_t part_bytes : {1U, 64U, 1000U, 19'999U, 20'000U, 30'000U}) {
    for (const std::size_t parts : {1U, 2U, 7U}) {
      PartWindow window(part_bytes, parts);
      window.end_at(content.size());
      std::vector<std::thread> writers;
      for (std::size_t i = 0; i < parts; ++i) {
        writers.emplace_back([&, i] {
          if (i == 0) write_part(window, content, 0);
          while (const auto part = window.claim()) write_part(window, content, *part * part_bytes);
        });
      }
      EXPECT_TRUE(read_all(window) == content) << part_bytes << ' ' << parts;
      for (std::thread& writer : writers) writer.join();
    }
  }
}

TEST(PartWindow, TakesBytesWithoutAnEndFromOneWriter) {
  const std::string content = content_of(20'000);
  PartWindow window(64, 2);
  std::thread writer([&] {
    for (std::size_t at = 0; at < content.size(); at += 500) window.write(at, content.substr(at, 500));
    window.end_at(content.size());
  });
  EXPECT_TRUE(read_all(window) == content);
  writer.join();
}

TEST(PartWindow, GivesOutNoPartForWhichThereIsNoRoom) {
  PartWindow window(10, 2);
  window.end_at(100);
  EXPECT_EQ(window.claim(), 1U);
  std::atomic<bool> claimed{false};
  std::thread waiting([&] {
    EXPECT_EQ(window.claim(), 2U);
    claimed = true;
  });
  window.write(0, "123456789");
  std::array<char, 10> buffer{};
  EXPECT_EQ(window.take(buffer).value(), 9U);
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(claimed) << "the first part is not read to its end";
  window.write(9, "0");
  EXPECT_EQ(window.take(buffer).value(), 1U);
  waiting.join();
  window.close();
}

TEST(PartWindow, HandsOutWhatCameBeforeAnError) {
  PartWindow window(10, 3);
  window.end_at(30);
  EXPECT_EQ(window.claim(), 1U);
  EXPECT_EQ(window.claim(), 2U);
  window.write(20, "abc");
  window.fail(23, {ErrorKind::failed, "later", "", "", ""}, false);
  window.fail(14, broken, true);
  EXPECT_EQ(window.claim(), std::nullopt) << "nobody begins what nobody will read";
  std::array<char, 50> buffer{};
  EXPECT_FALSE(window.wait(1ms));
  window.write(0, "0123456789");
  EXPECT_EQ(window.take(buffer).value(), 10U);
  EXPECT_FALSE(window.object_changed()) << "that part is still to come";
  window.write(10, "abcd");
  EXPECT_EQ(window.take(buffer).value(), 4U);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(window.wait(long_enough));
    EXPECT_EQ(window.take(buffer).error().kind, ErrorKind::access);
  }
  EXPECT_TRUE(window.object_changed());
}

// What the checker is given until there is no more.
std::string check_all(PartWindow& window) {
  std::string seen;
  for (std::string_view bytes = window.unchecked(); !bytes.empty(); bytes = window.unchecked()) {
    seen += bytes;
    window.checked(bytes.size());
  }
  return seen;
}

TEST(PartWindow, LetsACheckerSeeWhatTheReaderGets) {
  const std::string content = content_of(20'000);
  for (const std::size_t part_bytes : {1U, 64U, 1000U, 30'000U}) {
    PartWindow window(part_bytes, 3);
    window.expect_checker();
    window.end_at(content.size());
    std::thread first([&] {
      write_part(window, content, 0);
      while (const auto part = window.claim()) write_part(window, content, *part * part_bytes);
    });
    std::thread second([&] {
      while (const auto part = window.claim()) write_part(window, content, *part * part_bytes);
    });
    std::string seen;
    std::thread checker([&] {
      seen = check_all(window);
      window.conclude({});
    });
    EXPECT_TRUE(read_all(window) == content) << part_bytes;
    for (std::thread* thread : {&first, &second, &checker}) thread->join();
    EXPECT_TRUE(seen == content) << part_bytes;
  }
}

TEST(PartWindow, KeepsBytesUntilTheyAreChecked) {
  PartWindow window(4, 2);
  window.expect_checker();
  window.end_at(12);
  EXPECT_EQ(window.claim(), 1U);
  window.write(0, "0123");
  window.write(4, "4567");
  std::array<char, 4> buffer{};
  EXPECT_EQ(window.take(buffer).value(), 4U);
  std::thread claiming([&] { EXPECT_EQ(window.claim(), 2U); });
  std::this_thread::sleep_for(10ms);
  const std::string_view bytes = window.unchecked();
  EXPECT_EQ(bytes, "0123");
  window.checked(bytes.size());
  claiming.join();
  window.close();
}

TEST(PartWindow, EndsOnlyWithTheVerdict) {
  for (const bool sound : {true, false}) {
    PartWindow window(10, 2);
    window.expect_checker();
    window.end_at(3);
    window.write(0, "abc");
    std::array<char, 10> buffer{};
    EXPECT_EQ(window.take(buffer).value(), 3U);
    EXPECT_FALSE(window.wait(10ms)) << "it may be the wrong bytes";
    EXPECT_EQ(check_all(window), "abc");
    window.conclude(sound ? Status{} : tl::unexpected(broken));
    EXPECT_TRUE(window.wait(long_enough));
    const auto got = window.take(buffer);
    EXPECT_EQ(got.has_value(), sound);
    EXPECT_FALSE(window.object_changed());
  }
}

TEST(PartWindow, LetsItsCheckerGo) {
  PartWindow left(10, 2);
  left.expect_checker();
  std::thread waiting([&] { EXPECT_EQ(check_all(left), ""); });
  std::this_thread::sleep_for(10ms);
  left.close();
  waiting.join();
  PartWindow failed(10, 2);
  failed.expect_checker();
  failed.end_at(8);
  failed.write(0, "ab");
  failed.fail(2, broken, true);
  EXPECT_EQ(check_all(failed), "ab");
  failed.conclude(tl::unexpected(Error{ErrorKind::failed, "half of it has another checksum", "", "", ""}));
  std::array<char, 10> buffer{};
  EXPECT_EQ(failed.take(buffer).value(), 2U);
  EXPECT_EQ(failed.take(buffer).error().kind, ErrorKind::access) << "why it is half";
}

TEST(PartWindow, ReleasesItsWritersWhenTheReaderLeaves) {
  PartWindow window(2, 2);
  window.end_at(100);
  EXPECT_EQ(window.claim(), 1U);
  std::thread claiming([&] { EXPECT_EQ(window.claim(), std::nullopt); });
  std::thread writing([&] { EXPECT_FALSE(window.write(0, "more than fits")); });
  std::this_thread::sleep_for(10ms);
  window.close();
  claiming.join();
  writing.join();
  EXPECT_TRUE(window.closed());
}

}  // namespace
}  // namespace weir::source_tests
