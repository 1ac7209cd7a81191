// A whole object out of a server that misbehaves, or an error; never a part, never a mixture.
#include "source/remote_stream.h"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "loopback_server.h"
#include "source/web_client.h"
#include "weir/progress.h"

namespace weir::source_tests {
namespace {

using source::HttpResponse;
using source::WebClient;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* etag = "\"v1\"";

std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
  return content;
}

Result<std::unique_ptr<ByteStream>> open(const std::string& url, std::uint64_t offset = 0,
                                         const std::string& version = "") {
  auto client = std::make_shared<WebClient>();
  std::string name = client->name_of(url);
  return source::open_remote(source::web_object(std::move(client), std::move(name)), offset, version, {});
}

// With little parts, so that small objects have many.
Result<std::unique_ptr<ByteStream>> open_in_parts(const std::string& url, std::size_t part_bytes, std::size_t parts,
                                                  std::uint64_t offset = 0, const std::string& version = "") {
  auto client = std::make_shared<WebClient>();
  std::string name = client->name_of(url);
  return source::open_remote(source::web_object(std::move(client), std::move(name)), offset, version, {},
                             {part_bytes, parts});
}

Result<std::string> read_all(ByteStream& stream) {
  std::string content;
  std::array<char, 3000> buffer{};
  for (;;) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) return content;
    content.append(buffer.data(), got);
  }
}

Result<std::string> fetched(const std::string& url) {
  WEIR_TRY_ASSIGN(const auto stream, open(url));
  return read_all(*stream);
}

TEST(RemoteStream, ReadsAnObjectAndTellsItsVersion) {
  const std::string content = content_of(10'000'000);  // more than a part holds
  LoopbackServer server([&](const Served& served) { return serve_object(served, content, etag); });
  const auto stream = open(server.url("/o"));
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_EQ((*stream)->object().bytes, content.size());
  EXPECT_EQ((*stream)->object().version, "v1");
  EXPECT_EQ((*stream)->object().modified_ns, 1620036000'000'000'000);
  EXPECT_TRUE(read_all(**stream).value() == content);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].header("range"), "bytes=0-8388607");
  EXPECT_EQ(requests[0].header("if-match"), "");
  EXPECT_EQ(requests[1].header("range"), "bytes=8388608-9999999");
  EXPECT_EQ(requests[1].header("if-match"), etag) << "the version that the first part is of";
}

TEST(RemoteStream, ReadsABodyOfUnknownLength) {
  LoopbackServer server([](const Served&) { return Answer{.body = "chunked", .chunked = true}; });
  const auto stream = open(server.url("/o"));
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->object().bytes, std::nullopt);
  EXPECT_EQ((*stream)->object().version, "");
  EXPECT_EQ(read_all(**stream).value(), "chunked");
}

TEST(RemoteStream, TakesABrokenTransferUpWhereItBroke) {
  const std::string content = content_of(100'000);
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, etag);
    if (++calls < 5) answer.cut_after = 1000 * calls;
    return answer;
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(*read == content);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 5U);
  EXPECT_EQ(requests[1].header("range"), "bytes=1000-99999");
  EXPECT_EQ(requests[2].header("range"), "bytes=3000-99999");
  for (std::size_t i = 1; i < requests.size(); ++i) EXPECT_EQ(requests[i].header("if-match"), etag);
}

TEST(RemoteStream, GivesEachPartAttemptsOfItsOwn) {
  const std::string content = content_of(20'000);
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, etag);
    if (++calls % 2 == 1) answer.cut_after = answer.body.size() / 2;  // ten times, with attempts for five
    return answer;
  });
  const auto stream = open_in_parts(server.url("/o"), 2000, 1);
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_TRUE(read_all(**stream).value() == content);
  EXPECT_EQ(server.requests().size(), 20U);
}

