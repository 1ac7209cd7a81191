// Dumps in memory, and what a scan made of them.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "scan/scan.h"

namespace weir::scan_tests {

// Serves `text` in pieces of at most `piece` bytes, then ends as `end` says.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::string text, std::size_t piece = 1000, Result<std::size_t> end = 0)
      : text_(std::move(text)), piece_(piece), end_(std::move(end)) {
    object_.uri = "dump.csv";
    object_.bytes = text_.size();
  }
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), piece_, text_.size() - at_});
    if (count == 0) return end_;
    std::copy_n(text_.data() + at_, count, buffer.data());
    at_ += count;
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string text_;
  std::size_t piece_;
  Result<std::size_t> end_;
  std::size_t at_ = 0;
  Object object_;
};

inline std::string gzipped(std::string text) {
  z_stream deflater{};
  deflateInit2(&deflater, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&deflater, text.size()) + 64, '\0');
  deflater.next_in = reinterpret_cast<Bytef*>(text.data());
  deflater.avail_in = static_cast<uInt>(text.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  deflate(&deflater, Z_FINISH);
  out.resize(deflater.total_out);
  deflateEnd(&deflater);
  return out;
}

inline std::string zstd_compressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// What all readers saw, copied out of their batches.
struct Seen {
  std::vector<std::string> ids;  // sorted
  std::vector<Reject> rejects;   // by line
  std::vector<Error> errors;
};

inline void drain(EventReader& reader, Seen& seen, std::mutex& mutex) {
  EventBatch batch;
  for (;;) {
    const Result<bool> more = reader.next(batch);
    const std::scoped_lock lock(mutex);
    if (!more) seen.errors.push_back(more.error());
    if (!more || !*more) return;
    for (const std::string_view id : batch.id) seen.ids.emplace_back(id);
    seen.rejects.insert(seen.rejects.end(), batch.rejects.begin(), batch.rejects.end());
  }
}

// Drains a dump on `threads` threads.
inline Seen drain(EventScan& scan, unsigned threads = 1) {
  Seen seen;
  std::mutex mutex;
  std::vector<std::thread> pool;
  for (unsigned i = 0; i < threads; ++i) {
    pool.emplace_back([&] {
      const auto reader = scan.reader();
      drain(*reader, seen, mutex);
    });
  }
  for (std::thread& thread : pool) thread.join();
  std::sort(seen.ids.begin(), seen.ids.end());
  std::sort(seen.rejects.begin(), seen.rejects.end(), [](const Reject& a, const Reject& b) { return a.line < b.line; });
  return seen;
}

}  // namespace weir::scan_tests
