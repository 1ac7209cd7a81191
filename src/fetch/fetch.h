// One dump, downloaded as it is stored: checked, resumable, and there only once it is whole.
#pragma once

#include <cstdint>
#include <string>

#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir {

struct Fetched {
  std::string uri;
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t resumed_at = 0;  // bytes that an earlier attempt had left
};

// Where `destination` puts `object`: a directory gets the object's own name, "" is the working directory.
[[nodiscard]] std::string fetch_path(const Object& object, const std::string& destination);

// Downloads `object` to `path`. Bytes go to `<path>.part-<hash of address and version>` first, so that a part says of
// which version it is; when all are there, as many as the source told and with the checksum it gives, that is synced
// and renamed, and replaces what stood at `path`. What an interrupted attempt leaves is taken up by the next one of the
// same version, and checked with the rest; parts of `path` that nobody writes any more and that are of other versions
// or objects go. Objects without a version begin anew. An object that is replaced meanwhile is fetched in its new
// version, after restarts_max changes no more. Errors: those of the source; a length or checksum other than told; no
// room or permission at `path`; another fetch of the same at work; interrupted.
[[nodiscard]] Result<Fetched> fetch(Sources& sources, const Object& object, const std::string& path,
                                    Progress* progress);

}  // namespace weir
