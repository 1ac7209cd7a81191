#include "source/retry.h"

#include <chrono>
#include <random>
#include <thread>

#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr int connect_attempts_max = 3;  // 0.3 s in all: a typing error should not look like a hang
constexpr int first_delay_ms = 100;
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
    case TransportFailure::protocol: return false;
  }
  return false;
}

bool wait_before_retry(int attempts, const std::function<bool()>& stop) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int full_ms = first_delay_ms << (attempts - 1);
  const int delay_ms = std::uniform_int_distribution<int>(full_ms / 2, full_ms)(random);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms);
  while (std::chrono::steady_clock::now() < until) {
    if (interrupted() || stop()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(step_ms));
  }
  return true;
}

HttpResponse send_with_retries(HttpClient& client, const std::function<HttpRequest()>& make, BodySink* sink) {
  for (int attempts = 1;; ++attempts) {
    HttpResponse response = client.send(make(), sink);
    if (!worth_retrying(response, attempts)) return response;
    if (!wait_before_retry(attempts, [] { return false; })) return response;
  }
}

}  // namespace weir::source
