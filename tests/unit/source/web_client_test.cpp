#include "source/web_client.h"

#include <gmock/gmock.h>

#include "loopback_server.h"

namespace weir::source_tests {
namespace {

using source::WebClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(WebClient, TellsAnObjectByHead) {
  LoopbackServer server([](const Served& served) { return serve_object(served, "content", "\"e+1\""); });
  WebClient client;
  const auto seen = client.stat(client.name_of(server.url("/a.csv")));
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->uri, server.url("/a.csv"));
  EXPECT_EQ((*seen)->bytes, 7U);
  EXPECT_EQ((*seen)->version, "e+1");
  EXPECT_EQ((*seen)->modified_ns, 1620036000'000'000'000);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(WebClient, AsksForOneByteWhereHeadIsRefused) {
  for (const int refusal : {403, 405, 501}) {
    LoopbackServer server([&](const Served& served) {
      return served.method == "HEAD" ? Answer{.status = refusal} : serve_object(served, "content", "\"e\"");
    });
    WebClient client;
    const auto seen = client.stat(server.url("/"));
    ASSERT_TRUE(seen) << refusal << ": " << to_string(seen.error());
    EXPECT_EQ((*seen)->bytes, 7U);
    EXPECT_EQ((*seen)->version, "e");
  }
}

TEST(WebClient, CopesWithServersThatKnowNeitherHeadNorRanges) {
  LoopbackServer server([](const Served& served) {
    return served.method == "HEAD" ? Answer{.status = 405} : Answer{.body = std::string(3 << 20, 'x')};
  });
  WebClient client;
  EXPECT_EQ(client.stat(server.url("/")).value()->bytes, std::size_t{3} << 20);
  LoopbackServer empty([](const Served& served) {
    return served.method == "HEAD" ? Answer{.status = 405} : serve_object(served, "", "\"e\"");
  });
  EXPECT_EQ(client.stat(empty.url("/")).value()->bytes, 0U);
}

TEST(WebClient, SendsSecretsAndShowsNone) {
  LoopbackServer server([](const Served& served) {
    return served.target == "/p?sig=hidden" ? serve_object(served, "x", "\"e\"") : Answer{.status = 403};
  });
  WebClient client;
  const std::string name = client.name_of("http://me:hidden@" + server.host() + "/p?sig=hidden");
  EXPECT_EQ(name, server.url("/p"));
  const auto seen = client.stat(name);
  ASSERT_TRUE(seen) << to_string(seen.error());
  EXPECT_EQ((*seen)->uri, name);
  EXPECT_EQ(server.requests().at(0).header("authorization"), "Basic bWU6aGlkZGVu");
  EXPECT_EQ(client.name_for(name), name);
}

TEST(WebClient, KeepsAddressesApartThatDifferInSecrets) {
  WebClient client;
  EXPECT_EQ(client.name_of("https://h/p?month=1"), "https://h/p");
  EXPECT_EQ(client.name_of("https://h/p?month=2"), "https://h/p#2");
  EXPECT_EQ(client.name_of("https://h/p"), "https://h/p#3");
  EXPECT_EQ(client.name_of("https://h/p?month=1"), "https://h/p") << "the same again";
  EXPECT_EQ(client.name_for("https://h/p#2"), "https://h/p#2");
}

TEST(WebClient, TellsAbsenceFromRefusal) {
  int status = 404;
  LoopbackServer server([&](const Served&) { return Answer{.status = status}; });
  WebClient client;
  EXPECT_EQ(client.stat(server.url("/")).value(), std::nullopt);
  status = 410;
  EXPECT_EQ(client.stat(server.url("/")).value(), std::nullopt);
  for (const int refusal : {401, 403, 407}) {
    status = refusal;
    EXPECT_EQ(client.stat(server.url("/")).error().kind, ErrorKind::access) << refusal;
  }
  EXPECT_THAT(client.stat(server.url("/")).error().next, HasSubstr("the proxy wants a login"));
  status = 418;
  EXPECT_EQ(client.stat(server.url("/")).error().kind, ErrorKind::failed);
}

TEST(WebClient, ShowsNoSecretInErrors) {
  WebClient client;
  const std::string name = client.name_of("http://me:hidden@" + silent_host() + "/p?sig=hidden");
  const auto seen = client.stat(name);
  ASSERT_FALSE(seen);
  EXPECT_THAT(to_string(seen.error()), AllOf(HasSubstr("no connection"), Not(HasSubstr("hidden"))));
}

}  // namespace
}  // namespace weir::source_tests
