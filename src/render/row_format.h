// What the writers of rows share: the pieces of their output, and values as text.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "render/row_writer.h"

namespace weir::rendering {

// A writer that gathers its output. What it has gathered is in out_; flush what is due after each row.
class GatheringWriter : public RowWriter {
 public:
  explicit GatheringWriter(WriteText write) : write_(std::move(write)) {}
  Status finish() override;

 protected:
  // False: nobody reads the output any more.
  [[nodiscard]] Result<bool> flush_if_due();
  [[nodiscard]] Result<bool> flush();
  std::string out_;

 private:
  WriteText write_;
  bool is_read_ = true;
};

// For people: printable, a dash for null.
[[nodiscard]] std::string shown_text(const QueryValue& value);

[[nodiscard]] std::unique_ptr<RowWriter> make_row_table(const TableStyle& style, WriteText write);

}  // namespace weir::rendering
