// Zstandard (RFC 8878) to plain bytes, by libzstd.
#pragma once

#include <memory>

#include "weir/source.h"

namespace weir {

// Yields every frame of `stored`, one after the other; skippable frames yield nothing. An end within a frame, bytes
// after a frame that are none, and a frame whose window is above 128 MiB (`zstd --long=28` and up, `--ultra` is fine)
// are errors. Reads `stored` to its end. Not thread-safe. Fails when there is no memory for a decompressor.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> zstd_stream(std::unique_ptr<ByteStream> stored);

}  // namespace weir
