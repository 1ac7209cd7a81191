#include "source/retry.h"

#include <gtest/gtest.h>

#include <chrono>

#include "weir/progress.h"

namespace weir::source {
namespace {

constexpr int attempts_max = 5;

HttpResponse answered(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

HttpResponse failed(TransportFailure failure) {
  HttpResponse response;
  response.failure = failure;
  return response;
}

TEST(WorthRetrying, IsWhatMayBeBetterLater) {
  for (const int status : {429, 500, 502, 503, 504})
    EXPECT_TRUE(worth_retrying(answered(status), 1, attempts_max)) << status;
  for (const int status : {200, 206, 301, 400, 403, 404, 412, 416, 501})
    EXPECT_FALSE(worth_retrying(answered(status), 1, attempts_max)) << status;
}

TEST(WorthRetrying, IsABrokenConnectionUntilTheLastAttempt) {
  for (int attempts = 1; attempts < attempts_max; ++attempts) {
    EXPECT_TRUE(worth_retrying(failed(TransportFailure::broken), attempts, attempts_max));
    EXPECT_TRUE(worth_retrying(answered(503), attempts, attempts_max));
  }
  EXPECT_FALSE(worth_retrying(failed(TransportFailure::broken), attempts_max, attempts_max));
  EXPECT_FALSE(worth_retrying(answered(503), attempts_max, attempts_max));
}

TEST(WorthRetrying, GivesUpSoonerOnAServerThatIsNotThere) {
  EXPECT_TRUE(worth_retrying(failed(TransportFailure::connect), 2, attempts_max));
  EXPECT_FALSE(worth_retrying(failed(TransportFailure::connect), 3, attempts_max));
  EXPECT_FALSE(worth_retrying(failed(TransportFailure::resolve), 3, attempts_max));
  EXPECT_FALSE(worth_retrying(failed(TransportFailure::handshake), 3, attempts_max));
  EXPECT_FALSE(worth_retrying(failed(TransportFailure::connect), 1, 1));
  EXPECT_TRUE(worth_resuming(failed(TransportFailure::connect), 4, attempts_max)) << "it was there before";
  EXPECT_FALSE(worth_resuming(failed(TransportFailure::connect), 5, attempts_max));
}

TEST(WorthRetrying, IsARefusalThatTheServerCallsPassing) {
  HttpResponse response = answered(400);
  response.may_pass = true;
  EXPECT_TRUE(worth_retrying(response, 1, attempts_max));
  EXPECT_FALSE(worth_retrying(response, attempts_max, attempts_max));
}

TEST(WorthRetrying, IsNeverWhatWillBeRefusedAgain) {
  for (const auto failure :
       {TransportFailure::certificate, TransportFailure::interrupted, TransportFailure::protocol}) {
    EXPECT_FALSE(worth_retrying(failed(failure), 1, attempts_max));
  }
  HttpResponse stopped = answered(503);
  stopped.stopped = true;
  EXPECT_FALSE(worth_retrying(stopped, 1, attempts_max));
}

TEST(RetryDelay, DoublesAndIsHalfByChance) {
  EXPECT_EQ(retry_delay_ms(1, 0), 100);
  EXPECT_EQ(retry_delay_ms(1, 1), 200);
  EXPECT_EQ(retry_delay_ms(2, 0.5), 300);
  EXPECT_EQ(retry_delay_ms(4, 1), 1600);
  EXPECT_EQ(retry_delay_ms(50, 1), 20'000) << "and stops growing";
}

TEST(WaitBeforeRetry, EndsWhenToldToAndWhenInterrupted) {
  EXPECT_TRUE(wait_before_retry(1, [] { return false; }));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(wait_before_retry(4, [] { return true; }));
  request_interrupt();
  EXPECT_FALSE(wait_before_retry(4, [] { return false; }));
  clear_interrupt();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(700))
      << "the wait itself is 800 ms at least";
}

TEST(SendWithRetries, EndsWithTheFirstAnswerThatCounts) {
  int calls = 0;
  EXPECT_EQ(send_with_retries([&] { return answered(++calls == 2 ? 404 : 500); }).status, 404);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace weir::source
