// What is worth trying again, and how long to wait before.
#pragma once

#include <functional>

#include "source/http.h"

namespace weir::source {

inline constexpr int default_attempts_max = 5;

// True for answers that say "later" (429, 5xx, HttpResponse::may_pass), connections that broke, and, for a server that
// may be restarting, the first refusals to connect. `attempts`: how many were made. Never for interrupts, certificates
// and what the client did wrong.
[[nodiscard]] bool worth_retrying(const HttpResponse& response, int attempts, int attempts_max = default_attempts_max);

// The same for a server that has answered before: refusals to connect are breaks like others.
[[nodiscard]] bool worth_resuming(const HttpResponse& response, int attempts, int attempts_max);

// How long to wait before attempt number `attempts` + 1: 200 ms, doubled each time up to 20 s, half of it by `chance`
// (0 to 1) so that clients do not come back together. Pure.
[[nodiscard]] int retry_delay_ms(int attempts, double chance);

// Waits that long. Returns early, with false, when `stop` says so or the process is interrupted.
[[nodiscard]] bool wait_before_retry(int attempts, const std::function<bool()>& stop);

// Calls `send` (which makes its request anew: signatures carry the time) until it is no longer worth trying.
[[nodiscard]] HttpResponse send_with_retries(const std::function<HttpResponse()>& send,
                                             int attempts_max = default_attempts_max);

}  // namespace weir::source
