// A file to an object of S3, in parts: nothing is seen of it before the last of them is there and the upload completed.
#pragma once

#include <memory>
#include <string>

#include "source/s3_client.h"
#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::source {

// See Sources::upload(). Each part is sent again where that may help, and its etag held against it where that is the
// MD5; finish() looks at the object that came of them. A process that is killed, or that no longer reaches the
// server, leaves parts that nobody sees, for the bucket's own rules to remove.
[[nodiscard]] Result<std::unique_ptr<Upload>> upload_to_s3(std::shared_ptr<S3Client> client, S3Name name,
                                                           const std::string& path, Progress* progress);

}  // namespace weir::source