TEST(RemoteStream, IsInOrderWhateverThePartsAndWhoeverIsSlow) {
  const std::string content = content_of(50'000);
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, etag);
    answer.wait_ms = static_cast<int>(answer.body.size() * 7 % 60);
    return answer;
  });
  for (const std::size_t part_bytes : {997U, 5000U, 16'384U, 49'999U, 50'000U, 50'001U}) {
    for (const std::size_t parts : {1U, 2U, 5U}) {
      for (const std::uint64_t offset : {0U, 1U, 12'345U, 49'999U}) {
        if (part_bytes == 997 && (parts != 5 || offset != 12'345)) continue;  // once is slow enough
        const auto stream = open_in_parts(server.url("/o"), part_bytes, parts, offset, offset > 0 ? etag : "");
        ASSERT_TRUE(stream) << to_string(stream.error());
        const auto read = read_all(**stream);
        ASSERT_TRUE(read) << to_string(read.error());
        EXPECT_TRUE(*read == content.substr(offset)) << part_bytes << ' ' << parts << ' ' << offset;
      }
    }
  }
}

// Every connection waits for its answer: with one at a time the reading would take as long as all answers together.
TEST(RemoteStream, UsesSeveralConnectionsWhereTheReaderHasToWait) {
  const std::string content = content_of(20'000);
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  LoopbackServer server([&](const Served& served) {
    const int now = ++at_once;
    int before = most;
    while (now > before && !most.compare_exchange_weak(before, now)) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    --at_once;
    return serve_object(served, content, etag);
  });
  const auto stream = open_in_parts(server.url("/o"), 1000, 4);
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_TRUE(read_all(**stream).value() == content);
  EXPECT_GT(most, 1);
  EXPECT_LE(most, 4) << "the window is bounded";
  const auto requests = server.requests();
  EXPECT_EQ(requests.size(), 20U);
  for (std::size_t i = 1; i < requests.size(); ++i) EXPECT_EQ(requests[i].header("if-match"), etag);
}

TEST(RemoteStream, NeverMixesTwoVersions) {
  const std::string content = content_of(20'000);
  for (const bool heeds_conditions : {true, false}) {
    std::atomic<int> calls{0};
    LoopbackServer server([&](const Served& served) {
      Served request = served;
      if (!heeds_conditions) request.headers.erase("if-match");
      return serve_object(request, content, ++calls <= 3 ? etag : "\"v2\"");
    });
    const auto stream = open_in_parts(server.url("/o"), 1000, 4);
    ASSERT_TRUE(stream) << to_string(stream.error());
    EXPECT_FALSE((*stream)->object_changed());
    const auto read = read_all(**stream);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().why, HasSubstr("changed"));
    EXPECT_TRUE((*stream)->object_changed());
  }
}

TEST(RemoteStream, SaysThatAnObjectThatGoesMeanwhileIsAnother) {
  const std::string content = content_of(20'000);
  std::atomic<int> calls{0};
  LoopbackServer server(
      [&](const Served& served) { return ++calls <= 3 ? serve_object(served, content, etag) : Answer{.status = 404}; });
  const auto stream = open_in_parts(server.url("/o"), 1000, 4);
  ASSERT_TRUE(stream);
  EXPECT_FALSE(read_all(**stream));
  EXPECT_TRUE((*stream)->object_changed());
}

TEST(RemoteStream, TakesLessThanItAskedForAndAsksForTheRest) {
  const std::string content = content_of(10'000);
  LoopbackServer server([&](const Served& served) {
    Served shorter = served;
    if (served.header("range") == "bytes=2000-3999") shorter.headers["range"] = "bytes=2000-2999";
    return serve_object(shorter, content, etag);
  });
  const auto stream = open_in_parts(server.url("/o"), 2000, 3);
  ASSERT_TRUE(stream);
  EXPECT_TRUE(read_all(**stream).value() == content);
}

TEST(RemoteStream, RefusesALengthThatIsNotTheFirstOne) {
  const std::string content = content_of(10'000);
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, etag);
    if (!served.header("if-match").empty()) answer.headers[2].second = "bytes 2000-3999/20000";
    return answer;
  });
  const auto stream = open_in_parts(server.url("/o"), 2000, 1);
  ASSERT_TRUE(stream);
  const auto read = read_all(**stream);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().why, AllOf(HasSubstr("20000"), HasSubstr("5 attempts")));
  EXPECT_FALSE((*stream)->object_changed());
}

TEST(RemoteStream, ReadsAnEmptyObjectOfWhichThereIsNoPart) {
  LoopbackServer server([&](const Served& served) { return serve_object(served, "", etag); });
  const auto stream = open(server.url("/o"));
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_EQ((*stream)->object().bytes, 0U);
  EXPECT_EQ((*stream)->object().version, "v1");
  EXPECT_EQ(read_all(**stream).value(), "");
}

TEST(RemoteStream, ReadsWholeWhatHasNoVersion) {
  const std::string content = content_of(20'000);
  LoopbackServer server([&](const Served& served) { return serve_object(served, content, "W/\"weak\""); });
  const auto stream = open_in_parts(server.url("/o"), 1000, 4);
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_EQ((*stream)->object().bytes, content.size());
  EXPECT_TRUE(read_all(**stream).value() == content);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U) << "parts of it could be of two versions";
  EXPECT_EQ(requests[1].header("range"), "");
}

TEST(RemoteStream, TriesAgainWhenTheServerIsInTrouble) {
  std::atomic<int> calls{0};
  LoopbackServer server(
      [&](const Served& served) { return ++calls == 1 ? Answer{.status = 500} : serve_object(served, "whole", etag); });
  EXPECT_EQ(fetched(server.url("/o")).value(), "whole");
}

TEST(RemoteStream, TriesAgainInTheMiddleToo) {
  const std::string content = content_of(5000);
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    const int call = ++calls;
    if (call == 2) return Answer{.status = 503};
    Answer answer = serve_object(served, content, etag);
    if (call == 1) answer.cut_after = 2000;
    return answer;
  });
  EXPECT_TRUE(fetched(server.url("/o")).value() == content);
}

