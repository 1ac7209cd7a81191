#include "store/postgres/wire.h"

#include <gmock/gmock.h>

#include <optional>
#include <random>
#include <string>

#include "weir/period.h"

namespace weir::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PostgresWire, NumbersAreBigEndianAndCountFrom2000) {
  std::string out;
  put_int16(out, 0x0102);
  put_int32(out, 0x03040506);
  put_int64(out, -2);
  EXPECT_EQ(out, std::string("\x01\x02\x03\x04\x05\x06\xff\xff\xff\xff\xff\xff\xff\xfe"));
  EXPECT_EQ(int32_at(out.data() + 2), 0x03040506);
  EXPECT_EQ(int64_at(out.data() + 6), -2);
  EXPECT_EQ(days_to_wire(to_day_number({2000, 1, 2})), 1);
  EXPECT_EQ(days_from_wire(-1), to_day_number({1999, 12, 31}));
  EXPECT_EQ(time_to_wire(std::int64_t{to_day_number({2000, 1, 1})} * 86'400'000'000 + 7), 7);
  EXPECT_EQ(time_from_wire(time_to_wire(-1)), -1);
}

TEST(PostgresWire, ArraysComeBackAsTheyWent) {
  const std::vector<std::string_view> texts{"a", "", "it's \"odd\", {x}"};
  std::string out;
  put_text_array(out, texts.data(), texts.size());
  EXPECT_THAT(texts_from_wire(out), ElementsAre("a", "", "it's \"odd\", {x}"));
  std::string none;
  put_text_array(none, nullptr, 0);
  EXPECT_THAT(texts_from_wire(none), IsEmpty());
}

TEST(PostgresWire, ARowStopsAtTheLimitAndGoesOnFromThere) {
  EventBatch batch;
  batch.rows = 3;
  batch.day = {no_day, 10957, 10958};
  batch.country = {std::string_view{}, "x", "y"};
  std::string out;
  const std::size_t next = put_copy_events(out, 1, batch, 0, "tail");
  EXPECT_EQ(next, 1U);
  // 11 columns: the ten of the dump, all NULL, and the one of the tail.
  std::string nulls("\x00\x0b", 2);
  for (int i = 0; i < 10; ++i) put_int32(nulls, -1);
  EXPECT_EQ(out, nulls + "tail");
  EXPECT_EQ(put_copy_events(out, 1'000'000, batch, next, "tail"), 3U);
}

void put_value(std::string& out, std::optional<std::string> bytes) {
  put_int32(out, bytes ? static_cast<std::int32_t>(bytes->size()) : -1);
  if (bytes) out += *bytes;
}

std::optional<std::string> text_of(const std::vector<std::string_view>& column, std::size_t row) {
  if (column.empty() || column[row].data() == nullptr) return std::nullopt;
  return std::string(column[row]);
}

// A row as the format's description has it, value by value.
std::string row_of(const EventBatch& batch, std::size_t row) {
  std::string time;
  put_int64(time, batch.timestamp_us.empty() ? 0 : time_to_wire(batch.timestamp_us[row]));
  std::string day;
  put_int32(day, batch.day.empty() ? 0 : days_to_wire(batch.day[row]));
  std::string tags;
  const std::size_t first = batch.tags.offsets.empty() ? 0 : batch.tags.offsets[row];
  const std::size_t count = batch.tags.offsets.empty() ? 0 : batch.tags.offsets[row + 1] - first;
  for (std::size_t i = first; i < first + count; ++i) tags += "\x1F" + std::string(batch.tags.values[i]);
  std::string out;
  put_int16(out, 11);
  put_value(out, text_of(batch.id, row));
  put_value(out, batch.timestamp_us.empty() ? std::nullopt : std::optional(time));
  put_value(out, batch.day.empty() ? std::nullopt : std::optional(day));
  for (const auto* column : {&batch.email, &batch.company, &batch.country, &batch.ip, &batch.uri, &batch.action}) {
    put_value(out, text_of(*column, row));
  }
  put_value(out, count == 0 ? std::nullopt : std::optional(tags));
  return out;
}

TEST(PostgresWire, RowsAreTheirValuesOneAfterAnother) {
  const std::string words = "abcdefghijklmnopqrstuvwxyz\xC3\xA9";
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    EventBatch batch;
    batch.rows = 1 + random() % 5;
    for (auto* column :
         {&batch.id, &batch.email, &batch.company, &batch.country, &batch.ip, &batch.uri, &batch.action}) {
      if (random() % 5 == 0) continue;  // nobody asked for it
      for (std::size_t row = 0; row < batch.rows; ++row) {
        column->push_back(random() % 4 == 0 ? std::string_view()
                                            : std::string_view(words).substr(0, 1 + random() % 27));
      }
    }
    if (random() % 4 != 0) batch.timestamp_us.assign(batch.rows, static_cast<std::int64_t>(random()));
    if (random() % 4 != 0) batch.day.assign(batch.rows, static_cast<DayNumber>(random() % 20'000));
    if (random() % 4 != 0) {
      batch.tags.offsets.push_back(0);
      for (std::size_t row = 0; row < batch.rows; ++row) {
        for (std::size_t i = random() % 4; i > 0; --i) batch.tags.values.push_back(words);
        batch.tags.offsets.push_back(static_cast<std::uint32_t>(batch.tags.values.size()));
      }
    }
    std::string expected;
    for (std::size_t row = 0; row < batch.rows; ++row) expected += row_of(batch, row) + "tail";
    std::string out;
    EXPECT_EQ(put_copy_events(out, 1'000'000, batch, 0, "tail"), batch.rows);
    ASSERT_EQ(out, expected) << "round " << round;
  }
}

// The tags of a row that has nothing else, as they are stored.
std::string stored_tags(const std::vector<std::string>& tags) {
  EventBatch batch;
  batch.rows = 1;
  batch.tags.values.assign(tags.begin(), tags.end());
  batch.tags.offsets = {0, static_cast<std::uint32_t>(tags.size())};
  std::string out;
  EXPECT_EQ(put_copy_events(out, 1, batch, 0, ""), 1U);
  constexpr std::size_t before = 2 + 9 * 4;  // the number of columns, nine NULLs
  EXPECT_EQ(int32_at(out.data() + before), static_cast<std::int32_t>(out.size() - before - 4));
  return out.substr(before + 4);
}

TEST(PostgresWire, TagsStandEachAfterACharacterThatNoneOfThemHas) {
  EXPECT_EQ(stored_tags({"a"}),
            "\x1F"
            "a");
  EXPECT_EQ(stored_tags({"a", "it's, {odd}"}),
            "\x1F"
            "a\x1Fit's, {odd}");
  EXPECT_EQ(stored_tags({"a\x1F", "\x01"}),
            "\x02"
            "a\x1F\x02\x01");
  std::string ascii;
  for (char c = 1; c > 0 && c < 127; ++c) ascii += c;
  ascii += '\x7F';
  EXPECT_EQ(stored_tags({ascii, "b"}), "\xF0\x90\x80\x80" + ascii +
                                           "\xF0\x90\x80\x80"
                                           "b");
  EXPECT_EQ(stored_tags({ascii + "\xF0\x90\x80\x80\xF0\x90\x80\x82", "\xF0\x9F\x90\xA6"}),
            "\xF0\x90\x80\x81" + ascii +
                "\xF0\x90\x80\x80\xF0\x90\x80\x82"
                "\xF0\x90\x80\x81"
                "\xF0\x9F\x90\xA6");
}

}  // namespace
}  // namespace weir::postgres
