#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/thread_stop.h"
#include "decode/decode.h"
#include "decode/magic.h"

namespace weir {
namespace {

using namespace std::literals;
using testing::HasSubstr;

// Serves text in pieces of at most `piece` bytes; fails after the last byte when told so.
class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string text, std::size_t piece = SIZE_MAX, bool fails = false)
      : text_(std::move(text)), piece_(piece), fails_(fails) {
    object_.uri = "dump.csv.gz";
  }
  Result<std::size_t> read(std::span<char> buffer) override {
    EXPECT_FALSE(ended_) << "read again after the end";
    const std::size_t count = std::min({buffer.size(), piece_, text_.size() - offset_});
    if (count == 0 && fails_) return fail("cannot read", object_.uri, "the connection broke");
    text_.copy(buffer.data(), count, offset_);
    offset_ += count;
    ended_ = count == 0;
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string text_;
  std::size_t offset_ = 0;
  std::size_t piece_;
  bool fails_;
  bool ended_ = false;
  Object object_;
};

std::string gzip_member(std::string_view plain, int level = 6) {
  z_stream deflater{};
  EXPECT_EQ(deflateInit2(&deflater, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&deflater, static_cast<uLong>(plain.size())) + 64, '\0');
  std::string in(plain);
  deflater.next_in = reinterpret_cast<Bytef*>(in.data());
  deflater.avail_in = static_cast<uInt>(in.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&deflater, Z_FINISH), Z_STREAM_END);
  out.resize(deflater.total_out);
  deflateEnd(&deflater);
  return out;
}

// A member with every optional part of the header: FEXTRA, FNAME, FCOMMENT, FHCRC.
std::string gzip_member_with_full_header(std::string_view plain) {
  std::string header = "\x1f\x8b\x08\x1e\0\0\0\0\0\x03"s + "\x04\0abcd"s + "name.csv\0"s + "a comment\0"s;
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(header.data()), static_cast<uInt>(header.size()));
  header += static_cast<char>(crc & 0xFFU);
  header += static_cast<char>((crc >> 8U) & 0xFFU);
  return header + gzip_member(plain).substr(10);
}

std::string zstd_frame(std::string_view plain, int level = 3) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), level);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  out.resize(size);
  return out;
}

Result<std::string> drain(ByteStream& stream, std::size_t buffer_bytes = 65536) {
  std::string out;
  std::vector<char> buffer(buffer_bytes);
  while (true) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) return out;
    out.append(buffer.data(), got);
  }
}

Result<std::string> decompressed(std::string stored, std::size_t piece = SIZE_MAX, std::size_t buffer_bytes = 65536) {
  WEIR_TRY_ASSIGN(const auto plain,
                  decompress(std::make_unique<TextStream>(std::move(stored), piece), nullptr, nullptr));
  return drain(*plain.bytes, buffer_bytes);
}

std::string why(const Result<std::string>& result) {
  return result ? "no error" : result.error().why;
}

std::string rows(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += std::to_string(random()) + ",2021-04-" + std::to_string(random() % 30 + 1) + ",some@example.com\n";
  }
  return out;
}

std::string hash_of(const std::string& bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "xxh3-128:%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

TEST(Decompress, PassesPlainBytesThroughWhateverTheirLength) {
  const std::string text = rows(3, 1);
  for (std::size_t length = 0; length <= text.size(); ++length) {
    EXPECT_EQ(decompressed(text.substr(0, length)).value(), text.substr(0, length));
    EXPECT_EQ(decompressed(text.substr(0, length), 1, 1).value(), text.substr(0, length));
  }
}

TEST(Decompress, ShortFilesThatOnlyBeginLikeAFormatAreText) {
  for (const std::string& text : {"\x1f"s, "P"s, "PK"s, "BZh"s, "BZh9"s, "PAR1"s, "PAR1,id\n"s, "PAR1\n"s, "7z\n"s,
                                  "\x28\xb5\x2f"s, "BZh9,timestamp,email\n"s, "\xef\xbb\xbfid\n"s}) {
    EXPECT_EQ(decompressed(text).value(), text);
  }
}

TEST(Decompress, GzipAtEveryChunking) {
  const std::string text = rows(2000, 2);
  for (const int level : {0, 1, 6, 9}) {
    const std::string stored = gzip_member(text, level);
    for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 11UL, 64UL, 1000UL, SIZE_MAX}) {
      for (const std::size_t buffer : {1UL, 13UL, 4096UL, 1UL << 20U}) {
        EXPECT_EQ(decompressed(stored, piece, buffer).value(), text) << level << ' ' << piece << ' ' << buffer;
      }
    }
  }
}

