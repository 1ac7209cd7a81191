#include "count/tag_run.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "batches.h"
#include "reference_count.h"
#include "weir/period.h"
#include "weir/rollup.h"

namespace weir::counting_tests {
namespace {

constexpr DayNumber first_day = 18'718;  // 2021-04-01

struct Rollup {
  std::vector<KeyRun> keys;
  std::vector<TagRun> tags;
};

// Of `events`, in batches dealt out to `lanes` threads.
Rollup rollup_of(const std::vector<Event>& events, std::size_t lanes, std::size_t batch_rows,
                 std::uint64_t tag_bytes_max = tag_rows_bytes_max) {
  RollupCounter counter(tag_bytes_max);
  std::vector<std::thread> threads;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    threads.emplace_back([&, lane] {
      RollupCounter::Lane& end = counter.lane();
      for (std::size_t i = lane; i * batch_rows < events.size(); i += lanes) {
        end.append(batch_of(events, i * batch_rows, std::min(events.size(), (i + 1) * batch_rows)).batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Rollup rollup;
  EXPECT_TRUE(counter.runs(
      [&](const KeyRun& run) {
        rollup.keys.push_back(run);
        return Status{};
      },
      [&](const TagRun& run) {
        rollup.tags.push_back(run);
        return Status{};
      }));
  return rollup;
}

bool holds(const TagRun& run, const std::string& tag) {
  return run.from_tag <= tag && (!run.to_tag || tag < *run.to_tag);
}

// Adds up what the key runs of the field call these ranks.
void add_keys(const Rollup& rollup, Field field, const TagRun& tags, std::span<const RankCount> ranks,
              KeyTotals& totals) {
  std::uint64_t first_rank = 0;
  for (const KeyRun& run : rollup.keys) {
    if (run.field != field || run.first_day != tags.first_day || run.last_day != tags.last_day) continue;
    const std::uint64_t end_rank = first_rank + run.keys;
    std::vector<RankCount> of_piece;
    std::ranges::copy_if(ranks, std::back_inserter(of_piece),
                         [&](const RankCount& rank) { return rank.rank >= first_rank && rank.rank < end_rank; });
    const Status added = totals.add(run, first_rank, of_piece, "a test");
    ASSERT_TRUE(added) << to_string(added.error());
    first_rank = end_rank;
  }
}

AnswerOptions everything() {
  AnswerOptions options;
  options.limit.reset();
  return options;
}

// Who has the tag, and when, answered from the runs alone.
void expect_reference_of(const Rollup& rollup, const std::vector<Event>& events, const std::string& tag) {
  SCOPED_TRACE("tag " + tag);
  const FieldSet fields{Field::day, Field::email, Field::company};
  std::map<Field, KeyTotals> totals;
  for (const Field field : {Field::email, Field::company}) totals.emplace(field, KeyTotals(field));
  std::vector<DayCount> days;
  for (const TagRun& run : rollup.tags) {
    if (!holds(run, tag)) continue;
    const Result<TagCounts> counts = read_tag_run(run, tag, fields, "a test");
    ASSERT_TRUE(counts) << to_string(counts.error());
    days.insert(days.end(), counts->days.begin(), counts->days.end());
    add_keys(rollup, Field::email, run, counts->users, totals.at(Field::email));
    add_keys(rollup, Field::company, run, counts->companies, totals.at(Field::company));
    if (testing::Test::HasFatalFailure()) return;
  }
  const Filter filter{.since = {}, .until = {}, .where = {{Field::tags, {tag}}}};
  for (const Question* question : all_questions()) {
    if (!fields.contains(question->field)) continue;
    const Answer expected = reference_answer(events, *question, filter, everything());
    const Answer got = question->field == Field::day
                           ? make_day_answer(*question, expected.events, days, everything())
                           : totals.at(question->field).answer(*question, expected.events, everything());
    EXPECT_EQ(got.rows, expected.rows) << question->name;
    EXPECT_EQ(got.distinct, expected.distinct) << question->name;
  }
}

void expect_reference(const Rollup& rollup, const std::vector<Event>& events) {
  std::set<std::string> tags{"no event has this", ""};
  for (const Event& event : events) tags.insert(event.tags.begin(), event.tags.end());
  for (const std::string& tag : tags) {
    expect_reference_of(rollup, events, tag);
    if (testing::Test::HasFailure()) return;
  }
}

Event event_with(std::vector<std::string> tags, std::optional<std::string> email = "ann@here.org") {
  Event event;
  event.day = first_day;
  event.email = std::move(email);
  event.company = "here";
  event.tags = std::move(tags);
  return event;
}

TEST(TagRun, TellsWhoHasEachTagAsTheReferenceWhateverTheLanes) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::vector<Event> events = random_events(random, random() % 1'500, 1 + random() % 60);
    expect_reference(rollup_of(events, 1 + seed % 4, 1 + random() % 900), events);
  }
}

// More than fit into counters, so that rows are put in the order of their users.
TEST(TagRun, TellsOfManyUsers) {
  std::mt19937 random(5);
  std::vector<Event> events;
  for (int i = 0; i < 60'000; ++i) {
    std::vector<std::string> tags{"tag " + std::to_string(random() % 40), "twig " + std::to_string(random() % 5)};
    events.push_back(event_with(tags, std::to_string(random() % 40'000) + " has a long name"));
    events.back().day = static_cast<DayNumber>(first_day + random() % 30);
    events.back().company = "company " + std::to_string(random() % 30'000);
  }
  const Rollup rollup = rollup_of(events, 3, 1'000);
  EXPECT_GT(std::ranges::count(rollup.keys, Field::email, &KeyRun::field), 1) << "ranks go on from piece to piece";
  for (const char* tag : {"tag 7", "tag 39", "twig 0"}) expect_reference_of(rollup, events, tag);
}

TEST(TagRun, IsCutByTag) {
  std::vector<Event> events;
  events.reserve(20'001);
  for (int i = 0; i < 20'000; ++i) {
    events.push_back(event_with({"tag " + std::to_string(i), "every"}, std::to_string(i % 100)));
  }
  events.push_back(event_with({std::string(3 * tag_run_bytes, 'x'), "y"}));
  const Rollup rollup = rollup_of(events, 2, 300);
  ASSERT_GT(rollup.tags.size(), 3U);
  EXPECT_EQ(rollup.tags.front().from_tag, "");
  EXPECT_EQ(rollup.tags.back().to_tag, std::nullopt);
  for (std::size_t i = 0; i + 1 < rollup.tags.size(); ++i) {
    EXPECT_EQ(rollup.tags[i].to_tag, rollup.tags[i + 1].from_tag);
  }
  for (const std::string& tag : {std::string("every"), std::string("tag 0"), std::string("tag 19999"),
                                 rollup.tags[1].from_tag, events.back().tags.front(), std::string("y")}) {
    expect_reference_of(rollup, events, tag);
  }
}

TEST(TagRun, IsThereForEachMonthAlsoWithoutTags) {
  std::vector<Event> events{event_with({}), event_with({}), event_with({"late"})};
  events[0].day = no_day;
  events[1].day = first_day - 1;
  const Rollup rollup = rollup_of(events, 1, 10);
  ASSERT_EQ(rollup.tags.size(), 3U);
  std::set<std::pair<DayNumber, DayNumber>> of_tags;
  std::set<std::pair<DayNumber, DayNumber>> of_keys;
  for (const TagRun& run : rollup.tags) of_tags.emplace(run.first_day, run.last_day);
  for (const KeyRun& run : rollup.keys) of_keys.emplace(run.first_day, run.last_day);
  EXPECT_EQ(of_tags, of_keys);
  expect_reference(rollup, events);
}

TEST(TagRun, IsOfNoMonthWhereItsRowsTakeTooMuchMemory) {
  std::vector<Event> events(5'000, event_with({"a", "b"}));
  for (std::size_t i = 0; i < events.size(); ++i) events[i].day += static_cast<DayNumber>(i % 90);
  const Rollup all = rollup_of(events, 2, 100);
  EXPECT_EQ(all.tags.size(), 3U);
  const Rollup none = rollup_of(events, 2, 100, 50'000);
  EXPECT_TRUE(none.tags.empty());
  ASSERT_EQ(none.keys.size(), all.keys.size());
  for (std::size_t i = 0; i < all.keys.size(); ++i) EXPECT_EQ(none.keys[i].bytes, all.keys[i].bytes);
}

TEST(TagRun, OfTheSameEventsHasTheSameBytes) {
  std::mt19937 random(3);
  std::vector<Event> events = random_events(random, 20'000, 300);
  for (Event& event : events) event.day = static_cast<DayNumber>(first_day + random() % 80);
  const Rollup once = rollup_of(events, 1, 1'000);
  const Rollup again = rollup_of(events, 4, 77);
  ASSERT_EQ(once.tags.size(), again.tags.size());
  for (std::size_t i = 0; i < once.tags.size(); ++i) {
    EXPECT_EQ(once.tags[i].from_tag, again.tags[i].from_tag);
    EXPECT_EQ(once.tags[i].bytes, again.tags[i].bytes);
  }
}

TEST(TagRun, IsWrittenAsItsHeaderSays) {
  std::vector<Event> events{event_with({"a"}), event_with({"a", "b"}, "bob@here.org"), event_with({"a"}),
                            event_with({"a"}), event_with({})};
  events[0].day = first_day + 2;
  events[1].company = std::nullopt;
  events[2].day = events[3].day = first_day + 2;
  const Rollup rollup = rollup_of(events, 1, 10);
  ASSERT_EQ(rollup.tags.size(), 1U);
  const std::string& bytes = rollup.tags.front().bytes;
  ASSERT_GT(bytes.size(), sizeof(std::uint64_t));
  using namespace std::string_view_literals;
  const std::vector<std::string_view> expected{
      "\x01"sv,
      "\x01"sv,
      "a"sv,
      "\x0C"sv,
      "\x03\x02\x05\x01"sv,  // days: the first once; two after it, which has three events
      "\x03\x01\x01\x02"sv,  // users: ann, rank 0, three times; bob, rank 1, once
      "\x03\x00\x03\x01"sv,  // companies: NULL once; here, rank 1, three times
      "\x01"sv,
      "b"sv,
      "\x06"sv,
      "\x01\x02"sv,
      "\x01\x02"sv,
      "\x01\x00"sv};
  std::string joined;
  for (const std::string_view part : expected) joined += part;
  EXPECT_EQ(std::string_view(bytes).substr(0, bytes.size() - sizeof(std::uint64_t)), joined);
}

TEST(TagRun, EveryDamagedByteIsSeen) {
  const Rollup rollup = rollup_of({event_with({"a", "b"}), event_with({"a"}, std::nullopt)}, 1, 10);
  const TagRun& run = rollup.tags.front();
  const FieldSet fields{Field::day, Field::email, Field::company};
  ASSERT_TRUE(read_tag_run(run, "a", fields, "there"));
  for (std::size_t i = 0; i < run.bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      TagRun damaged = run;
      damaged.bytes[i] = static_cast<char>(damaged.bytes[i] ^ (1 << bit));
      EXPECT_FALSE(read_tag_run(damaged, "a", fields, "there")) << "byte " << i << " bit " << bit;
    }
    TagRun cut = run;
    cut.bytes.resize(i);
    const auto read = read_tag_run(cut, "a", fields, "there");
    ASSERT_FALSE(read) << "cut at " << i;
    EXPECT_EQ(read.error().where, "there");
  }
}

TEST(KeyTotals, RefuseRanksThatARunDoesNotHave) {
  KeyTotals whole(Field::email);
  whole.add("ann", 5);
  whole.add("bob", 1);
  whole.add({}, 2);
  std::vector<KeyRun> runs;
  ASSERT_TRUE(whole.run(1, 2, [&](const KeyRun& run) {
    runs.push_back(run);
    return Status{};
  }));
  const auto added = [&](std::vector<RankCount> ranks, std::uint64_t first_rank = 10) {
    KeyTotals totals(Field::email);
    return totals.add(runs.front(), first_rank, ranks, "there").has_value();
  };
  EXPECT_TRUE(added({{10, 2}, {11, 5}, {12, 1}}));
  EXPECT_TRUE(added({{11, 1}}));
  EXPECT_TRUE(added({}));
  EXPECT_FALSE(added({{9, 1}}));
  EXPECT_FALSE(added({{13, 1}}));
  EXPECT_FALSE(added({{12, 2}})) << "more events than the user has";
  runs.front().bytes[3] ^= 1;
  EXPECT_FALSE(added({{11, 1}}));
}

}  // namespace
}  // namespace weir::counting_tests
