// Where the bytes of a Parquet file are while it is read: in its own file, or in a copy of what can be read only once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/temp_file.h"
#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::scanning {

// Not thread-safe; rows_read() is called by one thread at a time.
class StoredParquet {
 public:
  // `stream`: the stored bytes from the beginning, which it counts (and hashes, where asked) as they pass. One without
  // a reopening_path() is copied to a file without a name in $TMPDIR; of a file the bytes are read in order only where
  // `read_all` says so, for their hash. `bytes` and `progress` (may be null) are told how far reading is.
  static Result<std::unique_ptr<StoredParquet>> open(std::unique_ptr<ByteStream> stream, bool read_all,
                                                     std::atomic<std::uint64_t>& bytes, Progress* progress);

  [[nodiscard]] std::string path() const;

  // After the rows that were read by now. Once all are: fails where the file was written to meanwhile.
  Status rows_read(std::uint64_t rows, std::uint64_t rows_total);

 private:
  StoredParquet(std::unique_ptr<ByteStream> stream, bool read_all, std::atomic<std::uint64_t>& bytes,
                Progress* progress);
  Status drain();
  Status check_unchanged() const;
  void tell(std::uint64_t bytes);

  std::unique_ptr<ByteStream> stream_;
  bool read_all_;
  std::atomic<std::uint64_t>& bytes_;
  Progress* progress_;
  std::optional<TempFile> copy_;
  std::uint64_t told_ = 0;  // bytes, to whoever counts them
};

}  // namespace weir::scanning