TEST(Decompress, EveryGzipMemberAtEveryChunking) {
  std::string text;
  std::string stored;
  for (unsigned i = 0; i < 40; ++i) {
    const std::string part = rows(i % 7 * 11, i);  // empty members too
    text += part;
    stored += i % 3 == 0 ? gzip_member_with_full_header(part) : gzip_member(part, static_cast<int>(i % 10));
  }
  for (std::size_t piece = 1; piece < 40; ++piece) EXPECT_EQ(decompressed(stored, piece).value(), text) << piece;
  EXPECT_EQ(decompressed(stored).value(), text);
}

TEST(Decompress, GzipLargerThanEveryBuffer) {
  const std::string text = rows(400'000, 3);
  const std::string stored = gzip_member(text, 1) + gzip_member(text, 6);
  EXPECT_EQ(decompressed(stored).value(), text + text);
}

TEST(Decompress, GzipCutAnywhereIsAnError) {
  const std::string stored = gzip_member_with_full_header(rows(20, 4)) + gzip_member(rows(20, 5));
  const std::size_t first_member = gzip_member_with_full_header(rows(20, 4)).size();
  for (std::size_t length = 2; length < stored.size(); ++length) {
    if (length == first_member) continue;  // a complete file
    for (const std::size_t piece : {1UL, SIZE_MAX}) {
      EXPECT_THAT(why(decompressed(stored.substr(0, length), piece)), HasSubstr("truncated")) << length;
    }
  }
  EXPECT_EQ(decompressed(stored.substr(0, first_member)).value(), rows(20, 4));
}

TEST(Decompress, AnyFlippedBitOfGzipDataIsSeen) {
  const std::string text = rows(30, 6);
  const std::string stored = gzip_member(text);
  for (std::size_t i = 10; i < stored.size(); ++i) {  // the ten bytes of header hold no checksum of their own
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string bad = stored;
      bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ (1U << bit));
      EXPECT_FALSE(decompressed(bad).has_value()) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(Decompress, GzipTrailingBytes) {
  const std::string text = rows(20, 7);
  const std::string stored = gzip_member(text);
  for (const std::size_t piece : {1UL, 100UL, SIZE_MAX}) {
    EXPECT_EQ(decompressed(stored + "\0"s, piece).value(), text);
    EXPECT_EQ(decompressed(stored + std::string(5000, '\0'), piece).value(), text);
    EXPECT_THAT(why(decompressed(stored + std::string(5000, '\0') + "x", piece)),
                HasSubstr("zero bytes and then more"));
    EXPECT_THAT(why(decompressed(stored + "garbage", piece)), HasSubstr("is not gzip"));
    EXPECT_THAT(why(decompressed(stored + "\x1fgarbage", piece)), HasSubstr("the gzip header near"));
  }
}

TEST(Decompress, GzipOfAnotherMethodIsRefused) {
  EXPECT_THAT(why(decompressed("\x1f\x8b\x07\0\0\0\0\0\0\x03 and so on, for a while longer"s)),
              HasSubstr("compression method"));
}

TEST(Decompress, RandomBytesAfterAGzipHeaderNeverCrash) {
  std::mt19937 random(8);
  for (int round = 0; round < 3000; ++round) {
    std::string stored = "\x1f\x8b\x08\0\0\0\0\0\0\x03"s;
    stored[3] = static_cast<char>(random() & 0x1FU);
    const std::size_t length = random() % 400;
    for (std::size_t i = 0; i < length; ++i) stored += static_cast<char>(random());
    EXPECT_FALSE(decompressed(stored, random() % 50 + 1).has_value());
  }
}

TEST(Decompress, ZstdAtEveryChunkingAndEveryFrame) {
  const std::string text = rows(3000, 9);
  const std::string skippable = "\x53\x2a\x4d\x18\x05\0\0\0abcde"s;
  const std::string stored = skippable + zstd_frame(text) + skippable + zstd_frame("") + zstd_frame(text, 19);
  for (const std::size_t piece : {1UL, 2UL, 3UL, 17UL, 1000UL, SIZE_MAX}) {
    for (const std::size_t buffer : {1UL, 4096UL, 1UL << 20U}) {
      EXPECT_EQ(decompressed(stored, piece, buffer).value(), text + text) << piece << ' ' << buffer;
    }
  }
  const std::string big = rows(400'000, 10);
  EXPECT_EQ(decompressed(zstd_frame(big, 1)).value(), big);
}

TEST(Decompress, ZstdCutAnywhereIsAnError) {
  const std::string stored = zstd_frame(rows(20, 11)) + zstd_frame(rows(20, 12));
  const std::size_t first_frame = zstd_frame(rows(20, 11)).size();
  for (std::size_t length = 4; length < stored.size(); ++length) {
    if (length == first_frame) continue;
    EXPECT_THAT(why(decompressed(stored.substr(0, length))), HasSubstr("truncated")) << length;
  }
}

TEST(Decompress, ZstdTrailingGarbageIsAnError) {
  EXPECT_THAT(why(decompressed(zstd_frame("a,b\n") + "garbage")), HasSubstr("bad zstd data near byte"));
}

TEST(Decompress, NamesTheFormatsItDoesNotRead) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"PK\x03\x04 and more"s, "zip archive"},
      {"PK\x05\x06"s, "zip archive"},
      {"BZh91AY&SY\0\0"s, "bzip2"},
      {"\xfd"
       "7zXZ\0\0\x04"s,
       "xz"},
      {"7z\xbc\xaf\x27\x1c\0"s, "7z"},
      {"\x04\x22\x4d\x18"s, "lz4"},
      {"PARE\x15\x04\x15\x10"s, "encrypted Parquet"},
      {"\xff\xfei\0d\0"s, "UTF-16"},
      {"\x1f\x9d\x90"s, "compress (.Z)"},
  };
  for (const auto& [bytes, name] : cases) {
    const auto stream = decompress(std::make_unique<TextStream>(bytes), nullptr, nullptr);
    ASSERT_FALSE(stream.has_value()) << name;
    EXPECT_THAT(stream.error().why, HasSubstr(name));
    EXPECT_EQ(stream.error().where, "dump.csv.gz");
    EXPECT_FALSE(stream.error().next.empty());
  }
}

