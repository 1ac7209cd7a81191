// The AWS Lambda Runtime API, by which a program of one's own is told what to do and answers.
// Protocol: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", version 2018-06-01.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "source/http.h"
#include "weir/result.h"

namespace weir::lambda {

struct Invocation {
  std::string request_id;
  std::string event;  // JSON
  std::chrono::system_clock::time_point deadline;
};

// Why an invocation, or the start, came to nothing, as Lambda passes it on to whoever invoked it, to its log and to a
// dead-letter queue.
struct Failure {
  std::string type;  // "Weir.Access"
  std::string message;
};
// With what to do next. The type tells the error's kind.
[[nodiscard]] Failure failure_of(const Error& error);

// One thread uses it. Interrupts end each call with an error of their kind.
class RuntimeApi {
 public:
  // `host`: HOST:PORT as AWS_LAMBDA_RUNTIME_API has it.
  explicit RuntimeApi(const std::string& host);

  // Waits for the next one, as long as it takes: Lambda freezes the process meanwhile. Fails when the API cannot be
  // reached or does not speak its protocol; the process has nothing to do then, and should end.
  [[nodiscard]] Result<Invocation> next();
  // Exactly one of the two for each invocation. Fails when the answer is not taken; `next` may be called all the same,
  // unless the error's kind is interrupted.
  Status respond(const std::string& request_id, std::string json);
  Status fail_invocation(const std::string& request_id, const Failure& failure);
  // In place of the first next(): there is no use in starting.
  Status fail_start(const Failure& failure);

 private:
  Status post(const std::string& path, std::string body, const std::string& error_type);

  std::string host_;
  std::string base_url_;
  source::HttpClient http_;
};

}  // namespace weir::lambda
