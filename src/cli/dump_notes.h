// What is said once about the columns of dumps, however many of them are alike.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/reporter.h"
#include "weir/event.h"

namespace weir::cli {

// Not thread-safe.
class DumpNotes {
 public:
  explicit DumpNotes(Reporter& reporter) : reporter_(reporter) {}
  // Columns that no field takes, and fields that no column carries; nothing that was said before.
  void say(const std::vector<std::string>& unused_columns, const std::vector<Field>& absent_fields);

 private:
  Reporter& reporter_;
  std::set<std::string> said_;
};

}  // namespace weir::cli
