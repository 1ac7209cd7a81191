#include "source/http.h"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "loopback_server.h"
#include "weir/progress.h"

namespace weir::source_tests {
namespace {

using source::BodySink;
using source::HttpClient;
using source::HttpRequest;
using source::HttpResponse;
using source::TransportFailure;
using testing::HasSubstr;

class Collector final : public BodySink {
 public:
  bool begin(const HttpResponse& head) override {
    status = head.status;
    ++begun;
    return wants_any;
  }
  bool write(std::string_view bytes) override {
    content += bytes;
    return content.size() < enough;
  }
  [[nodiscard]] bool is_wanted() const override { return wanted; }
  int status = 0;
  int begun = 0;
  std::string content;
  std::size_t enough = std::string::npos;
  bool wants_any = true;
  bool wanted = true;
};

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

TEST(Http, BringsStatusHeadersAndBody) {
  LoopbackServer server([](const Served&) {
    return Answer{.headers = {{"X-Odd-CASE", "  v: 1 "}}, .body = "content"};
  });
  HttpClient client("");
  HttpRequest request = get(server.url("/a//../b%20c?q=1"));
  request.headers = {{"x-mine", "value"}};
  const HttpResponse response = client.send(request, nullptr);
  EXPECT_TRUE(response.ok()) << response.failure_text;
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("x-odd-case"), "v: 1");
  EXPECT_EQ(response.body, "content");
  EXPECT_EQ(server.requests().at(0).target, "/a//../b%20c?q=1") << "keys are sent as they are";
  EXPECT_EQ(server.requests().at(0).header("x-mine"), "value");
}

TEST(Http, SendsABody) {
  LoopbackServer server([](const Served&) { return Answer{.body = "content"}; });
  HttpClient client("");
  for (const auto& [method, body] : {std::pair{"POST", std::string("a=1\0&b", 6)}, std::pair{"PUT", std::string()}}) {
    HttpRequest request = get(server.url("/"));
    request.method = method;
    request.body = body;
    EXPECT_EQ(client.send(request, nullptr).body, "content");
    const Served served = server.requests().back();
    EXPECT_EQ(served.method, method);
    EXPECT_EQ(served.body, body);
    EXPECT_EQ(served.header("content-length"), std::to_string(body.size()));
    EXPECT_EQ(served.header("expect"), "");
  }
  EXPECT_EQ(client.send(get(server.url("/")), nullptr).body, "content");
  EXPECT_EQ(server.requests().back().method, "GET") << "nothing of it stays with the connection";
}

TEST(Http, HasTimeLimitsOfItsRequest) {
  LoopbackServer server([](const Served&) { return Answer{.wait_ms = 60'000}; });
  HttpClient client("");
  HttpRequest request = get(server.url("/"));
  request.answer_timeout_ms = 200;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(client.send(request, nullptr).failure, TransportFailure::connect);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST(Http, GivesASinkTheBodiesOfSuccessOnly) {
  LoopbackServer server(
      [](const Served& served) { return Answer{.status = served.target == "/no" ? 403 : 200, .body = "body"}; });
  HttpClient client("");
  Collector sink;
  EXPECT_EQ(client.send(get(server.url("/no")), &sink).body, "body");
  EXPECT_EQ(sink.begun, 0);
  EXPECT_EQ(client.send(get(server.url("/yes")), &sink).body, "");
  EXPECT_EQ(sink.content, "body");
  EXPECT_EQ(sink.begun, 1);
}

TEST(Http, BeginsAlsoWithoutABody) {
  LoopbackServer server([](const Served&) { return Answer{}; });
  HttpClient client("");
  Collector sink;
  EXPECT_TRUE(client.send(get(server.url("/")), &sink).ok());
  EXPECT_EQ(sink.begun, 1);
}

TEST(Http, TellsABrokenBodyFromAWholeOne) {
  LoopbackServer server([](const Served& served) {
    return Answer{.body = std::string(1000, 'x'), .cut_after = 400, .chunked = served.target == "/chunked"};
  });
  HttpClient client("");
  for (const char* path : {"/length", "/chunked"}) {
    Collector sink;
    const HttpResponse response = client.send(get(server.url(path)), &sink);
    EXPECT_FALSE(response.ok());
    EXPECT_EQ(response.failure, TransportFailure::broken) << path;
    EXPECT_EQ(sink.content.size(), 400U) << path;
  }
}

TEST(Http, StopsWhenTheSinkHasEnough) {
  LoopbackServer server([](const Served&) { return Answer{.body = std::string(1 << 20, 'x')}; });
  HttpClient client("");
  Collector some;
  some.enough = 1;
  const HttpResponse response = client.send(get(server.url("/")), &some);
  EXPECT_TRUE(response.stopped);
  EXPECT_EQ(response.failure, std::nullopt);
  Collector none;
  none.wants_any = false;
  EXPECT_TRUE(client.send(get(server.url("/")), &none).stopped);
  EXPECT_EQ(none.content, "");
}

TEST(Http, LeavesASilentServerWhenNothingIsWantedAnyMore) {
  LoopbackServer server(
      [](const Served&) { return Answer{.body = std::string(100, 'x'), .cut_after = 10, .hang = true}; });
  HttpClient client("");
  Collector sink;
  sink.wanted = false;
  EXPECT_TRUE(client.send(get(server.url("/")), &sink).stopped);
}

TEST(Http, EndsOnInterrupt) {
  LoopbackServer server([](const Served&) { return Answer{.wait_ms = 20'000}; });
  HttpClient client("");
  std::thread signal([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    request_interrupt();
  });
  const auto began = std::chrono::steady_clock::now();
  const HttpResponse response = client.send(get(server.url("/")), nullptr);
  signal.join();
  clear_interrupt();
  EXPECT_EQ(response.failure, TransportFailure::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST(Http, FollowsRedirectsOnlyWhenAsked) {
  LoopbackServer server([](const Served& served) {
    if (served.target == "/there") return Answer{.headers = {{"ETag", "\"there\""}}, .body = "found"};
    return Answer{.status = 302, .headers = {{"Location", "/there"}, {"ETag", "\"here\""}}, .body = "moved"};
  });
  HttpClient client("");
  HttpRequest request = get(server.url("/here"));
  EXPECT_EQ(client.send(request, nullptr).status, 302);
  request.follow_redirects = true;
  const HttpResponse response = client.send(request, nullptr);
  EXPECT_EQ(response.body, "found");
  EXPECT_EQ(response.header("etag"), "\"there\"");
}

TEST(Http, GivesUpOnRedirectsWithoutEnd) {
  LoopbackServer server([](const Served&) { return Answer{.status = 302, .headers = {{"Location", "/again"}}}; });
  HttpClient client("");
  HttpRequest request = get(server.url("/"));
  request.follow_redirects = true;
  EXPECT_EQ(client.send(request, nullptr).failure, TransportFailure::protocol);
}

TEST(Http, TellsWhyThereIsNoConnection) {
  HttpClient client("");
  EXPECT_EQ(client.send(get("http://" + silent_host() + "/"), nullptr).failure, TransportFailure::connect);
  EXPECT_EQ(client.send(get("http://no-such-host.invalid/"), nullptr).failure, TransportFailure::resolve);
  EXPECT_EQ(client.send(get("file:///etc/hostname"), nullptr).failure, TransportFailure::protocol);
  LoopbackServer plain([](const Served&) { return Answer{}; });
  EXPECT_EQ(client.send(get("https://" + plain.host() + "/"), nullptr).failure, TransportFailure::handshake);
}

TEST(Http, SaysForEachFailureWhatToDo) {
  for (const auto failure : {TransportFailure::resolve, TransportFailure::connect, TransportFailure::certificate,
                             TransportFailure::broken, TransportFailure::protocol}) {
    HttpResponse response;
    response.failure = failure;
    const Error error = source::transport_error("cannot read", "s3://b/k", "host:1", response);
    EXPECT_EQ(error.kind, ErrorKind::failed);
    EXPECT_THAT(error.why, HasSubstr(failure == TransportFailure::certificate ? "TLS" : "host:1"));
    EXPECT_NE(error.next, "");
  }
}

TEST(Http, SendsManyRequestsAtOnce) {
  LoopbackServer server([](const Served& served) { return Answer{.body = served.target, .wait_ms = 20}; });
  HttpClient client("");
  std::vector<std::string> bodies(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] { bodies[i] = client.send(get(server.url("/" + std::to_string(i))), nullptr).body; });
    }
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_EQ(bodies[i], "/" + std::to_string(i));
}

TEST(Http, RefusesAnAnswerWithoutEnd) {
  LoopbackServer server([](const Served&) { return Answer{.body = std::string((16 << 20) + 1, 'x')}; });
  HttpClient client("");
  const HttpResponse response = client.send(get(server.url("/")), nullptr);
  EXPECT_EQ(response.failure, TransportFailure::protocol);
  EXPECT_THAT(response.failure_text, HasSubstr("16 MiB"));
}

TEST(HttpHeaders, TellTimesSizesAndRanges) {
  EXPECT_EQ(source::parse_http_time_ns("2021-05-03T10:00:00.250Z"), 1620036000'250'000'000);
  EXPECT_EQ(source::parse_http_time_ns("Mon, 03 May 2021 10:00:00 GMT"), 1620036000'000'000'000);
  EXPECT_EQ(source::parse_http_time_ns("soon"), 0);
  EXPECT_EQ(source::parse_http_time_ns(""), 0);
  EXPECT_EQ(source::parse_size("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"})
    EXPECT_EQ(source::parse_size(text), std::nullopt) << text;
  HttpResponse head;
  head.status = 200;
  head.headers["content-length"] = "7";
  EXPECT_EQ(source::total_bytes(head), 7U);
  head.status = 206;
  EXPECT_EQ(source::total_bytes(head), std::nullopt);
  head.headers["content-range"] = "bytes 3-9/10";
  EXPECT_EQ(source::total_bytes(head), 10U);
  ASSERT_TRUE(source::content_range(head));
  EXPECT_EQ(source::content_range(head)->first, 3U);
  EXPECT_EQ(source::content_range(head)->last, 9U);
  head.headers["content-range"] = "bytes 3-9/*";
  EXPECT_EQ(source::total_bytes(head), std::nullopt);
  EXPECT_TRUE(source::content_range(head));
  for (const char* nonsense : {"lines 3-9/10", "bytes 9-3/10", "bytes 3-9/9", "bytes 3-/10", "bytes */10", "bytes 3-9",
                               "bytes 3/9-10", "bytes 3-9/", ""}) {
    head.headers["content-range"] = nonsense;
    EXPECT_FALSE(source::content_range(head)) << nonsense;
  }
}

TEST(HttpHeaders, AskForSomeBytes) {
  std::vector<source::NameValue> headers;
  source::add_range({0, {}}, headers);
  EXPECT_THAT(headers, testing::IsEmpty());
  source::add_range({0, 8}, headers);
  source::add_range({5, {}}, headers);
  EXPECT_THAT(headers, testing::ElementsAre(testing::Pair("range", "bytes=0-7"), testing::Pair("range", "bytes=5-")));
}

TEST(Http, GivesUpOnAServerThatSendsNextToNothing) {
  LoopbackServer silent([](const Served&) { return Answer{.body = "never sent", .wait_ms = 60'000}; });
  LoopbackServer halting(
      [](const Served&) { return Answer{.body = std::string(100'000, 'x'), .cut_after = 50'000, .hang = true}; });
  HttpClient client("", std::chrono::seconds(1));
  const auto began = std::chrono::steady_clock::now();
  for (const std::string& url : {silent.url("/"), halting.url("/")}) {
    Collector sink;
    const HttpResponse response = client.send(get(url), &sink);
    EXPECT_EQ(response.failure, TransportFailure::broken);
    EXPECT_THAT(response.failure_text, HasSubstr("bytes in 1 seconds"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8));
}

TEST(Http, BlamesNoServerForASinkThatTakesItsTime) {
  class Slow final : public BodySink {
   public:
    bool begin(const HttpResponse&) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(1200));
      return true;
    }
    bool write(std::string_view bytes) override {
      content += bytes;
      return true;
    }
    std::string content;
  };
  LoopbackServer server([](const Served&) { return Answer{.body = std::string(300'000, 'x')}; });
  HttpClient client("", std::chrono::seconds(1));
  Slow sink;
  EXPECT_TRUE(client.send(get(server.url("/")), &sink).ok());
  EXPECT_EQ(sink.content.size(), 300'000U);
}

}  // namespace
}  // namespace weir::source_tests
