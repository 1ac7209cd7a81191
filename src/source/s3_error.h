// What to tell when S3 refuses. Pure.
#pragma once

#include <string>

#include "source/aws_settings.h"
#include "source/http.h"
#include "source/s3_address.h"
#include "weir/result.h"

namespace weir::source {

enum class S3Access { read, write };

// What was asked, and as whom.
struct S3Question {
  std::string what;  // "cannot read"
  S3Name name;
  std::string region;  // the one that was asked
  std::string host;
  S3Access access = S3Access::read;
};

// Kind access: refused, absent or expired keys, not enough rights. Kind missing: no such key. Everything else failed, a
// bucket that is not there among it. The server's own code and message are in it.
[[nodiscard]] Error s3_error(const S3Question& question, const AwsSettings& settings, const HttpResponse& response);

// True when the answer says that the keys, or their token, have run out.
[[nodiscard]] bool is_expired(const HttpResponse& response);

// True for refusals that may not come again: the request came in too slowly, or the keys have run out, which whoever
// keeps them may be about to renew.
[[nodiscard]] bool is_passing(const HttpResponse& response);

// The region where the bucket is, when the response says that it is not the one asked; else empty.
[[nodiscard]] std::string region_told(const HttpResponse& response);

}  // namespace weir::source
