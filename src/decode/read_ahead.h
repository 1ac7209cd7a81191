// A stream read by a thread of its own, a few buffers ahead, so that what is slow to produce (decompression) overlaps
// with what is slow to consume (parsing).
#pragma once

#include <memory>

#include "weir/result.h"
#include "weir/source.h"

namespace weir {

// The stream yields what `inner` yields, its errors included, which are repeated by every later read. `inner` is read
// and destroyed on other threads than its creator's, never on two at once. Whatever inner's thread wrote before it saw
// the end is visible to the reader once read() returned 0. Destroying the stream before its end interrupts the
// thread's read (see ThreadStop), and so takes no longer than a Ctrl-C would. Holds 4 MiB. Fails when no thread can be
// started.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> read_ahead(std::unique_ptr<ByteStream> inner);

}  // namespace weir
