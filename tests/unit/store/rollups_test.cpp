#include "store/rollups.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "weir/period.h"

namespace weir::rollups {
namespace {

using ::testing::HasSubstr;

// key_runs and tag_runs in memory. before_read is called once: what another writer does between two statements.
class MemoryTable final : public RollupTable {
 public:
  struct Piece {
    RunRow row;
    KeyRun run;
  };
  std::map<std::int64_t, Piece> pieces;
  struct TagPiece {
    TagRow row;
    TagRun run;
  };
  std::map<std::int64_t, TagPiece> tag_pieces;
  std::function<void()> before_read{};
  bool may_add = true;

  [[nodiscard]] Result<std::vector<RunRow>> rows(FieldSet fields, std::optional<int> year) override {
    std::vector<RunRow> found;
    for (const auto& [id, piece] : pieces) {
      const bool of_year = !year || to_civil(piece.row.first_day).year == *year;
      if (fields.contains(piece.row.field) && of_year) found.push_back(piece.row);
    }
    return found;
  }
  Status read(std::span<const std::int64_t> ids, const TakePiece& take) override {
    if (before_read) std::exchange(before_read, {})();
    for (const std::int64_t id : ids) {
      if (pieces.contains(id)) WEIR_TRY(take(id, pieces.at(id).run));
    }
    return {};
  }
  Status insert(std::span<const std::int64_t> ids, const KeyRun& run) override {
    const std::int64_t id = ++next_id_;
    pieces[id] = {{id, {ids.begin(), ids.end()}, run.field, run.first_day, run.last_day, run.keys, run.bytes.size()},
                  run};
    return {};
  }
  Status erase(std::span<const std::int64_t> ids) override {
    for (const std::int64_t id : ids) pieces.erase(id);
    return {};
  }
  [[nodiscard]] Result<std::vector<TagRow>> tag_rows(std::optional<std::string_view> tag) override {
    std::vector<TagRow> found;
    for (const auto& [id, piece] : tag_pieces) {
      const bool holds = !tag || (piece.run.from_tag <= *tag && (!piece.run.to_tag || *tag < *piece.run.to_tag));
      if (holds) found.push_back(piece.row);
    }
    return found;
  }
  Status read_tags(std::span<const std::int64_t> ids, const TakeTagPiece& take) override {
    for (const std::int64_t id : ids) {
      if (tag_pieces.contains(id)) WEIR_TRY(take(id, tag_pieces.at(id).run));
    }
    return {};
  }
  Status insert_tags(std::span<const std::int64_t> ids, const TagRun& run) override {
    const std::int64_t id = ++next_id_;
    tag_pieces[id] = {{id, {ids.begin(), ids.end()}, run.first_day, run.last_day, run.bytes.size()}, run};
    return {};
  }
  Status erase_tags(std::span<const std::int64_t> ids) override {
    for (const std::int64_t id : ids) tag_pieces.erase(id);
    return {};
  }
  [[nodiscard]] Result<bool> may_add_up() override { return may_add; }
  [[nodiscard]] RollupTable& sums() override {
    if (sums_ == nullptr) sums_ = std::make_unique<MemoryTable>();
    return *sums_;
  }
  Status count_rows(Field, const std::vector<Ingestion>*, const Filter&, const TakeCount&) override {
    return fail("cannot count rows of", where_, "no test asks for them");
  }
  Status count_rows_over_time(Field, By, const std::vector<Ingestion>*, const Filter&, const TakeUnitCount&) override {
    return fail("cannot count rows of", where_, "no test asks for them");
  }
  [[nodiscard]] const std::string& where() const override { return where_; }

  [[nodiscard]] std::size_t merged() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(pieces, [](const auto& piece) { return piece.second.row.ingestion_ids.size() > 1; }));
  }

 private:
  std::unique_ptr<MemoryTable> sums_;
  std::string where_ = "memory";
  std::int64_t next_id_ = 0;
};

// Months of 2021, each an ingestion of `rows` events of one country on its first day.
class World {
 public:
  MemoryTable table;
  std::vector<Ingestion> loaded;