TEST(Decompress, LeavesParquetAsItIsStored) {
  const std::string stored = "PAR1\x15\x04\x15\x10 and so on PAR1"s;
  auto opened = decompress(std::make_unique<TextStream>(stored, 5), nullptr, nullptr);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->is_parquet);
  EXPECT_EQ(drain(*opened->bytes).value(), stored);
  auto text = decompress(std::make_unique<TextStream>("PAR1,b\n1,2\n"), nullptr, nullptr);
  ASSERT_TRUE(text.has_value());
  EXPECT_FALSE(text->is_parquet);
}

TEST(Decompress, CountsAndHashesTheStoredBytes) {
  const std::string text = rows(50'000, 13);
  const std::string padded = gzip_member(text) + std::string(3000, '\0');
  for (const std::string& stored : {text, padded, zstd_frame(text), ""s, "x"s}) {
    for (const std::size_t piece : {777UL, SIZE_MAX}) {
      Progress progress;
      std::string hash;
      auto stream = decompress(std::make_unique<TextStream>(stored, piece), &progress, &hash);
      ASSERT_TRUE(stream.has_value());
      ASSERT_TRUE(drain(*stream->bytes).has_value());
      EXPECT_EQ(hash, hash_of(stored));
      EXPECT_EQ(progress.bytes_read.load(), stored.size());
    }
  }
}

TEST(Decompress, AnErrorOfTheSourceComesOutAndStays) {
  for (const std::string& stored : {rows(10, 14), gzip_member(rows(10, 14)), zstd_frame(rows(10, 14))}) {
    auto stream = decompress(std::make_unique<TextStream>(stored, SIZE_MAX, true), nullptr, nullptr);
    ASSERT_TRUE(stream.has_value());
    EXPECT_EQ(why(drain(*stream->bytes)), "the connection broke");
    EXPECT_EQ(why(drain(*stream->bytes)), "the connection broke");
  }
}

TEST(Decompress, GivesWhatCameBeforeTheEndAgainAndAgain) {
  auto stream = decompress(std::make_unique<TextStream>(gzip_member("a,b\n")), nullptr, nullptr);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(drain(*stream->bytes).value(), "a,b\n");
  EXPECT_EQ(drain(*stream->bytes).value(), "");
}

TEST(Decompress, CanBeAbandonedAnywhere) {
  const std::string stored = gzip_member(rows(400'000, 15), 1);
  for (std::size_t reads = 0; reads < 12; ++reads) {
    auto stream = decompress(std::make_unique<TextStream>(stored), nullptr, nullptr);
    ASSERT_TRUE(stream.has_value());
    std::vector<char> buffer(700'000);
    for (std::size_t i = 0; i < reads; ++i) ASSERT_TRUE(stream->bytes->read(buffer).has_value());
  }
}

TEST(Decompress, StopsWhenInterrupted) {
  auto stream = decompress(std::make_unique<TextStream>(gzip_member(rows(400'000, 16), 1)), nullptr, nullptr);
  ASSERT_TRUE(stream.has_value());
  request_interrupt();
  const Result<std::string> result = drain(*stream->bytes);
  clear_interrupt();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, ErrorKind::interrupted);
}

// A beginning of a gzip file from a writer that then says nothing: it can only be interrupted.
class SilentStream final : public ByteStream {
 public:
  explicit SilentStream(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), text_.size() - at_);
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (count == 0 && !interrupted()) {
      if (std::chrono::steady_clock::now() > patience) {
        ADD_FAILURE() << "waited for the writer";
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (count == 0) return fail(ErrorKind::interrupted, "stopped reading", "silent", "interrupted");
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
  Object object_;
};

// Another thread has failed, and nobody wants the bytes that this one waits for.
TEST(Decompress, AStoppedThreadDoesNotWaitForASilentWriter) {
  const std::string stored = gzip_member(rows(10'000, 17));
  const auto stream = decompress(std::make_unique<SilentStream>(stored.substr(0, stored.size() / 2)), nullptr, nullptr);
  ASSERT_TRUE(stream) << to_string(stream.error());
  std::atomic<bool> stopped{false};
  std::jthread other([&] {
    std::this_thread::sleep_for(20ms);
    stopped = true;
  });
  const ThreadStop stop(stopped);
  std::array<char, 64> buffer{};
  Result<std::size_t> got = stream->bytes->read(buffer);
  while (got && *got > 0) got = stream->bytes->read(buffer);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::interrupted);
}

TEST(Decompress, AnAbandonedStreamDoesNotWaitForASilentWriter) {
  const std::string stored = gzip_member(rows(10'000, 17));
  auto stream = decompress(std::make_unique<SilentStream>(stored.substr(0, stored.size() / 2)), nullptr, nullptr);
  ASSERT_TRUE(stream.has_value());
  stream->bytes.reset();
  EXPECT_FALSE(interrupted()) << "nobody else is";
}

}  // namespace
}  // namespace weir
