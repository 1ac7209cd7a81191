// What is worth trying again, and how long to wait before.
#pragma once

#include <functional>

#include "source/http.h"

namespace weir::source {

inline constexpr int attempts_max = 5;

// True for answers that say "later" (429, 5xx), connections that broke, and, for a server that may be restarting, the first
// refusals to connect. `attempts`: how many were made. Never for interrupts, certificates and what the client did wrong.
[[nodiscard]] bool worth_retrying(const HttpResponse& response, int attempts);

// Waits before attempt number `attempts` + 1: 100 ms, doubled each time, half of it random so that clients do not come
// back together. Returns early, with false, when `stop` says so or the process is interrupted.
bool wait_before_retry(int attempts, const std::function<bool()>& stop);

// Sends what `make` makes (anew each time: signatures carry the time) until it is no longer worth trying.
[[nodiscard]] HttpResponse send_with_retries(HttpClient& client, const std::function<HttpRequest()>& make,
                                             BodySink* sink);

}  // namespace weir::source
