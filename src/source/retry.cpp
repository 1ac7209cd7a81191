#include "source/retry.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr int connect_attempts_max = 3;  // 0.6 s in all: a typing error should not look like a hang
constexpr int first_delay_ms = 200;
constexpr int longest_delay_ms = 20'000;
constexpr int step_ms = 20;

}  // namespace

bool worth_retrying(const HttpResponse& response, int attempts, int attempts_max) {
  const bool unreached = response.failure == TransportFailure::resolve ||
                         response.failure == TransportFailure::connect ||
                         response.failure == TransportFailure::handshake;
  return worth_resuming(response, attempts, unreached ? std::min(attempts_max, connect_attempts_max) : attempts_max);
}

bool worth_resuming(const HttpResponse& response, int attempts, int attempts_max) {
  if (attempts >= attempts_max || response.stopped) return false;
  if (!response.failure) {
    return response.may_pass || response.status == 429 || (response.status >= 500 && response.status != 501);
  }
  switch (*response.failure) {
    case TransportFailure::broken:
    case TransportFailure::resolve:
    case TransportFailure::connect:
    case TransportFailure::handshake: return true;
    case TransportFailure::certificate:
    case TransportFailure::interrupted:
    case TransportFailure::protocol:
    case TransportFailure::unsent: return false;
  }
  return false;
}

int retry_delay_ms(int attempts, double chance) {
  int half_ms = first_delay_ms / 2;
  for (int i = 1; i < attempts && half_ms < longest_delay_ms; ++i) half_ms *= 2;
  half_ms = std::min(half_ms, longest_delay_ms / 2);
  return half_ms + static_cast<int>(half_ms * chance);
}

bool wait_before_retry(int attempts, const std::function<bool()>& stop) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int delay_ms = retry_delay_ms(attempts, std::uniform_real_distribution<double>(0, 1)(random));
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms);
  while (std::chrono::steady_clock::now() < until) {
    if (interrupted() || stop()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(step_ms));
  }
  return true;
}

HttpResponse send_with_retries(const std::function<HttpResponse()>& send, int attempts_max) {
  for (int attempts = 1;; ++attempts) {
    HttpResponse response = send();
    if (!worth_retrying(response, attempts, attempts_max)) return response;
    if (!wait_before_retry(attempts, [] { return false; })) return response;
  }
}

}  // namespace weir::source
