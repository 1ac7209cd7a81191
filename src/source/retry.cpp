#include "source/retry.h"

#include <chrono>
#include <random>
#include <thread>

#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr int connect_attempts_max = 3;  // 0.6 s in all: a typing error should not look like a hang
constexpr int first_delay_ms = 200;
constexpr int step_ms = 20;

}  // namespace

bool worth_retrying(const HttpResponse& response, int attempts) {
  if (attempts >= attempts_max || response.stopped) return false;
  if (!response.failure) return response.status == 429 || (response.status >= 500 && response.status != 501);
  switch (*response.failure) {
    case TransportFailure::broken: return true;
    case TransportFailure::resolve:
    case TransportFailure::connect: return attempts < connect_attempts_max;
    case TransportFailure::certificate:
    case TransportFailure::interrupted:
    case TransportFailure::protocol:
    case TransportFailure::unsent: return false;
  }
  return false;
}

int retry_delay_ms(int attempts, double chance) {
  const int half_ms = (first_delay_ms << (attempts - 1)) / 2;
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

HttpResponse send_with_retries(const std::function<HttpResponse()>& send) {
  for (int attempts = 1;; ++attempts) {
    HttpResponse response = send();
    if (!worth_retrying(response, attempts)) return response;
    if (!wait_before_retry(attempts, [] { return false; })) return response;
  }
}

}  // namespace weir::source
