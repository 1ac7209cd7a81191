// gzip (RFC 1952, RFC 1951) to plain bytes, by ISA-L.
#pragma once

#include <memory>

#include "weir/source.h"

namespace weir {

// Yields every member of `stored`, one after the other. Checksums and lengths are checked. Zero bytes after the last
// member are padding (tapes and block devices leave them); anything else there, a part of a member too, is an error,
// and so is an end within a member. Reads `stored` to its end. Not thread-safe.
[[nodiscard]] std::unique_ptr<ByteStream> gzip_stream(std::unique_ptr<ByteStream> stored);

}  // namespace weir
