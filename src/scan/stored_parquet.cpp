#include "scan/stored_parquet.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace weir::scanning {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

}  // namespace

StoredParquet::StoredParquet(std::unique_ptr<ByteStream> stream, bool read_all, std::atomic<std::uint64_t>& bytes,
                             Progress* progress)
    : stream_(std::move(stream)), read_all_(read_all), bytes_(bytes), progress_(progress), told_(bytes.load()) {}

Result<std::unique_ptr<StoredParquet>> StoredParquet::open(std::unique_ptr<ByteStream> stream, bool read_all,
                                                           std::atomic<std::uint64_t>& bytes, Progress* progress) {
  std::unique_ptr<StoredParquet> stored(new StoredParquet(std::move(stream), read_all, bytes, progress));
  const std::string path = stored->stream_->reopening_path();
  if (path.empty() || ::access(path.c_str(), R_OK) != 0) {
    WEIR_TRY_ASSIGN(TempFile copy, TempFile::create("cannot keep a copy of the dump in"));
    stored->copy_.emplace(std::move(copy));
    WEIR_TRY(stored->drain());
  }
  return stored;
}

std::string StoredParquet::path() const {
  return copy_ ? copy_->path() : stream_->reopening_path();
}

// Reads the stream to its end, into the copy where there is one.
Status StoredParquet::drain() {
  std::vector<char> buffer(buffer_bytes);
  for (;;) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped reading", stream_->object().uri, "interrupted");
    WEIR_TRY_ASSIGN(const std::size_t got, stream_->read(buffer));
    if (got == 0) return {};
    if (copy_) WEIR_TRY(copy_->write(std::span(buffer).first(got)));
  }
}

void StoredParquet::tell(std::uint64_t bytes) {
  if (bytes <= told_) return;
  bytes_.fetch_add(bytes - told_, std::memory_order_relaxed);
  if (progress_ != nullptr) progress_->bytes_read.fetch_add(bytes - told_, std::memory_order_relaxed);
  told_ = bytes;
}

Status StoredParquet::check_unchanged() const {
  const Object& object = stream_->object();
  struct stat now {};
  if (::stat(path().c_str(), &now) != 0) return {};
  const std::int64_t modified_ns = std::int64_t{now.st_mtim.tv_sec} * 1'000'000'000 + now.st_mtim.tv_nsec;
  const auto bytes = static_cast<std::uint64_t>(now.st_size);
  if (object.modified_ns == 0 || (bytes == object.bytes && modified_ns == object.modified_ns)) return {};
  return fail("cannot read", object.uri,
              fmt::format("the file was changed while being read ({} bytes when opened, {} now)",
                          object.bytes.value_or(0), bytes),
              "wait until it is written, then try again");
}

Status StoredParquet::rows_read(std::uint64_t rows, std::uint64_t rows_total) {
  if (copy_) return {};
  const bool all = rows == rows_total;
  if (all && read_all_) return drain();  // the stream counts for itself, and checks at its end
  const std::uint64_t bytes = stream_->object().bytes.value_or(0);
  if (!read_all_)
    tell(all ? bytes
             : static_cast<std::uint64_t>(static_cast<double>(bytes) * static_cast<double>(rows) /
                                          static_cast<double>(rows_total)));
  return all ? check_unchanged() : Status();
}

}  // namespace weir::scanning
