#include "count/key_run.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace weir::counting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<KeyRun> pieces_of(std::vector<KeyCount> counts) {
  std::vector<KeyRun> pieces;
  const auto take = [&](const KeyRun& piece) {
    pieces.push_back(piece);
    return Status{};
  };
  EXPECT_TRUE(write_key_run(Field::uri, 10, 20, sorted_keys(std::move(counts)), take));
  return pieces;
}

// Keys in the order they are read; NULL as "NULL".
std::vector<std::pair<std::string, std::uint64_t>> read(const KeyRun& piece, std::size_t at_once) {
  std::vector<std::pair<std::string, std::uint64_t>> keys;
  KeyRunReader reader(piece.bytes);
  for (auto some = reader.next(at_once); !some.empty(); some = reader.next(at_once)) {
    EXPECT_LE(some.size(), at_once);
    for (const KeyCount& count : some) {
      keys.emplace_back(count.key.data() == nullptr ? "NULL" : std::string(count.key), count.events);
    }
  }
  EXPECT_TRUE(reader.ok());
  return keys;
}

TEST(KeyRun, IsWrittenAsItsHeaderSays) {
  const auto pieces = pieces_of({{"ab", 300}, {{}, 2}, {"a", 1}, {"b", 5}, {{}, 1}});
  ASSERT_EQ(pieces.size(), 1U);
  const KeyRun& piece = pieces.front();
  EXPECT_EQ(piece.bytes.substr(0, piece.bytes.size() - 8), std::string("\1\1\3"
                                                                       "\0\1a\1"
                                                                       "\1\1b\xAC\2"
                                                                       "\0\1b\5",
                                                                       16));
  EXPECT_EQ(piece.keys, 4U);
  EXPECT_EQ(piece.events, 309U);
  EXPECT_EQ(piece.field, Field::uri);
  EXPECT_EQ(piece.first_day, 10);
  EXPECT_EQ(piece.last_day, 20);
  using Key = std::pair<std::string, std::uint64_t>;
  EXPECT_THAT(read(piece, 100), ElementsAre(Key{"NULL", 3}, Key{"a", 1}, Key{"ab", 300}, Key{"b", 5}));
}

TEST(KeyRun, OfNothingIsNothing) {
  EXPECT_THAT(pieces_of({}), IsEmpty());
}

TEST(KeyRun, ReadsBackEveryKeyOfManySeedsInPieces) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    std::map<std::string, std::uint64_t> expected;
    const std::size_t size = seed == 0 ? 60'000 : random() % 2'000;
    while (expected.size() < size) {
      std::string key(random() % 30, 'x');
      for (char& c : key) c = static_cast<char>(random() % 4 == 0 ? random() : 'x');
      expected[key] = random() % 3 == 0 ? random() >> 12U : random() % 5;
    }
    std::vector<KeyCount> counts;
    counts.reserve(expected.size());
    for (const auto& [key, events] : expected) counts.push_back({key, events});
    std::shuffle(counts.begin(), counts.end(), random);
    const auto pieces = pieces_of(counts);
    std::vector<std::pair<std::string, std::uint64_t>> got;
    for (const KeyRun& piece : pieces) {
      EXPECT_LT(piece.bytes.size(), key_run_bytes + 100);
      const auto keys = read(piece, 1 + random() % 700);
      EXPECT_EQ(keys.size(), piece.keys);
      got.insert(got.end(), keys.begin(), keys.end());
    }
    const std::vector<std::pair<std::string, std::uint64_t>> in_order(expected.begin(), expected.end());
    EXPECT_TRUE(got == in_order) << "seed " << seed;
    if (seed == 0) {
      EXPECT_GT(pieces.size(), 2U);
    }
  }
}

// Among them NULL and a text that is empty.
TEST(KeyRun, GivesTheKeysAtSomePlaces) {
  std::mt19937_64 random(1);
  std::map<std::string, std::uint64_t> others{{"", 8}};
  while (others.size() < 3'000)
    others[std::string(random() % 9, 'x') + std::to_string(random() % 9'999)] = random() % 300;
  std::vector<KeyCount> counts{{{}, 4}};
  counts.reserve(1 + others.size());
  for (const auto& [key, events] : others) counts.push_back({key, events});
  const auto pieces = pieces_of(counts);
  ASSERT_EQ(pieces.size(), 1U);
  const auto all = read(pieces.front(), 100);
  for (const std::size_t step : {1U, 2U, 7U, 500U, 2'999U}) {
    KeyPlaceReader reader(pieces.front().bytes);
    for (std::size_t place = 0; place < all.size(); place += step) {
      const auto key = reader.at(place);
      ASSERT_TRUE(key) << place;
      EXPECT_EQ(key->key.data() == nullptr ? "NULL" : std::string(key->key), all[place].first);
      EXPECT_EQ(key->events, all[place].second);
    }
    EXPECT_FALSE(reader.at(all.size()));
  }
}

TEST(KeyRun, EveryDamagedByteIsSeen) {
  const std::string bytes = pieces_of({{"ann", 3}, {"anna", 1'000}, {{}, 7}}).front().bytes;
  ASSERT_TRUE(KeyRunReader(bytes).ok());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_FALSE(KeyRunReader(damaged).ok()) << "byte " << i << " bit " << bit;
      EXPECT_FALSE(KeyPlaceReader(damaged).at(0)) << "byte " << i << " bit " << bit;
    }
    EXPECT_FALSE(KeyRunReader(std::string_view(bytes).substr(0, i)).ok()) << "cut at " << i;
  }
}

}  // namespace
}  // namespace weir::counting
