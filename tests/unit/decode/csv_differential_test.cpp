// The scanner against the reference: random and adversarial texts, at every block edge, with one and several threads.
#include <gmock/gmock.h>

#include <array>
#include <random>

#include "csv_helpers.h"
#include "simd_levels.h"

namespace weir {
namespace {

using reference::Refused;
using reference::Table;
using testing::read_csv;

Table expected_of(const std::string& body, std::size_t columns, std::uint64_t line) {
  Table table = reference::read(body, ',', columns, line);
  for (Refused& refused : table.rejects) refused.raw = reject_raw(refused.raw);
  std::sort(table.rows.begin(), table.rows.end());
  std::sort(table.rejects.begin(), table.rejects.end());
  return table;
}

std::string show(const Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    text += "row " + std::to_string(row.line) + ":";
    for (const auto& field : row.fields) text += " [" + printable(field.substr(0, 80)) + "]";
    text += "\n";
  }
  for (const auto& refused : table.rejects) {
    text += "reject " + std::to_string(refused.line) + " " + refused.reason + " [" +
            printable(refused.raw.substr(0, 80)) + "]\n";
  }
  return text;
}

void expect_same(const std::string& body, const Table& expected, std::size_t block_bytes, unsigned threads) {
  CsvOptions options;
  options.block_bytes = block_bytes;
  static std::size_t turn = 0;  // batches of every size, and every vector level, too
  static const std::vector<SimdLevel> levels = testing::levels_here();
  options.batch_records = std::array<std::size_t, 4>{1, 2, 7, CsvOptions().batch_records}[turn % 4];
  options.simd = levels[turn / 4 % levels.size()];
  ++turn;
  const auto actual = read_csv("a,b,c\n" + body, options, threads);
  ASSERT_TRUE(actual.has_value()) << to_string(actual.error());
  const bool same = actual->table.rows == expected.rows && actual->table.rejects == expected.rejects;
  ASSERT_TRUE(same) << "block " << block_bytes << ", batch " << options.batch_records << ", threads " << threads
                    << ", level " << static_cast<int>(options.simd) << "\nbody: " << printable(body.substr(0, 400))
                    << "\nexpected:\n"
                    << show(expected) << "actual:\n"
                    << show(actual->table);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }
  const std::string& of(const std::vector<std::string>& choices) { return choices[below(choices.size())]; }

 private:
  std::mt19937_64 engine_;
};

// Noise of the bytes that matter; most of it is malformed.
std::string noise(Random& random, std::size_t tokens) {
  static const std::vector<std::string> alphabet{
      "x", "yz", ",", ",", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", "\xC3\xA9", "\xFF", std::string(1, '\0'), " "};
  std::string text;
  for (std::size_t i = 0; i < tokens; ++i) text += random.of(alphabet);
  return text;
}

// Mostly sound records of three fields, some quoted with everything in them.
std::string sound(Random& random, std::size_t records) {
  static const std::vector<std::string> fields{
      "",     "v",       "5\" pipe", "\"a,b\"",  "\"l1\nl2\"", "\"say \"\"hi\"\"\"",
      "\"\"", "a b c d", "\u20AC5",  "\"\r\n\"", "x\ry",       "\"\"\"\""};
  std::string text;
  for (std::size_t i = 0; i < records; ++i) {
    const std::size_t count = random.below(20) == 0 ? 2 + random.below(3) : 3;
    for (std::size_t k = 0; k < count; ++k) text += (k == 0 ? "" : ",") + random.of(fields);
    if (i + 1 < records || random.below(2) == 0) text += random.below(3) == 0 ? "\r\n" : "\n";
  }
  return text;
}

TEST(CsvDifferential, AgreesOnNoiseAtEveryBlockSize) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Random random(seed);
    const std::string body = noise(random, 1 + random.below(60));
    const Table expected = expected_of(body, 3, 2);
    for (std::size_t block = 1; block <= 20; ++block) expect_same(body, expected, block, 1);
    for (const std::size_t block : {31U, 63U, 64U, 65U, 127U, 1000U}) expect_same(body, expected, block, 1);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CsvDifferential, AgreesOnSoundRecordsAtEveryBlockSize) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    const std::string body = sound(random, 1 + random.below(30));
    const Table expected = expected_of(body, 3, 2);
    for (std::size_t block = 1; block <= 80; ++block) expect_same(body, expected, block, 1);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