TEST(RemoteStream, GivesUpOnAServerThatStaysInTrouble) {
  LoopbackServer server([](const Served&) { return Answer{.status = 503}; });
  const auto opened = open(server.url("/o"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::failed);
  EXPECT_THAT(opened.error().why, HasSubstr("503"));
  EXPECT_EQ(server.requests().size(), 5U);
}

TEST(RemoteStream, RefusesAnObjectThatChangedMeanwhile) {
  std::atomic<int> calls{0};
  const std::string content = content_of(5000);
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, ++calls == 1 ? etag : "\"v2\"");
    if (calls == 1) answer.cut_after = 2000;
    return answer;
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::failed);
  EXPECT_THAT(read.error().why, HasSubstr("changed"));
}

// A server that knows no If-Match must not get away with a mixture either.
TEST(RemoteStream, RefusesAChangedObjectOfAServerThatIgnoresConditions) {
  for (const bool ranges : {true, false}) {
    std::atomic<int> calls{0};
    LoopbackServer server([&](const Served& served) {
      Served unconditional = served;
      unconditional.headers.erase("if-match");
      if (!ranges) unconditional.headers.erase("range");
      Answer answer = serve_object(unconditional, content_of(5000), ++calls == 1 ? etag : "\"v2\"");
      if (calls == 1) answer.cut_after = 2000;
      return answer;
    });
    const auto read = fetched(server.url("/o"));
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().why, HasSubstr("changed"));
  }
}

TEST(RemoteStream, RefusesTheWholeObjectInPlaceOfItsRest) {
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    Served no_range = served;
    no_range.headers.erase("range");
    Answer answer = serve_object(no_range, content_of(5000), etag);
    if (++calls == 1) answer.cut_after = 2000;
    return answer;
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().why, HasSubstr("requests for a part"));
}