  Status put(int month, std::size_t rows, const std::string& country) {
    Ingestion ingestion;
    ingestion.id = static_cast<std::int64_t>(loaded.size()) + 1;
    ingestion.rows_loaded = rows;
    ingestion.status = IngestionStatus::loaded;
    loaded.push_back(ingestion);
    EventBatch batch;
    batch.rows = rows;
    batch.day.assign(rows, to_day_number({2021, month, 1}));
    batch.country.assign(rows, country);
    RollupCounter counter;
    counter.lane().append(batch);
    return write_rollup(table, ingestion.id, counter, loaded);
  }
  Result<Store::Answers> ask() {
    const Question* countries = find_question("countries");
    return answer(table, std::span(&countries, 1), {}, {}, loaded);
  }
};

TEST(Rollups, AddUpAYearAndAnswerAsBefore) {
  World world;
  for (int month = 1; month <= 11; ++month) ASSERT_TRUE(world.put(month, 2, month % 2 == 0 ? "Palau" : "France"));
  EXPECT_EQ(world.table.merged(), 0U);
  ASSERT_TRUE(world.put(12, 3, "Palau"));
  EXPECT_EQ(world.table.merged(), all_questions().size());
  const auto answers = world.ask();
  ASSERT_TRUE(answers) << to_string(answers.error());
  EXPECT_EQ(answers->events, 25U);
  EXPECT_EQ(answers->answers.front().rows, (std::vector<Count>{{"Palau", 13}, {"France", 12}}));
}

TEST(Rollups, NoSumIsMadeOfRunsThatAnotherWriterTookOut) {
  World world;
  for (int month = 1; month <= 11; ++month) ASSERT_TRUE(world.put(month, 2, "Palau"));
  world.table.before_read = [&] {
    std::erase_if(world.table.pieces, [](const auto& piece) { return piece.second.row.ingestion_ids.front() == 5; });
  };
  ASSERT_TRUE(world.put(12, 2, "Palau"));
  for (const auto& [id, piece] : world.table.pieces) {
    if (piece.row.ingestion_ids.size() == 1) continue;
    EXPECT_EQ(piece.run.events, 24U) << "a sum without one of its parts";
  }
  std::erase_if(world.loaded, [](const Ingestion& ingestion) { return ingestion.id == 5; });
  const auto answers = world.ask();
  ASSERT_TRUE(answers) << to_string(answers.error());
  EXPECT_EQ(answers->events, 22U);
}

TEST(Rollups, TagsAreAddedUpWhereNobodyElseDoes) {
  World world;
  world.table.may_add = false;
  for (int month = 1; month <= 12; ++month) ASSERT_TRUE(world.put(month, 2, "Palau"));
  const auto& sums = static_cast<const MemoryTable&>(world.table.sums());
  EXPECT_TRUE(sums.tag_pieces.empty());
  world.table.may_add = true;
  ASSERT_TRUE(world.put(12, 2, "Palau"));
  ASSERT_FALSE(sums.tag_pieces.empty());
  EXPECT_EQ(sums.tag_pieces.begin()->second.row.ingestion_ids.size(), 13U);
}

TEST(Rollups, AnAnswerWithoutOneOfItsRunsIsAnError) {
  World world;
  ASSERT_TRUE(world.put(1, 2, "Palau"));
  ASSERT_TRUE(world.put(2, 2, "Palau"));
  world.table.before_read = [&] { world.table.pieces.erase(world.table.pieces.begin()); };
  const auto vanished = world.ask();
  ASSERT_FALSE(vanished);
  EXPECT_THAT(vanished.error().why, HasSubstr("vanished"));
}

TEST(Rollups, SumsThatDisagreeAreAnErrorNotAnAnswer) {
  World world;
  ASSERT_TRUE(world.put(1, 2, "Palau"));
  KeyTotals more(Field::country);
  more.add("Palau", 3);
  ASSERT_TRUE(more.run(to_day_number({2021, 1, 1}), to_day_number({2021, 1, 1}), [&](const KeyRun& run) {
    for (auto& [id, piece] : world.table.pieces) {
      if (piece.row.field == Field::country) piece.run = run;
    }
    return Status{};
  }));
  const auto answers = world.ask();
  ASSERT_FALSE(answers);
  EXPECT_THAT(answers.error().why, HasSubstr("2 events by day, 3 by country"));
}

}  // namespace
}  // namespace weir::rollups
