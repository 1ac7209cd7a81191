// A dump's rows before anything is made of them, whatever its format: what a scan cleans, and a conversion writes down.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "decode/decode.h"
#include "scan/scan.h"
#include "scan/stored_parquet.h"
#include "weir/event.h"
#include "weir/progress.h"
#include "weir/source.h"

namespace weir::scanning {

struct StoredRows {
  Object object;
  // What the streams below the rows find out about its stored bytes. The hash is written, where ScanOptions asks for
  // it, before the last row is seen.
  std::atomic<std::uint64_t> bytes{0};
  std::string content_hash;
  std::unique_ptr<StoredParquet> parquet;  // where it is one
  std::unique_ptr<RowDump> rows;           // goes first: its streams write the above
  ColumnBinding binding;

  // Reads up to the header. `progress` (may be null) outlives the rows; its total grows by the object's size. Errors as
  // of open_dump().
  static Result<std::unique_ptr<StoredRows>> open(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                                  Progress* progress);
};

}  // namespace weir::scanning
