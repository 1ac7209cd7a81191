#include "parquet/row_values.h"

#include <duckdb.h>
#include <gmock/gmock.h>

#include <cstring>
#include <optional>

namespace weir::parquet_tests {
namespace {

using parquet::Column;
using parquet::Kind;
using parquet::RowValues;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What weir_take() gets: a row number, then columns.
class Chunk {
 public:
  explicit Chunk(std::vector<duckdb_logical_type> types) : types_(std::move(types)) {
    types_.insert(types_.begin(), duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
    chunk_ = duckdb_create_data_chunk(types_.data(), types_.size());
  }
  ~Chunk() {
    duckdb_destroy_data_chunk(&chunk_);
    for (duckdb_logical_type& type : types_) duckdb_destroy_logical_type(&type);
  }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  void number_rows(std::int64_t first, std::size_t rows) {
    duckdb_data_chunk_set_size(chunk_, rows);
    for (std::size_t i = 0; i < rows; ++i) set<std::int64_t>(0, i, first + static_cast<std::int64_t>(i));
  }
  [[nodiscard]] duckdb_vector vector(std::size_t column) const { return duckdb_data_chunk_get_vector(chunk_, column); }
  template <class Value>
  void set(std::size_t column, std::size_t row, Value value) {
    static_cast<Value*>(duckdb_vector_get_data(vector(column)))[row] = value;
  }
  static void set_text(duckdb_vector vector, std::size_t row, std::optional<std::string_view> text) {
    if (text) {
      duckdb_vector_assign_string_element_len(vector, row, text->data(), text->size());
    } else {
      set_null(vector, row);
    }
  }
  static void set_null(duckdb_vector vector, std::size_t row) {
    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
  }
  [[nodiscard]] void* get() const { return chunk_; }

 private:
  std::vector<duckdb_logical_type> types_;
  duckdb_data_chunk chunk_ = nullptr;
};

std::vector<duckdb_logical_type> text_columns(std::size_t count) {
  std::vector<duckdb_logical_type> types;
  for (std::size_t i = 0; i < count; ++i) types.push_back(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  return types;
}

TEST(RowValues, TextsComeAsTheyAreAndNullsEmpty) {
  const Column column{"uri", Kind::text, "uri"};
  const RowValues::Plan plan{{&column}, 1};
  RowValues values(plan);
  Chunk chunk(text_columns(1));
  chunk.number_rows(41, 3);
  Chunk::set_text(chunk.vector(1), 0, " short ");
  Chunk::set_text(chunk.vector(1), 1, std::nullopt);
  Chunk::set_text(chunk.vector(1), 2, "one that is longer than what stands in place");
  RowBatch batch;
  values.fill(chunk.get(), batch);
  ASSERT_EQ(batch.rows, 3U);
  EXPECT_THAT(batch.columns[0], ElementsAre(" short ", "", "one that is longer than what stands in place"));
  EXPECT_NE(batch.columns[0][1].data(), nullptr);
  EXPECT_EQ(batch.first_line, 42U);
  EXPECT_THAT(batch.lines, ElementsAre(0, 1, 2));
  EXPECT_EQ(batch.record_text(0), " short ");
}

TEST(RowValues, RowsThatNoEventCanHaveAreLeftOut) {
  const Column read{"uri", Kind::text, "uri"};
  const Column judge{"email", Kind::bytes, "email"};
  const RowValues::Plan plan{{&read, &judge}, 1};
  RowValues values(plan);
  Chunk chunk(text_columns(2));
  chunk.number_rows(0, 5);
  const std::string huge((std::size_t{1} << 20U) + 1, 'x');
  const std::string_view uris[] = {"/a", std::string_view("/\0b", 3), "/c", "/d,d", "/e"};
  const std::string_view emails[] = {"a", "b", "c\xFF", huge, "e"};
  for (std::size_t row = 0; row < 5; ++row) {
    Chunk::set_text(chunk.vector(1), row, uris[row]);
    Chunk::set_text(chunk.vector(2), row, emails[row]);
  }
  RowBatch batch;
  values.fill(chunk.get(), batch);
  EXPECT_THAT(batch.columns[0], ElementsAre("/a", "/e"));
  EXPECT_THAT(batch.lines, ElementsAre(0, 4));
  EXPECT_EQ(batch.record_text(1), "/e");
  ASSERT_EQ(batch.rejects.size(), 3U);
  EXPECT_EQ(batch.rejects[0].line, 2U);
  EXPECT_THAT(batch.rejects[0].reason, HasSubstr("NUL"));
  EXPECT_THAT(batch.rejects[1].reason, HasSubstr("UTF-8"));
  EXPECT_THAT(batch.rejects[2].reason, HasSubstr("1 MiB"));
  EXPECT_EQ(batch.rejects[2].raw, "\"/d,d\"");
}

TEST(RowValues, WhatWasJudgedBeforeIsNotJudgedAgain) {
  const Column column{"uri", Kind::text, "uri"};
  RowValues::Plan plan{{&column}, 1};
  plan.judges = false;
  RowValues values(plan);
  Chunk chunk(text_columns(1));
  chunk.number_rows(0, 1);
  Chunk::set_text(chunk.vector(1), 0, std::string_view("a\0b", 3));
  RowBatch batch;
  values.fill(chunk.get(), batch);
  EXPECT_EQ(batch.rows, 1U);
  EXPECT_TRUE(batch.rejects.empty());
}

TEST(RowValues, TimesOfEveryUnitComeAsMicroseconds) {
  struct Unit {
    Kind kind;
    duckdb_type type;
    std::int64_t value, expected_us;
  };
  for (const Unit& unit : {Unit{Kind::seconds, DUCKDB_TYPE_TIMESTAMP_S, -2, -2'000'000},
                           Unit{Kind::milliseconds, DUCKDB_TYPE_TIMESTAMP_MS, 1500, 1'500'000},
                           Unit{Kind::microseconds, DUCKDB_TYPE_TIMESTAMP, 7, 7},
                           Unit{Kind::nanoseconds, DUCKDB_TYPE_TIMESTAMP_NS, -1, -1},
                           Unit{Kind::seconds, DUCKDB_TYPE_TIMESTAMP_S, INT64_MAX / 2, INT64_MAX}}) {
    const Column column{"timestamp", unit.kind, "timestamp"};
    RowValues::Plan plan{{&column}, 1};
    plan.times = 0;
    RowValues values(plan);
    Chunk chunk({duckdb_create_logical_type(unit.type)});
    chunk.number_rows(0, 2);
    chunk.set<std::int64_t>(1, 0, unit.value);
    Chunk::set_null(chunk.vector(1), 1);
    RowBatch batch;
    values.fill(chunk.get(), batch);
    EXPECT_THAT(batch.times_us, ElementsAre(unit.expected_us, no_time_us));
    EXPECT_TRUE(batch.columns[0].empty());
  }
}

TEST(RowValues, ListsComeAsListsOrAsText) {
  const Column column{"tags", Kind::list, "tags"};
  for (const int lists : {0, -1}) {
    RowValues::Plan plan{{&column}, 1};
    plan.lists = lists;
    RowValues values(plan);
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    Chunk chunk({duckdb_create_list_type(text)});
    duckdb_destroy_logical_type(&text);
    chunk.number_rows(0, 3);
    duckdb_list_vector_reserve(chunk.vector(1), 3);
    duckdb_list_vector_set_size(chunk.vector(1), 3);
    const duckdb_vector elements = duckdb_list_vector_get_child(chunk.vector(1));
    Chunk::set_text(elements, 0, "a");
    Chunk::set_text(elements, 1, std::nullopt);
    Chunk::set_text(elements, 2, "it's");
    chunk.set<duckdb_list_entry>(1, 0, {0, 3});
    chunk.set<duckdb_list_entry>(1, 1, {3, 0});
    Chunk::set_null(chunk.vector(1), 2);
    RowBatch batch;
    values.fill(chunk.get(), batch);
    ASSERT_EQ(batch.rows, 3U);
    if (lists < 0) {
      EXPECT_THAT(batch.columns[0], ElementsAre("['a', None, \"it's\"]", "[]", ""));
    } else {
      EXPECT_THAT(batch.lists.values, ElementsAre("a", "it's"));
      EXPECT_THAT(batch.lists.offsets, ElementsAre(0, 2, 2, 2));
    }
  }
}

}  // namespace
}  // namespace weir::parquet_tests
