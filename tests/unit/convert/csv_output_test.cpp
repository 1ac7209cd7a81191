#include "convert/csv_output.h"

#include <gtest/gtest.h>

#include "../store/temp_place.h"
#include "decode/decode.h"

namespace weir::convert_tests {
namespace {

using converting::Compression;
using converting::NewFile;

const std::unique_ptr<Sources> sources = make_sources({});

std::string header(const std::vector<std::string>& columns) {
  std::string text;
  converting::append_header(columns, text);
  return text;
}

class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), text_.size() - at_);
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
  Object object_{"dump.csv", std::nullopt, "", 0};
};

TEST(CsvOutput, AHeaderCannotBeTakenForOneOfAnotherDelimiter) {
  EXPECT_EQ(header({"id", "a b", ""}), "id,a b,\n");
  EXPECT_EQ(header({"a;b;c", "d|e", "f\tg", "h,i"}), "\"a;b;c\",\"d|e\",\"f\tg\",\"h,i\"\n");
  EXPECT_EQ(header({""}), "\"\"\n");
}

TEST(CsvOutput, RowsAreReadAsTheyWere) {
  RowBatch batch;
  batch.rows = 3;
  batch.lines = {0, 1, 2};
  batch.columns = {{"a", "", "\"q\""}, {"x,y", "", "two\r\nlines"}};
  std::string text = header({"one", "two"});
  converting::append_rows(batch, text);
  const auto dump = CsvDump::open(std::make_unique<TextStream>(text), {}).value();
  EXPECT_EQ(dump->columns(), (std::vector<std::string>{"one", "two"}));
  dump->select({0, 1});
  const auto reader = dump->reader();
  RowBatch read;
  ASSERT_TRUE(reader->next(read).value());
  ASSERT_EQ(read.rows, 3U);
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(read.columns[0][row], batch.columns[0][row]);
    EXPECT_EQ(read.columns[1][row], batch.columns[1][row]);
  }
}

TEST(CsvOutput, RowsStandInTheOrderOfTheirLines) {
  RowBatch batch;
  batch.rows = 3;
  batch.lines = {5, 6, 2};
  batch.columns = {{"five", "six", "two"}};
  std::string text;
  converting::append_rows(batch, text);
  EXPECT_EQ(text, "two\nfive\nsix\n");
}

TEST(CsvOutput, ARowOfOneEmptyFieldIsARow) {
  RowBatch batch;
  batch.rows = 2;
  batch.lines = {0, 1};
  batch.columns = {{"", "a"}};
  std::string text;
  converting::append_rows(batch, text);
  EXPECT_EQ(text, "\"\"\na\n");
}

TEST(CsvOutput, CompressesWhatCanBeReadAgain) {
  const TempPlace place;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i * 7919 % 100'003) + '\n';
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    const auto file = NewFile::create(place / "out", *sources).value();
    const auto out = converting::make_compressor(compression, *file).value();
    for (std::size_t at = 0; at < text.size(); at += 99'991)
      ASSERT_TRUE(out->write(std::string_view(text).substr(at, 99'991)));
    ASSERT_TRUE(out->finish());
    std::string stored(file->size().value(), '\0');
    std::ifstream(file->open_path(), std::ios::binary).read(stored.data(), static_cast<std::streamsize>(stored.size()));
    EXPECT_EQ(stored.size() < text.size(), compression != Compression::none);
    const auto plain = decompress(std::make_unique<TextStream>(stored), nullptr, nullptr).value().bytes;
    std::string back(text.size() + 1, '\0');
    std::size_t filled = 0;
    while (const std::size_t got = plain->read(std::span(back).subspan(filled)).value()) filled += got;
    back.resize(filled);
    EXPECT_TRUE(back == text);
  }
}

TEST(CsvOutput, OfNothingIsNoError) {
  const TempPlace place;
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const auto file = NewFile::create(place / "out", *sources).value();
    const auto out = converting::make_compressor(compression, *file).value();
    ASSERT_TRUE(out->finish());
    EXPECT_GT(file->size().value(), 0U);
  }
}

}  // namespace
}  // namespace weir::convert_tests
