// Reads a text through CsvDump the way a command does, with any number of threads and any block size.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "decode/decode.h"
#include "reference_csv.h"

namespace weir::testing {

// Hands out a text a few bytes at a time, as a pipe would.
class TextStream final : public ByteStream {
 public:
  explicit TextStream(std::string text, std::size_t step = SIZE_MAX) : text_(std::move(text)), step_(step) {
    object_.uri = "test.csv";
  }
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), step_, text_.size() - at_});
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
  Object object_;
};

inline void drain(RowReader& reader, std::size_t columns, reference::Table& table, std::mutex& mutex, bool& failed) {
  RowBatch batch;
  for (;;) {
    auto more = reader.next(batch);
    const std::scoped_lock lock(mutex);
    if (!more) failed = true;
    if (!more || !*more) return;
    for (std::size_t row = 0; row < batch.rows; ++row) {
      reference::Row& out = table.rows.emplace_back();
      out.line = batch.first_line + batch.lines[row];
      for (std::size_t column = 0; column < columns; ++column) out.fields.emplace_back(batch.columns[column][row]);
    }
    for (const Reject& reject : batch.rejects) table.rejects.push_back({reject.line, reject.reason, reject.raw});
  }
}

struct ReadResult {
  std::vector<std::string> columns;
  reference::Table table;  // sorted by line
};

inline Result<ReadResult> read_csv(const std::string& text, const CsvOptions& options, unsigned threads,
                                   std::size_t step = SIZE_MAX) {
  WEIR_TRY_ASSIGN(auto dump, CsvDump::open(std::make_unique<TextStream>(text, step), options));
  ReadResult result{dump->columns(), {}};
  std::vector<int> all;
  for (std::size_t i = 0; i < dump->columns().size(); ++i) all.push_back(static_cast<int>(i));
  dump->select(all);
  std::mutex mutex;
  bool failed = false;
  std::vector<std::unique_ptr<RowReader>> readers;
  for (unsigned i = 0; i < threads; ++i) readers.push_back(dump->reader());
  if (threads == 1) {
    drain(*readers[0], all.size(), result.table, mutex, failed);
  } else {
    std::vector<std::thread> pool;
    pool.reserve(threads);
    for (auto& reader : readers) {
      pool.emplace_back([&, r = reader.get()] { drain(*r, all.size(), result.table, mutex, failed); });
    }
    for (auto& thread : pool) thread.join();
  }
  if (failed) return fail("cannot read", "test.csv", "a reader failed");
  std::sort(result.table.rows.begin(), result.table.rows.end());
  std::sort(result.table.rejects.begin(), result.table.rejects.end());
  return result;
}

}  // namespace weir::testing
