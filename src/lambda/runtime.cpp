#include "lambda/runtime.h"

#include <chrono>

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace weir::lambda {
namespace {

using source::HttpRequest;
using source::HttpResponse;

constexpr const char* next_what = "cannot take the next invocation from";
constexpr const char* answer_what = "cannot answer an invocation at";
constexpr int accepted = 202;

const char* type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "Weir.Usage";
    case ErrorKind::rejects: return "Weir.Rejects";
    case ErrorKind::missing: return "Weir.Missing";
    case ErrorKind::access: return "Weir.Access";
    case ErrorKind::interrupted: return "Weir.Interrupted";
    case ErrorKind::failed: break;
  }
  return "Weir.Failed";
}

// Event texts reach error messages, and need not be UTF-8.
std::string body_of(const Failure& failure) {
  const nlohmann::ordered_json json{
      {"errorMessage", failure.message}, {"errorType", failure.type}, {"stackTrace", nlohmann::ordered_json::array()}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Failure failure_of(const Error& error) {
  return {type_of(error.kind), to_string(error)};
}

RuntimeApi::RuntimeApi(const std::string& host)
    : host_(host), base_url_(fmt::format("http://{}/2018-06-01/runtime", host)), http_("") {}

Result<Invocation> RuntimeApi::next() {
  HttpRequest request;
  request.url = base_url_ + "/invocation/next";
  request.stall_limit = std::chrono::seconds(0);
  request.past_proxies = true;
  HttpResponse response = http_.send(request, nullptr);
  if (response.failure) return tl::unexpected(transport_error(next_what, base_url_, host_, response));
  Invocation invocation;
  invocation.request_id = response.header("lambda-runtime-aws-request-id");
  const auto deadline_ms = source::parse_size(response.header("lambda-runtime-deadline-ms"));
  if (response.status != 200 || invocation.request_id.empty() || !deadline_ms) {
    return fail(next_what, base_url_,
                fmt::format("the answer ({}) is no invocation with a request id and a deadline", response.status),
                "check that AWS_LAMBDA_RUNTIME_API names the Lambda Runtime API");
  }
  invocation.deadline =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(static_cast<std::int64_t>(*deadline_ms)));
  invocation.event = std::move(response.body);
  return invocation;
}

Status RuntimeApi::respond(const std::string& request_id, std::string json) {
  return post(fmt::format("/invocation/{}/response", request_id), std::move(json), "");
}

Status RuntimeApi::fail_invocation(const std::string& request_id, const Failure& failure) {
  return post(fmt::format("/invocation/{}/error", request_id), body_of(failure), failure.type);
}

Status RuntimeApi::fail_start(const Failure& failure) {
  return post("/init/error", body_of(failure), failure.type);
}

// Tried once: the API is on this machine, and an answer that came through is not taken again.
Status RuntimeApi::post(const std::string& path, std::string body, const std::string& error_type) {
  HttpRequest request;
  request.method = "POST";
  request.url = base_url_ + path;
  request.headers.emplace_back("content-type", "application/json");
  if (!error_type.empty()) request.headers.emplace_back("lambda-runtime-function-error-type", error_type);
  request.body = std::move(body);
  request.past_proxies = true;
  const HttpResponse response = http_.send(request, nullptr);
  if (response.failure) return tl::unexpected(transport_error(answer_what, request.url, host_, response));
  if (response.status == accepted) return {};
  return fail(answer_what, request.url, fmt::format("it was not taken ({}): {}", response.status, response.body));
}

}  // namespace weir::lambda
