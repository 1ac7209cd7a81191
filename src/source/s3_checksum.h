// What an S3 answer tells of the whole object's bytes. Pure.
#pragma once

#include <string>

#include "source/http.h"

namespace weir::source {

// As Object::checksum has it; empty when the answer gives none that covers the whole object. The x-amz-checksum-*
// headers count where the answer is about the whole object and they are no checksum of checksums ("…-3", of a multipart
// upload); else the etag, where it is the MD5 of the bytes: of an object put in one piece, and encrypted with neither
// KMS's nor the customer's keys.
[[nodiscard]] std::string s3_checksum(const HttpResponse& head);

}  // namespace weir::source
