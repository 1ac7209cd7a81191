// What `weir doctor` finds out about S3: who asks, and what they may do.
#pragma once

#include <string>
#include <vector>

#include "source/environment.h"
#include "weir/finding.h"
#include "weir/source.h"

namespace weir::source {

// Which keys there are, from where, and for which region and endpoint. Of the keys only the masked id is told. Asks
// whoever hands keys out.
[[nodiscard]] Finding credentials_finding(const AccessOptions& options, const Environment& environment);

// The same; then who that is, in which region the bucket is, whether the place can be listed and read, and how fast:
// the first object below `uri` (s3://bucket[/prefix]) is read for up to 16 MiB or three seconds. Changes nothing. A
// listing that is refused is no problem where the object itself may be read. Fails (usage) where `uri` is no such
// place.
[[nodiscard]] Result<std::vector<Finding>> diagnose_s3(const std::string& uri, const AccessOptions& options,
                                                       const Environment& environment);

}  // namespace weir::source
