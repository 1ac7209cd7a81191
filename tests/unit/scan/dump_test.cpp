// A stored dump to event batches and their summary.
#include <gmock/gmock.h>
#include <xxhash.h>

#include <array>
#include <map>

#include "helpers.h"

namespace weir {
namespace {

using scan_tests::drain;
using scan_tests::gzipped;
using scan_tests::MemoryStream;
using scan_tests::Seen;
using scan_tests::zstd_compressed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string header = "id,timestamp,email,country,ip,uri,action,tags\n";

std::unique_ptr<Dump> open(const std::string& stored, const ScanOptions& options = {}, Progress* progress = nullptr) {
  auto dump = open_dump(std::make_unique<MemoryStream>(stored), options, progress);
  EXPECT_TRUE(dump.has_value()) << to_string(dump.error());
  return std::move(*dump);
}

Error open_error(const std::string& stored, const ScanOptions& options = {}) {
  auto dump = open_dump(std::make_unique<MemoryStream>(stored), options, nullptr);
  EXPECT_FALSE(dump.has_value());
  return dump ? Error{} : dump.error();
}

// `count` events of April 2021, every 100th of them no event: a wrong number of fields, or no time.
struct Sample {
  std::string text = header;
  std::uint64_t loaded = 0;
  std::vector<std::uint64_t> rejected_lines;
  std::vector<std::string> ids;  // sorted
};
Sample sample(std::size_t count) {
  Sample made;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = std::to_string(i);
    if (i % 200 == 99) {
      made.text += id + ",2021-04-01,too few\n";
      made.rejected_lines.push_back(i + 2);
    } else if (i % 200 == 199) {
      made.text += id + ",yesterday,a@b.com,,,,,\n";
      made.rejected_lines.push_back(i + 2);
    } else {
      const std::size_t day = i % 30 + 1;
      made.text += id + ",2021-04-" + (day < 10 ? "0" : "") + std::to_string(day) +
                   ",u@mail.acme.co.uk,\"A, B\",,/x,view,\"['t']\"\n";
      ++made.loaded;
      made.ids.push_back(id);
    }
  }
  std::sort(made.ids.begin(), made.ids.end());
  return made;
}

constexpr DayNumber april_1 = 18718;  // 2021-04-01

TEST(OpenDump, EveryFormatAndNumberOfReadersGivesTheSameRowsAndSummary) {
  const Sample made = sample(30'000);
  const std::map<std::string, std::string> stored{
      {"plain", made.text}, {"gzip", gzipped(made.text)}, {"zstd", zstd_compressed(made.text)}};
  for (const auto& [format, bytes] : stored) {
    for (const unsigned threads : {1U, 2U, 5U}) {
      ScanOptions options;
      options.csv.block_bytes = 10'000;
      options.hash_content = true;
      Progress progress;
      const auto dump = open(bytes, options, &progress);
      const Seen seen = drain(*dump, threads);
      EXPECT_THAT(seen.errors, IsEmpty());
      EXPECT_EQ(seen.ids, made.ids) << format << threads;
      std::vector<std::uint64_t> lines;
      for (const Reject& reject : seen.rejects) lines.push_back(reject.line);
      EXPECT_EQ(lines, made.rejected_lines) << format << threads;

      const ScanSummary summary = dump->summary().value();
      EXPECT_EQ(summary.rows_loaded, made.loaded);
      EXPECT_EQ(summary.rows_rejected, made.rejected_lines.size());
      EXPECT_EQ(summary.rows_read, 30'000U);
      EXPECT_EQ(summary.bytes, bytes.size());
      EXPECT_EQ(summary.first_day, april_1);
      EXPECT_EQ(summary.last_day, april_1 + 29);
      EXPECT_EQ(summary.columns, dump->columns());
      const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
      std::array<char, 48> text{};
      std::snprintf(text.data(), text.size(), "xxh3-128:%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                    static_cast<unsigned long long>(hash.low64));
      EXPECT_EQ(summary.content_hash, text.data());

      EXPECT_EQ(progress.rows_read, 30'000U);
      EXPECT_EQ(progress.bytes_read, bytes.size());
      EXPECT_EQ(progress.bytes_total, bytes.size());
    }
  }
}

TEST(OpenDump, ProgressAndSummariesOfTwoDumpsDoNotMix) {
  Progress progress;
  const std::string small = header + "1,2021-04-01,,,,,,\n";
  const std::string large = header + "1,2021-04-02,,,,,,\n2,2021-04-03,,,,,,\n";
  const auto first = open(small, {}, &progress);
  const auto second = open(large, {}, &progress);
  drain(*first);
  drain(*second);
  EXPECT_EQ(progress.bytes_total, small.size() + large.size());
  EXPECT_EQ(progress.bytes_read, small.size() + large.size());
  EXPECT_EQ(progress.rows_read, 3U);
  EXPECT_EQ(first->summary().value().bytes, small.size());
  EXPECT_EQ(second->summary().value().bytes, large.size());
  EXPECT_EQ(first->summary().value().last_day, april_1);
  EXPECT_EQ(second->summary().value().first_day, april_1 + 1);
  EXPECT_THAT(first->summary().value().content_hash, IsEmpty()) << "nobody asked for it";
}

TEST(OpenDump, OnlyWantedColumnsAreFilledAndDaysAreSummedAllTheSame) {
  ScanOptions options;
  options.wanted = {Field::company};
  const auto dump = open(header + "1,2021-04-05,ann@mail.google.co.uk,,,,,\n2,2021-04-03,,,,,,\n", options);
  const auto reader = dump->reader();
  EventBatch batch;
  ASSERT_TRUE(reader->next(batch).value());
  EXPECT_THAT(batch.company, ElementsAre("google", "Unknown company"));
  EXPECT_THAT(batch.email, IsEmpty());
  EXPECT_THAT(batch.id, IsEmpty());
  EXPECT_THAT(batch.day, IsEmpty());
  EXPECT_THAT(batch.tags.offsets, IsEmpty());
  EXPECT_FALSE(reader->next(batch).value());
  EXPECT_EQ(dump->summary().value().first_day, april_1 + 2);
  EXPECT_EQ(dump->summary().value().last_day, april_1 + 4);
}

TEST(OpenDump, RowsAreJudgedAlikeWhateverIsWanted) {
  const Sample made = sample(2000);
  for (const FieldSet wanted : {all_fields, FieldSet{Field::country}, FieldSet{}}) {
    ScanOptions options;
    options.wanted = wanted;
    const auto dump = open(made.text, options);
    drain(*dump, 2);
    EXPECT_EQ(dump->summary().value().rows_rejected, made.rejected_lines.size());
    EXPECT_EQ(dump->summary().value().rows_loaded, made.loaded);
  }
}

TEST(OpenDump, WithoutATimestampEveryRowIsLoadedAndNoDayIsKnown) {
  const auto dump = open("id,country,shoe\n1,France,42\n2,Chad,43\n");
  EXPECT_THAT(dump->unused_columns(), ElementsAre("shoe"));
  EXPECT_THAT(dump->absent_fields(),
              ElementsAre(Field::timestamp, Field::email, Field::ip, Field::uri, Field::action, Field::tags));
  EXPECT_FALSE(dump->binding().carries(Field::timestamp));
  EXPECT_THAT(drain(*dump).ids, ElementsAre("1", "2"));
  EXPECT_EQ(dump->summary().value().rows_loaded, 2U);
  EXPECT_EQ(dump->summary().value().first_day, no_day);
  EXPECT_EQ(dump->summary().value().last_day, no_day);
}

// Whether decoding or cleaning refuses them: a reader's batch of rejects, each of which has texts of its own, is small.
TEST(OpenDump, ABatchHoldsFewRejectsOfShortLines) {
  for (const char* const header_line : {"timestamp\n", "timestamp,id\n"}) {
    std::string text = header_line;
    for (int i = 0; i < 300'000; ++i) text += "a\n";
    const ScanOptions options;
    const auto dump = open(text, options);
    const auto reader = dump->reader();
    EventBatch batch;
    std::size_t all = 0;
    while (reader->next(batch).value()) {
      EXPECT_LE(batch.rejects.size(), 2 * options.csv.batch_records);
      all += batch.rejects.size();
    }
    EXPECT_EQ(all, 300'000U);
    EXPECT_EQ(dump->summary().value().rows_rejected, 300'000U);
  }
}

TEST(OpenDump, OfRejectsOnlyThereIsNoDay) {
  const auto dump = open(header + "1\n2\n");
  EXPECT_THAT(drain(*dump).rejects, SizeIs(2));
  EXPECT_EQ(dump->summary().value().rows_read, 2U);
  EXPECT_EQ(dump->summary().value().rows_loaded, 0U);
  EXPECT_EQ(dump->summary().value().first_day, no_day);
}

TEST(OpenDump, AHeaderOnlyHasNoRows) {
  const auto dump = open(header);
  EXPECT_THAT(drain(*dump, 3).ids, IsEmpty());
  EXPECT_EQ(dump->summary().value().rows_read, 0U);
  EXPECT_EQ(dump->summary().value().bytes, header.size());
  EXPECT_THAT(dump->unused_columns(), IsEmpty());
}

TEST(OpenDump, WithoutAHeader) {
  ScanOptions options;
  options.csv.has_header = false;
  options.csv.columns = {"id", "when"};
  options.columns.alternatives[static_cast<std::size_t>(Field::timestamp)] = {"at", "when"};
  const auto dump = open("1,2021-04-01\n2,2021-04-02\n", options);
  EXPECT_THAT(drain(*dump).ids, ElementsAre("1", "2"));
  EXPECT_EQ(dump->summary().value().last_day, april_1 + 1);
}

TEST(OpenDump, RefusesWhatLoadingCannotUse) {
  ScanOptions options;
  options.require_timestamp = true;
  const Error error = open_error("id,event_date\n1,2021-04-01\n", options);
  EXPECT_THAT(error.why, HasSubstr("id, event_date"));
  EXPECT_THAT(error.next, HasSubstr("--map timestamp=event_date"));
  EXPECT_THAT(open_error("id,id,event_date\n", options).why, HasSubstr("both named \"id\""));
}

TEST(OpenDump, RefusesWhatIsNoDump) {
  EXPECT_THAT(open_error("").why, HasSubstr("empty"));
  EXPECT_THAT(open_error(gzipped("")).why, HasSubstr("empty"));
  EXPECT_THAT(open_error("17,2021-04-01,a@b.com\n").next, HasSubstr("--no-header"));
  EXPECT_THAT(open_error(std::string("PK\x03\x04", 4) + "zip").why, HasSubstr("zip"));
  EXPECT_THAT(open_error(header.substr(0, 3) + '\0' + header).why, HasSubstr("binary"));
  EXPECT_THAT(open_error("country,id,country\n").why, HasSubstr("\"country\""));
}

TEST(OpenDump, TheSummaryOfADumpNotReadToItsEndIsAnError) {
  ScanOptions options;
  options.csv.block_bytes = 1000;
  const auto dump = open(sample(1000).text, options);
  EXPECT_FALSE(dump->summary().has_value());
  {
    const auto reader = dump->reader();
    EventBatch batch;
    ASSERT_TRUE(reader->next(batch).value());
  }
  const auto summary = dump->summary();
  ASSERT_FALSE(summary.has_value());
  EXPECT_THAT(summary.error().why, HasSubstr("not read to its end"));
}

TEST(OpenDump, ABrokenStreamIsAnErrorOfEveryReaderAndOfTheSummary) {
  const std::string text = sample(20'000).text;
  ScanOptions options;
  options.csv.block_bytes = 10'000;
  auto dump = open_dump(std::make_unique<MemoryStream>(text, 1000, fail("cannot read", "dump.csv", "it broke")),
                        options, nullptr)
                  .value();
  const Seen seen = drain(*dump, 3);
  ASSERT_THAT(seen.errors, SizeIs(3));
  for (const Error& error : seen.errors) EXPECT_EQ(error.why, "it broke");
  ASSERT_FALSE(dump->summary().has_value());
  EXPECT_EQ(dump->summary().error().why, "it broke");
}

TEST(OpenDump, ATruncatedGzipIsAnErrorAfterItsLastRow) {
  const std::string stored = gzipped(sample(20'000).text);
  const auto dump = open(stored.substr(0, stored.size() - 10));
  EXPECT_THAT(drain(*dump, 2).errors, SizeIs(2));
  ASSERT_FALSE(dump->summary().has_value());
  EXPECT_THAT(dump->summary().error().why, HasSubstr("truncated"));
}

TEST(OpenDump, AnInterruptIsAnErrorOfThatKind) {
  for (const bool zipped : {false, true}) {
    const std::string text = sample(20'000).text;
    const auto dump = open(zipped ? gzipped(text) : text);
    request_interrupt();
    const Seen seen = drain(*dump, 2);
    const auto summary = dump->summary();
    clear_interrupt();
    ASSERT_THAT(seen.errors, SizeIs(2));
    for (const Error& error : seen.errors) EXPECT_EQ(error.kind, ErrorKind::interrupted);
    ASSERT_FALSE(summary.has_value());
    EXPECT_EQ(summary.error().kind, ErrorKind::interrupted);
  }
}

// One object, and the transport's own error for everything else.
class OneObject final : public Sources {
 public:
  explicit OneObject(std::string text) : text_(std::move(text)) {}
  Result<std::vector<Object>> expand(const std::string& src) override { return std::vector<Object>{{src, {}, {}, 0}}; }
  Result<std::optional<Object>> stat(const std::string&) override { return std::nullopt; }
  Result<std::vector<Listed>> list(const UriTemplate&, const Period&, const Period&) override {
    return std::vector<Listed>{};
  }
  Result<std::unique_ptr<ByteStream>> open(const std::string& uri) override {
    if (uri != "dump.csv") return fail(ErrorKind::missing, "cannot open", uri, "there is no such file");
    return std::make_unique<MemoryStream>(text_);
  }

 private:
  std::string text_;
};

TEST(OpenDump, ByNameThroughSources) {
  OneObject sources(header + "7,2021-04-01,,,,,,\n");
  const auto dump = open_dump(sources, "dump.csv", {}, nullptr);
  ASSERT_TRUE(dump.has_value());
  EXPECT_EQ((*dump)->object().uri, "dump.csv");
  EXPECT_THAT(drain(**dump).ids, ElementsAre("7"));
  const auto missing = open_dump(sources, "other.csv", {}, nullptr);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::missing);
}

}  // namespace
}  // namespace weir