// Long runs of sound records, in which few are not: most windows of the index are left in the middle.
TEST(CsvDifferential, AgreesWhereTheIndexIsLeftAndTakenUpAgain) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    std::string body;
    for (std::size_t piece = 0; piece < 12; ++piece) {
      for (std::size_t row = random.below(150); row > 0; --row) {
        body += random.below(2) == 0 ? "plain,\"with,quote\",x\n" : "\"a\",\u20AC,\"\"\"b\"\"\"\r\n";
      }
      body += random.below(2) == 0 ? noise(random, 1 + random.below(6)) : sound(random, 3) + "\n";
    }
    const Table expected = expected_of(body, 3, 2);
    for (int turn = 0; turn < 16; ++turn) expect_same(body, expected, 1'000'000, 1);
    for (const std::size_t block : {500U, 4096U, 4097U, 10'000U}) expect_same(body, expected, block, 1);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CsvDifferential, AgreesWithSeveralThreads) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const std::string body = random.below(2) == 0 ? noise(random, 400) : sound(random, 200);
    const Table expected = expected_of(body, 3, 2);
    for (const std::size_t block : {7U, 64U, 200U}) {
      for (const unsigned threads : {2U, 4U}) expect_same(body, expected, block, threads);
    }
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

// Blocks of more rejects than a guess may make.
TEST(CsvDifferential, AgreesWhereNearlyAllIsRejected) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    const std::string body = noise(random, 20'000) + sound(random, 500) + noise(random, 5'000);
    const Table expected = expected_of(body, 3, 2);
    for (const std::size_t block : {3000U, 9000U, 100'000U}) {
      for (const unsigned threads : {1U, 3U}) expect_same(body, expected, block, threads);
    }
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CsvDifferential, AgreesAtTheLimits) {
  constexpr std::size_t mib = std::size_t{1024} * 1024;
  const std::vector<std::string> tokens{std::string(mib, 'x'),
                                        std::string(mib - 1, 'x'),
                                        std::string(mib + 1, 'x'),
                                        std::string(mib / 2, 'y'),
                                        std::string(mib - 2, 'z'),
                                        std::string(mib / 2, '\n'),
                                        "\"",
                                        "\"",
                                        "\"",
                                        ",",
                                        ",",
                                        "\n",
                                        "\n",
                                        "\r\n",
                                        "\"\"",
                                        "q"};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    std::string body;
    const std::size_t count = 2 + random.below(12);
    for (std::size_t i = 0; i < count; ++i) body += random.of(tokens);
    const Table expected = expected_of(body, 3, 2);
    for (const std::size_t block : {64U * 1024U, 512U * 1024U, 3U * 1024U * 1024U})
      expect_same(body, expected, block, 2);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

// Short lines whose quotes lead from one to the next, until one does not close: each is refused by itself.
TEST(CsvDifferential, AgreesWhereManyRecordsMeetOneUnclosedQuote) {
  static const std::vector<std::string> tokens{"x",  ",",  ",",    "\"",  "\"",  "\"\"",
                                               "\n", "\n", "\r\n", ",\"", "\",", "\n\""};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    std::string body;
    for (std::size_t i = 0; i < 150; ++i) body += random.of(tokens);
    body += std::string(1'100'000, random.below(2) == 0 ? 'x' : '\n');
    for (std::size_t i = 0; i < 50; ++i) body += random.of(tokens);
    const Table expected = expected_of(body, 3, 2);
    for (const std::size_t block : {300U, 64U * 1024U, 4U * 1024U * 1024U}) expect_same(body, expected, block, 1);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CsvDifferential, AgreesOnRecordsPastSixteenMebibytes) {
  constexpr std::size_t mib = std::size_t{1024} * 1024;
  std::string fields;
  for (int i = 0; i < 17; ++i) fields += "\"" + std::string(mib - 100, 'x') + "\n\",";
  const std::string body = "1,2,3\n" + fields + "end\n4,5,6\n" + fields.substr(0, 15 * mib) + "\n7,8,9\n";
  expect_same(body, expected_of(body, 3, 2), mib / 2, 2);
}

}  // namespace
}  // namespace weir
