// The content hash of stored bytes, told without loading them: the same text as ScanSummary::content_hash.
#pragma once

#include <memory>
#include <string>

#include "weir/result.h"
#include "weir/source.h"

namespace weir {

// Reads `stream` to its end. Errors: those of the stream; interrupted.
[[nodiscard]] Result<std::string> content_hash_of(ByteStream& stream);

// What can be read only once, kept to be read again.
struct Spooled {
  std::string content_hash;
  std::unique_ptr<ByteStream> stream;  // the same bytes and object; its room on the disk goes with it
};
// Copies `stream` to an unlinked file in $TMPDIR (/tmp when unset) while hashing. Errors: those of the stream; no room
// or no permission there, naming the directory; interrupted.
[[nodiscard]] Result<Spooled> spool(ByteStream& stream);

}  // namespace weir
