// Is the object that can be read now the dump that was loaded?
//
//   S3, https with a strong etag   same URI and same version: the same dump; anything else is another. User, password
//                                  and query of a web address, which is shown without them, do not count
//   https without one, stdin,      the content hash decides
//   FIFOs and other pipes
//   regular local files            same path, size, mtime and inode: the same dump, unless the mtime is within 2 s of
//                                  the time of the load: a file may be written twice within one tick of its clock,
//                                  once on either side of our reading it. Then, and for a file of the same size that
//                                  was touched, copied or moved, the content hash decides: reading a local file is
//                                  cheaper than loading it, and a restored backup is no new dump. Such a file is
//                                  hashed again next time, since the ledger is not rewritten.
//   any                            another size: another dump
#pragma once

#include "weir/source.h"
#include "weir/store.h"

namespace weir {

enum class Sameness { same, different, unsure };

// Reads nothing. `unsure`: only the content hash can tell. Pure.
[[nodiscard]] Sameness compare_version(const Ingestion& loaded, const Object& object);

// True where an object can be read once more, and reading it just to hash it is no matter: a regular local file, which
// has a version. Pipes named by a path, such as FIFOs and <(…), have none.
[[nodiscard]] bool is_local_file(const Object& object);

}  // namespace weir
