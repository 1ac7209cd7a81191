#include "ingest/content_hash.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "memory_sources.h"
#include "weir/progress.h"

namespace weir::ingest_tests {
namespace {

std::string large_content() {
  std::string content;
  for (int i = 0; content.size() < 1'000'000; ++i) content += std::to_string(i) + ",";
  return content;
}

std::unique_ptr<ByteStream> stream_of(MemoryObject object) {
  MemorySources sources;
  sources.objects["-"] = std::move(object);
  return sources.open("-").value();
}

std::string hash_of(const std::string& content) {
  return content_hash_of(*stream_of({.content = content})).value();
}

std::string all_of(ByteStream& stream) {
  std::string all;
  std::string buffer(1'000, '\0');
  while (const std::size_t got = stream.read(buffer).value()) all.append(buffer, 0, got);
  return all;
}

// Sets TMPDIR for one test.
class TmpDir {
 public:
  explicit TmpDir(const std::string& path) { setenv("TMPDIR", path.c_str(), 1); }
  ~TmpDir() {
    if (before_.empty()) {
      unsetenv("TMPDIR");
    } else {
      setenv("TMPDIR", before_.c_str(), 1);
    }
  }
  TmpDir(const TmpDir&) = delete;
  TmpDir& operator=(const TmpDir&) = delete;

 private:
  std::string before_ = std::getenv("TMPDIR") == nullptr ? "" : std::getenv("TMPDIR");
};

// Values of the reference implementation (xxhsum -H2).
TEST(ContentHash, IsXxh3) {
  EXPECT_EQ(hash_of(""), "xxh3-128:99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hash_of("a,b\n1,2\n"), "xxh3-128:16d51c327d7d2547a793f8d7bbc4457a");
}

TEST(ContentHash, TellsContentsApart) {
  const std::string content = large_content();
  std::string other = content;
  other.back() = '.';
  EXPECT_EQ(hash_of(content), hash_of(content));
  EXPECT_NE(hash_of(content), hash_of(other));
}

TEST(Spool, KeepsBytesAndObjectAndLeavesNoFile) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "weir_spool_test";
  std::filesystem::create_directory(directory);
  const TmpDir set(directory.string());
  const std::string content = large_content();
  Result<Spooled> copy = spool(*stream_of({.content = content, .version = "v"}));
  ASSERT_TRUE(copy.has_value());
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  EXPECT_EQ(copy->content_hash, hash_of(content));
  EXPECT_EQ(copy->stream->object().uri, "-");
  EXPECT_EQ(copy->stream->object().version, "v");
  EXPECT_EQ(copy->stream->object().bytes, content.size());
  EXPECT_EQ(all_of(*copy->stream), content);
  std::filesystem::remove(directory);
}

TEST(Spool, SaysWhereThereIsNoRoom) {
  const TmpDir set("/nowhere/at/all");
  const Result<Spooled> copy = spool(*stream_of({.content = "a"}));
  ASSERT_FALSE(copy.has_value());
  EXPECT_EQ(copy.error().where, "/nowhere/at/all");
  EXPECT_NE(copy.error().next.find("TMPDIR"), std::string::npos);
}

TEST(Spool, HandsOnWhatTheStreamSays) {
  const Result<Spooled> copy = spool(*stream_of({.content = large_content(), .breaks_after = 500'000}));
  ASSERT_FALSE(copy.has_value());
  EXPECT_EQ(copy.error().why, "the connection broke");
}

TEST(ContentHash, StopsWhenInterrupted) {
  request_interrupt();
  const Result<std::string> hash = content_hash_of(*stream_of({.content = "a"}));
  clear_interrupt();
  ASSERT_FALSE(hash.has_value());
  EXPECT_EQ(hash.error().kind, ErrorKind::interrupted);
}

}  // namespace
}  // namespace weir::ingest_tests
