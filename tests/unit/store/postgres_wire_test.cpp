#include "store/postgres/wire.h"

#include <gmock/gmock.h>

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
  // 13 columns: the ten of the dump, all NULL, and the three of the tail.
  std::string nulls("\x00\x0d", 2);
  for (int i = 0; i < 10; ++i) put_int32(nulls, -1);
  EXPECT_EQ(out, nulls + "tail");
  EXPECT_EQ(put_copy_events(out, 1'000'000, batch, next, "tail"), 3U);
}

}  // namespace
}  // namespace weir::postgres
