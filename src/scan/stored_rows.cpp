#include "scan/stored_rows.h"

#include <utility>

#include "parquet/parquet_dump.h"
#include "scan/columns.h"

namespace weir::scanning {
namespace {

// Progress may be that of several dumps; this counts one dump's bytes.
class CountedStream final : public ByteStream {
 public:
  CountedStream(std::unique_ptr<ByteStream> inner, std::atomic<std::uint64_t>& bytes)
      : inner_(std::move(inner)), bytes_(bytes) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    WEIR_TRY_ASSIGN(const std::size_t got, inner_->read(buffer));
    bytes_.fetch_add(got, std::memory_order_relaxed);
    return got;
  }
  [[nodiscard]] const Object& object() const override { return inner_->object(); }
  [[nodiscard]] std::string reopening_path() const override { return inner_->reopening_path(); }

 private:
  std::unique_ptr<ByteStream> inner_;
  std::atomic<std::uint64_t>& bytes_;
};

Result<std::unique_ptr<RowDump>> open_rows(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                           Progress* progress, StoredRows& facts) {
  auto counted = std::make_unique<CountedStream>(std::move(stored), facts.bytes);
  WEIR_TRY_ASSIGN(Decompressed plain,
                  decompress(std::move(counted), progress, options.hash_content ? &facts.content_hash : nullptr));
  if (!plain.is_parquet) return CsvDump::open(std::move(plain.bytes), options.csv);
  WEIR_TRY_ASSIGN(facts.parquet,
                  StoredParquet::open(std::move(plain.bytes), options.hash_content, facts.bytes, progress));
  return open_parquet(
      facts.parquet->path(), facts.object.uri,
      [parquet = facts.parquet.get()](auto rows, auto rows_total) { return parquet->rows_read(rows, rows_total); });
}

}  // namespace

Result<std::unique_ptr<StoredRows>> StoredRows::open(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                                     Progress* progress) {
  auto opened = std::make_unique<StoredRows>();
  opened->object = stored->object();
  if (progress != nullptr) progress->bytes_total.fetch_add(opened->object.bytes.value_or(0), std::memory_order_relaxed);
  WEIR_TRY_ASSIGN(opened->rows, open_rows(std::move(stored), options, progress, *opened));
  const std::vector<std::string>& columns = opened->rows->columns();
  WEIR_TRY_ASSIGN(opened->binding, bind_columns(columns, options.columns, opened->object.uri));
  if (options.require_timestamp && !opened->binding.carries(Field::timestamp)) {
    return tl::unexpected<Error>(no_timestamp_error(columns, options.columns, opened->object.uri));
  }
  if (absent_fields(opened->binding).size() == stored_field_count) {
    return tl::unexpected<Error>(no_field_error(columns, opened->object.uri));
  }
  return opened;
}

}  // namespace weir::scanning
