// Readers that fail, stop early or are interrupted: nobody waits for them, and the end of a broken dump is never taken
// for its end.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <future>
#include <new>
#include <stdexcept>

#include "csv_helpers.h"

namespace weir {
namespace {

using ::testing::HasSubstr;

// Endless rows; after `good_bytes` it does what `then` says.
class BreakingStream final : public ByteStream {
 public:
  BreakingStream(std::size_t good_bytes, std::function<Result<std::size_t>()> then)
      : good_bytes_(good_bytes), then_(std::move(then)) {
    object_.uri = "broken.csv";
  }
  Result<std::size_t> read(std::span<char> buffer) override {
    EXPECT_FALSE(reading_.exchange(true)) << "two readers at once";
    const std::size_t count = std::min(buffer.size(), good_bytes_ - at_);
    constexpr std::string_view text = "a,b\n";
    for (std::size_t i = 0; i < count; ++i) buffer[i] = text[(at_ + i) % text.size()];
    at_ += count;
    Result<std::size_t> result = count;
    try {
      if (count == 0) result = then_();
    } catch (...) {
      reading_ = false;
      throw;
    }
    reading_ = false;
    return result;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::size_t good_bytes_;
  std::function<Result<std::size_t>()> then_;
  std::size_t at_ = 0;
  std::atomic<bool> reading_{false};
  Object object_;
};

std::unique_ptr<CsvDump> open_breaking(std::size_t good_bytes, std::function<Result<std::size_t>()> then) {
  CsvOptions options;
  options.block_bytes = 1000;
  auto dump = CsvDump::open(std::make_unique<BreakingStream>(good_bytes, std::move(then)), options);
  EXPECT_TRUE(dump.has_value());
  (*dump)->select({0, 1});
  return std::move(*dump);
}

Error drain_to_error(CsvDump& dump) {
  const auto reader = dump.reader();
  RowBatch batch;
  for (;;) {
    const Result<bool> more = reader->next(batch);
    if (!more) return more.error();
    if (!*more) return {};
  }
}

// The errors of four readers on four threads; fails when they do not come back.
std::vector<Error> errors_of_four(CsvDump& dump) {
  std::vector<std::future<Error>> ends;
  ends.reserve(4);
  for (int i = 0; i < 4; ++i) ends.push_back(std::async(std::launch::async, [&] { return drain_to_error(dump); }));
  std::vector<Error> errors;
  for (auto& end : ends) {
    if (end.wait_for(std::chrono::seconds(60)) != std::future_status::ready) {
      ADD_FAILURE() << "a reader waits for ever";
      std::abort();  // its thread could not be joined
    }
    errors.push_back(end.get());
  }
  return errors;
}

TEST(CsvFailure, AnErrorOfTheStreamIsEveryReaders) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const auto dump = open_breaking(200'000, [] { return fail("cannot read", "broken.csv", "the connection broke"); });
    for (const Error& error : errors_of_four(*dump)) EXPECT_EQ(error.why, "the connection broke");
    EXPECT_EQ(drain_to_error(*dump).why, "the connection broke") << "a reader that comes late";
  }
}

TEST(CsvFailure, MemoryThatRunsOutIsAnErrorOfEveryReader) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto dump = open_breaking(200'000, []() -> Result<std::size_t> { throw std::bad_alloc(); });
    for (const Error& error : errors_of_four(*dump)) EXPECT_EQ(error.why, "out of memory");
  }
}

TEST(CsvFailure, AnExceptionOfTheStreamIsAnErrorThatSaysIt) {
  const auto dump = open_breaking(200'000, []() -> Result<std::size_t> { throw std::runtime_error("a torn cable"); });
  for (const Error& error : errors_of_four(*dump)) EXPECT_THAT(error.why, HasSubstr("a torn cable"));
}

TEST(CsvFailure, AnInterruptEndsEveryReader) {
  const auto dump = open_breaking(200'000, []() -> Result<std::size_t> {
    request_interrupt();
    return fail(ErrorKind::interrupted, "stopped reading", "broken.csv", "interrupted");
  });
  for (const Error& error : errors_of_four(*dump)) EXPECT_EQ(error.kind, ErrorKind::interrupted);
  clear_interrupt();
}

TEST(CsvFailure, AnInterruptIsSeenBetweenBlocks) {
  const auto dump = open_breaking(10'000'000, [] { return Result<std::size_t>(0); });
  const auto reader = dump->reader();
  RowBatch batch;
  for (int i = 0; i < 80; ++i) ASSERT_TRUE(reader->next(batch).value());  // past what was read with the header
  request_interrupt();
  const Result<bool> more = reader->next(batch);
  clear_interrupt();
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().kind, ErrorKind::interrupted);
}

TEST(CsvFailure, ReadersThatStopEarlyHoldNobodyUp) {
  const auto dump = open_breaking(400'000, [] { return Result<std::size_t>(0); });
  std::vector<std::future<std::size_t>> counts;
  for (std::size_t stop_after : {1UL, 2UL, 5UL, SIZE_MAX}) {
    counts.push_back(std::async(std::launch::async, [&dump, stop_after] {
      const auto reader = dump->reader();
      RowBatch batch;
      std::size_t rows = 0;
      for (std::size_t i = 0; i < stop_after && reader->next(batch).value(); ++i) rows += batch.rows;
      return rows;
    }));
  }
  std::size_t rows = 0;
  for (auto& count : counts) {
    if (count.wait_for(std::chrono::seconds(60)) != std::future_status::ready) std::abort();
    rows += count.get();
  }
  EXPECT_EQ(rows, 99'999U);  // each batch came out once, and the header is no row
}

TEST(CsvFailure, TwoReadersTakenInTurnByOneThread) {
  const auto dump = open_breaking(400'000, [] { return Result<std::size_t>(0); });
  const auto first = dump->reader();
  const auto second = dump->reader();
  RowBatch one;
  RowBatch two;
  std::size_t rows = 0;
  for (bool more = true; more;) {
    more = first->next(one).value();
    if (more) rows += one.rows;
    if (more && second->next(two).value()) rows += two.rows;
  }
  EXPECT_EQ(rows, 99'999U);
}

}  // namespace
}  // namespace weir
