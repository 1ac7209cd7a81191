// source → decode → clean as one stream of event batches: what counting, loading and every other reader of dumps starts
// from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "decode/decode.h"
#include "weir/batch.h"
#include "weir/event.h"
#include "weir/progress.h"
#include "weir/source.h"

namespace weir {

struct ScanOptions {
  CsvOptions csv;
  ColumnMap columns;
  FieldSet wanted = all_fields;
  bool hash_content = false;
  bool require_timestamp =
      false;  // ingest: a header without it is an error that shows the columns and the --map to use
};

// An open dump: what its header said, and the scan to drain.
class Dump : public EventScan {
 public:
  [[nodiscard]] virtual const Object& object() const = 0;
  [[nodiscard]] virtual const ColumnBinding& binding() const = 0;
  // The header as it stands; summary().columns is the same.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  // Columns that no field takes, and fields (of all eight, whatever is wanted) that no column carries: to be said once
  // on stderr by the command.
  [[nodiscard]] virtual const std::vector<std::string>& unused_columns() const = 0;
  [[nodiscard]] virtual std::vector<Field> absent_fields() const = 0;
};

// Opens `uri` and reads its header. `progress` (may be null) outlives the dump; its total grows by the object's size.
// Errors: what the source said; an empty file; a header no CSV has; two columns of a name that a field takes; a header
// none of whose columns is a field. One reader a thread that counts is enough: gzip and zstd are decompressed on a
// thread besides.
[[nodiscard]] Result<std::unique_ptr<Dump>> open_dump(Sources& sources, const std::string& uri,
                                                      const ScanOptions& options, Progress* progress);
// The same over an already opened stream of stored bytes (stdin that was spooled, say).
[[nodiscard]] Result<std::unique_ptr<Dump>> open_dump(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                                      Progress* progress);

}  // namespace weir
