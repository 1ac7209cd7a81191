// Objects in memory that behave like a bucket, a disk, a web server and a pipe: for tests of what reads them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "weir/source.h"

namespace weir::ingest_tests {

struct MemoryObject {
  std::string content{};
  std::string version{};
  std::int64_t modified_ns = 0;
  std::string listed_version{};  // what a listing tells, where that is less than `version`; empty: the same
  std::optional<std::size_t> breaks_after{};   // bytes after which the connection breaks
  std::optional<std::size_t> interrupts_at{};  // bytes after which somebody presses Ctrl-C
  std::string checksum{};
  std::vector<MemoryObject> later{};  // what it is replaced by, one after the other, each when the one before is
                                      // opened: `breaks_after` is the change then
  std::optional<Error> refusal{};     // of open()
  std::optional<Error> hidden{};      // of stat()
  std::optional<Error> unlisted{};    // of its entry in a listing
};

class MemorySources final : public Sources {
 public:
  std::map<std::string, MemoryObject> objects;  // by URI; "-" is stdin, and can be opened once
  std::vector<std::string> opened;              // in order

  [[nodiscard]] Result<std::vector<Object>> expand(const std::string& src) override;
  [[nodiscard]] Result<std::optional<Object>> stat(const std::string& uri) override;
  [[nodiscard]] Result<std::vector<Listed>> list(const UriTemplate& uri_template, const Period& first,
                                                 const Period& last) override;
  [[nodiscard]] Result<std::unique_ptr<ByteStream>> open(const std::string& uri) override;
};

}  // namespace weir::ingest_tests