TEST(RemoteStream, RefusesAnotherPartThanItAskedFor) {
  std::atomic<int> calls{0};
  const std::string content = content_of(5000);
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, content, etag);
    if (++calls == 1)
      answer.cut_after = 2000;
    else
      answer.headers = {{"ETag", etag}, {"Content-Range", "bytes 1999-4999/5000"}};
    return answer;
  });
  EXPECT_FALSE(fetched(server.url("/o")));
}

TEST(RemoteStream, CannotResumeWithoutAVersion) {
  LoopbackServer server([](const Served&) {
    return Answer{.headers = {{"ETag", "W/\"weak\""}}, .body = content_of(5000), .cut_after = 2000};
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().why, HasSubstr("at byte 2000 of 5000"));
  EXPECT_THAT(read.error().why, HasSubstr("strong etag"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(RemoteStream, SeesTheEndOfABodyOfUnknownLengthThatBrokeThere) {
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    if (++calls > 1) return serve_object(served, "whole", etag);
    return Answer{.headers = {{"ETag", etag}}, .body = "whole", .cut_after = 5, .chunked = true};
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, "whole");
}

TEST(RemoteStream, GoesOnWithABodyOfUnknownLength) {
  std::atomic<int> calls{0};
  LoopbackServer server([&](const Served& served) {
    if (++calls > 1) return serve_object(served, "whole", etag);
    return Answer{.headers = {{"ETag", etag}}, .body = "whole", .cut_after = 3, .chunked = true};
  });
  const auto read = fetched(server.url("/o"));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, "whole");
}

TEST(RemoteStream, BeginsAtAnOffset) {
  const std::string content = content_of(5000);
  LoopbackServer server([&](const Served& served) { return serve_object(served, content, etag); });
  const auto stream = open(server.url("/o"), 4000, etag);
  ASSERT_TRUE(stream) << to_string(stream.error());
  EXPECT_EQ((*stream)->object().bytes, 5000U);
  EXPECT_TRUE(read_all(**stream).value() == content.substr(4000));
  EXPECT_THAT(open(server.url("/o"), 4000, "\"v0\"").error().why, HasSubstr("changed"));
}

TEST(RemoteStream, IsInterruptedWhileTheServerIsSilent) {
  LoopbackServer server(
      [](const Served&) { return Answer{.body = content_of(5000), .cut_after = 2000, .hang = true}; });
  const auto stream = open(server.url("/o"));
  ASSERT_TRUE(stream);
  std::thread signal([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    request_interrupt();
  });
  const auto read = read_all(**stream);
  signal.join();
  clear_interrupt();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::interrupted);
}

TEST(RemoteStream, MayBeLeftBeforeItsEnd) {
  const auto began = std::chrono::steady_clock::now();
  LoopbackServer silent(
      [](const Served&) { return Answer{.body = content_of(5000), .cut_after = 2000, .hang = true}; });
  LoopbackServer talkative([](const Served& served) { return serve_object(served, content_of(20'000'000), etag); });
  for (const std::string& url : {silent.url("/o"), talkative.url("/o")}) {
    const auto stream = open(url);
    ASSERT_TRUE(stream);
    std::array<char, 100> buffer{};
    EXPECT_TRUE((*stream)->read(buffer));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST(StrongEtag, IsOneThatStandsForTheBytes) {
  HttpResponse head;
  const auto of = [&](const char* value) {
    head.headers["etag"] = value;
    return source::strong_etag(head);
  };
  EXPECT_EQ(source::strong_etag(head), "");
  EXPECT_EQ(of("\"abc\""), "\"abc\"");
  EXPECT_EQ(of("abc"), "\"abc\"") << "as Swift writes it";
  for (const char* none : {"", "\"\"", "W/\"abc\"", "W/abc", "\"abc", "abc\"", "a c"}) EXPECT_EQ(of(none), "") << none;
}

}  // namespace
}  // namespace weir::source_tests
