// How patient transfers are, and what they check: the few things about them that a person may set.
#pragma once

#include <chrono>

#include "source/aws_settings.h"
#include "source/http.h"
#include "source/retry.h"
#include "weir/result.h"

namespace weir::source {

struct TransferSettings {
  int attempts_max = 5;                                    // of one request, and of one part of an object
  std::chrono::seconds stall_limit = default_stall_limit;  // how long a server may send next to nothing
  bool verify_checksums = true;                            // those that S3 gives of whole objects
};

// AWS_MAX_ATTEMPTS (1 to 100), WEIR_STALL_TIMEOUT_S (1 to 3600) and AWS_RESPONSE_CHECKSUM_VALIDATION (when_supported or
// when_required, which is never for objects that are only read), each with the default above where it is not set. Fails
// (usage) on other values.
[[nodiscard]] Result<TransferSettings> transfer_settings(const Environment& environment);

}  // namespace weir::source
