// What a real server does not do on demand: regions that are wrong, listings that are malicious.
#include "source/s3_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <cstdlib>

#include "loopback_server.h"

namespace weir::source_tests {
namespace {

using source::AwsSettings;
using source::S3Client;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::shared_ptr<S3Client> client_of(const LoopbackServer& server, bool with_keys = true) {
  AwsSettings settings;
  settings.region = "us-east-1";
  settings.endpoint_url = "http://" + server.host();
  if (with_keys) settings.credentials = source::fixed_credentials({"AKID", "secret", "token"}, "here");
  return S3Client::make(settings).value();
}

std::string error_document(const std::string& code, const std::string& more = "") {
  return fmt::format("<Error><Code>{}</Code><Message>m</Message>{}</Error>", code, more);
}

TEST(S3Client, SignsWhatItSends) {
  LoopbackServer server([](const Served& served) { return serve_object(served, "content", "\"e\""); });
  const auto seen = client_of(server)->stat({"bucket", "a b/=.csv"});
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->uri, "s3://bucket/a b/=.csv");
  EXPECT_EQ((*seen)->bytes, 7U);
  EXPECT_EQ((*seen)->version, "e");
  const Served request = server.requests().at(0);
  EXPECT_EQ(request.method, "HEAD");
  EXPECT_EQ(request.target, "/bucket/a%20b/%3D.csv");
  EXPECT_EQ(request.header("host"), server.host());
  EXPECT_THAT(request.header("authorization"), HasSubstr("Credential=AKID/"));
  EXPECT_THAT(request.header("authorization"), HasSubstr("/us-east-1/s3/aws4_request"));
  EXPECT_EQ(request.header("x-amz-security-token"), "token");
}

TEST(S3Client, SendsNoSignatureWithoutKeys) {
  LoopbackServer server([](const Served& served) { return serve_object(served, "content", "\"e\""); });
  ASSERT_TRUE(client_of(server, false)->stat({"bucket", "k"}));
  EXPECT_EQ(server.requests().at(0).header("authorization"), "");
  EXPECT_EQ(server.requests().at(0).header("x-amz-date"), "");
}

// Keys "1", "2", …, or none.
class Counting final : public source::CredentialSource {
 public:
  explicit Counting(bool refuses) : refuses_(refuses) {}
  Result<source::AwsCredentials> fetch() override {
    if (refuses_) return fail(ErrorKind::access, "no keys from", "the counter", "it is closed", "open it");
    return source::AwsCredentials{{std::to_string(++count_), "secret", "token"}, 0, ""};
  }
  [[nodiscard]] std::string origin() const override { return "the counter"; }

 private:
  const bool refuses_;
  int count_ = 0;
};

std::shared_ptr<S3Client> counting_client(const LoopbackServer& server, bool refuses) {
  AwsSettings settings;
  settings.region = "us-east-1";
  settings.endpoint_url = "http://" + server.host();
  settings.credentials = std::make_shared<source::CredentialProvider>(std::make_unique<Counting>(refuses));
  return S3Client::make(settings).value();
}

// HEAD tells no reason: the GET that asks for it is answered, with new keys.
TEST(S3Client, GetsNewKeysWhereTheOldOnesHaveRunOut) {
  LoopbackServer server([](const Served& served) {
    const bool is_old = served.header("authorization").find("Credential=1/") != std::string::npos;
    if (is_old) return Answer{.status = 400, .body = served.method == "GET" ? error_document("ExpiredToken") : ""};
    return serve_object(served, "content", "\"e\"");
  });
  const auto client = counting_client(server, false);
  const auto seen = client->stat({"bucket", "k"});
  ASSERT_TRUE(seen && *seen);
  EXPECT_EQ((*seen)->bytes, 7U);
  ASSERT_TRUE(client->stat({"bucket", "k"}));
  EXPECT_THAT(server.requests().back().header("authorization"), HasSubstr("Credential=2/"));
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(S3Client, GivesUpWhereNewKeysHaveRunOutToo) {
  LoopbackServer server([](const Served&) { return Answer{.status = 400, .body = error_document("ExpiredToken")}; });
  const auto seen = counting_client(server, false)->stat({"bucket", "k"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::access);
  EXPECT_LE(server.requests().size(), 11U) << "five attempts with two keys each, and the HEAD before them";
}

TEST(S3Client, SendsNothingWithoutKeysToSignWith) {
  LoopbackServer server([](const Served&) { return Answer{}; });
  const auto seen = counting_client(server, true)->stat({"bucket", "k"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(to_string(seen.error()), "no keys from the counter: it is closed\nopen it");
  EXPECT_TRUE(server.requests().empty());
}

TEST(S3Client, KeepsTheVersionIdInTheVersion) {
  std::string id = "3HL4kqtJlcpXroDTDmJ";
  LoopbackServer server([&](const Served& served) {
    Answer answer = serve_object(served, "content", "\"e-2\"");
    answer.headers.emplace_back("x-amz-version-id", id);
    return answer;
  });
  EXPECT_EQ(client_of(server)->stat({"bucket", "k"}).value()->version, "e-2+3HL4kqtJlcpXroDTDmJ");
  EXPECT_EQ(source::etag_of_version("e-2+3HL4kqtJlcpXroDTDmJ"), "\"e-2\"");
  EXPECT_EQ(source::etag_of_version("e-2"), "\"e-2\"");
  EXPECT_EQ(source::etag_of_version(""), "");
  id = "null";
  EXPECT_EQ(client_of(server)->stat({"bucket", "k"}).value()->version, "e-2");
}

// What AWS does: HEAD answers 400 or 301 with a header, GET with a document.
TEST(S3Client, AsksAgainInTheRegionThatTheServerNames) {
  for (const bool by_document : {false, true}) {
    LoopbackServer server([&](const Served& served) {
      if (served.header("authorization").find("/eu-central-1/s3/") != std::string::npos)
        return serve_object(served, "content", "\"e\"");
      if (by_document && served.method == "GET")
        return Answer{.status = 400,
                      .body = error_document("AuthorizationHeaderMalformed", "<Region>eu-central-1</Region>")};
      if (by_document) return Answer{.status = 400};
      return Answer{.status = 301, .headers = {{"x-amz-bucket-region", "eu-central-1"}}};
    });
    const auto client = client_of(server);
    const auto seen = client->stat({"bucket", "k"});
    ASSERT_TRUE(seen) << to_string(seen.error());
    EXPECT_EQ((*seen)->bytes, 7U);
    const std::size_t requests = server.requests().size();
    ASSERT_TRUE(client->stat({"bucket", "k"}));
    EXPECT_EQ(server.requests().size(), requests + 1) << "it is remembered";
  }
}

TEST(S3Client, FollowsAWrongRegionOnlyOnce) {
  LoopbackServer server([](const Served&) {
    return Answer{.status = 301, .headers = {{"x-amz-bucket-region", "eu-central-1"}}};
  });
  const auto seen = client_of(server)->stat({"bucket", "k"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::failed);
  EXPECT_THAT(seen.error().next, HasSubstr("--region"));
  EXPECT_LE(server.requests().size(), 4U);
}

TEST(S3Client, AsksForTheReasonThatHeadDoesNotGive) {
  LoopbackServer server([](const Served& served) {
    return Answer{.status = 403, .body = served.method == "GET" ? error_document("InvalidAccessKeyId") : ""};
  });
  const auto seen = client_of(server)->stat({"bucket", "k"});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().kind, ErrorKind::access);
  EXPECT_THAT(seen.error().why, HasSubstr("InvalidAccessKeyId"));
}

TEST(S3Client, RefusesAnObjectWithoutEtagOrLength) {
  LoopbackServer server([](const Served&) { return Answer{.body = "content"}; });
  const auto opened = source::open_remote(source::s3_object(client_of(server), {"bucket", "k"}), 0, "", {});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().why, HasSubstr("neither etag nor length"));
}

Result<std::string> read_in_parts(const std::shared_ptr<S3Client>& client) {
  WEIR_TRY_ASSIGN(const auto stream,
                  source::open_remote(source::s3_object(client, {"bucket", "k"}), 0, "", {}, {4, 2}));
  std::string content;
  std::array<char, 3> buffer{};
  for (;;) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream->read(buffer));
    if (got == 0) return content;
    content.append(buffer.data(), got);
  }
}

// A multipart object: its etag is no MD5, and answers to ranges have no checksum of the whole.
Answer serve_multipart(const Served& served, const std::string& checksum) {
  Answer answer = serve_object(served, "123456789", "\"0123456789abcdef0123456789abcdef-2\"");
  const bool asked = served.header("x-amz-checksum-mode") == "ENABLED";
  if (served.method == "HEAD" && asked) answer.headers.emplace_back("x-amz-checksum-crc64nvme", checksum);
  return answer;
}

TEST(S3Client, ChecksWhatCameInParts) {
  LoopbackServer sound([](const Served& served) { return serve_multipart(served, "rosUhgp5mIg="); });
  EXPECT_EQ(read_in_parts(client_of(sound)).value(), "123456789");
  const auto requests = sound.requests();
  ASSERT_EQ(requests.size(), 4U) << "three parts, and one look at the whole";
  EXPECT_EQ(requests[1].method, "HEAD");
  EXPECT_EQ(requests[1].header("if-match"), "\"0123456789abcdef0123456789abcdef-2\"");

  LoopbackServer damaged([](const Served& served) { return serve_multipart(served, "rosUhgp5mIk="); });
  const auto read = read_in_parts(client_of(damaged));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::failed);
  EXPECT_THAT(read.error().why, testing::AllOf(HasSubstr("crc64nvme"), HasSubstr("ae8b14860a799889")));
}

TEST(S3Client, ChecksTheEtagOfWhatWasPutInOnePiece) {
  std::string etag = "\"25f9e794323b453885f5181f1b624d0b\"";
  LoopbackServer server([&](const Served& served) { return serve_object(served, "123456789", etag); });
  EXPECT_EQ(read_in_parts(client_of(server)).value(), "123456789");
  EXPECT_EQ(server.requests().size(), 3U) << "there is nothing to ask for";
  etag[1] = '3';
  EXPECT_THAT(read_in_parts(client_of(server)).error().why, HasSubstr("md5"));
}

TEST(S3Client, ReadsWithoutAChecksumWhereHeadIsRefused) {
  LoopbackServer server([](const Served& served) {
    return served.method == "HEAD" ? Answer{.status = 403} : serve_multipart(served, "");
  });
  EXPECT_EQ(read_in_parts(client_of(server)).value(), "123456789");
}

TEST(S3Client, AsksOnceMoreWhenTheKeysHaveRunOut) {
  for (const int status : {400, 403}) {
    std::atomic<int> refused{0};
    LoopbackServer server([&](const Served& served) {
      if (served.header("range") == "bytes=4-7" && refused++ == 0)
        return Answer{.status = status, .body = error_document("ExpiredToken")};
      return serve_object(served, "123456789", "\"e-1\"");
    });
    EXPECT_EQ(read_in_parts(client_of(server)).value(), "123456789");
  }
}

TEST(S3Client, SaysThatTheKeysHaveRunOut) {
  LoopbackServer server([](const Served&) { return Answer{.status = 400, .body = error_document("ExpiredToken")}; });
  const auto read = read_in_parts(client_of(server));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(read.error()), testing::AllOf(HasSubstr("ExpiredToken"), Not(HasSubstr("secret"))));
}

// A bucket that was made a moment ago answers elsewhere for a while.
TEST(S3Client, FollowsARedirectInTheMiddleOfAnObject) {
  std::atomic<int> moved{0};
  LoopbackServer server([&](const Served& served) {
    const bool there = served.header("authorization").find("/eu-central-1/s3/") != std::string::npos;
    if (!there && served.header("range") == "bytes=4-7") {
      ++moved;
      return Answer{.status = 307, .headers = {{"x-amz-bucket-region", "eu-central-1"}}};
    }
    return serve_object(served, "123456789", "\"e-1\"");
  });
  EXPECT_EQ(read_in_parts(client_of(server)).value(), "123456789");
  EXPECT_EQ(moved, 1);
}

std::string page(const std::vector<std::string>& keys, const std::string& token) {
  std::string xml = "<ListBucketResult><EncodingType>url</EncodingType>";
  for (const std::string& key : keys)
    xml += fmt::format("<Contents><Key>{}</Key><Size>1</Size><ETag>\"e\"</ETag></Contents>", key);
  if (token.empty()) return xml + "<IsTruncated>false</IsTruncated></ListBucketResult>";
  return xml +
         fmt::format(
             "<IsTruncated>true</IsTruncated><NextContinuationToken>{}</NextContinuationToken></ListBucketResult>",
             token);
}

Result<std::vector<source::ListedKey>> list_all(const LoopbackServer& server, const std::string& prefix) {
  const auto client = client_of(server);
  return source::list_keys([&](const source::ListingRequest& request) { return client->list_page("bucket", request); },
                           "bucket", prefix, [](const std::string&) { return true; });
}

TEST(S3Listing, GoesOnWithTheToken) {
  LoopbackServer server([](const Served& served) {
    const bool second = served.target.find("continuation-token=a%2Fb%3D%3D&") != std::string::npos;
    return Answer{.body = second ? page({"p/0", "p/a%20b"}, "") : page({"p/z"}, "a/b==")};
  });
  const auto objects = list_all(server, "p/");
  ASSERT_TRUE(objects) << to_string(objects.error());
  ASSERT_EQ(objects->size(), 3U);
  EXPECT_EQ((*objects)[0].key, "p/0");
  EXPECT_EQ((*objects)[1].key, "p/a b");
  EXPECT_EQ((*objects)[2].key, "p/z");
  EXPECT_EQ((*objects)[0].etag, "e");
  EXPECT_EQ(server.requests().at(0).target, "/bucket?encoding-type=url&list-type=2&prefix=p%2F");
}

TEST(S3Listing, TriesAPageAgain) {
  std::atomic<int> calls{0};
  LoopbackServer server(
      [&](const Served&) { return ++calls == 1 ? Answer{.status = 503} : Answer{.body = page({"p"}, "")}; });
  EXPECT_TRUE(list_all(server, "p"));
  EXPECT_EQ(calls, 2);
}

// A length that lies lets a body end in the middle of an element, with nothing wrong about the transfer.
TEST(S3Listing, TriesAPageAgainThatIsCutShort) {
  std::atomic<int> calls{0};
  const std::string whole = page({"p/a", "p/b"}, "");
  LoopbackServer server([&](const Served&) { return Answer{.body = ++calls == 1 ? whole.substr(0, 90) : whole}; });
  const auto objects = list_all(server, "p/");
  ASSERT_TRUE(objects) << to_string(objects.error());
  EXPECT_EQ(objects->size(), 2U);
  EXPECT_EQ(calls, 2);
}

TEST(S3Listing, IsNeverShorterThanTheServersAnswer) {
  const std::string whole = page({"p/a", "p/b"}, "");
  for (const bool chunked : {false, true}) {
    LoopbackServer server([&](const Served&) { return Answer{.body = whole, .cut_after = 90, .chunked = chunked}; });
    const auto objects = list_all(server, "p/");
    ASSERT_FALSE(objects);
    EXPECT_THAT(objects.error().why, HasSubstr("broke"));
  }
  LoopbackServer lies([&](const Served&) { return Answer{.body = whole.substr(0, 90)}; });
  const auto objects = list_all(lies, "p/");
  ASSERT_FALSE(objects);
  EXPECT_THAT(objects.error().why, HasSubstr("makes no sense"));
  EXPECT_EQ(lies.requests().size(), 3U);
}

TEST(S3Listing, AsksForWhatComesAfterAKey) {
  LoopbackServer server([](const Served&) { return Answer{.body = page({"a/c"}, "")}; });
  const auto client = client_of(server);
  ASSERT_TRUE(client->list_page("bucket", {"a/", "a/b +%", ""}));
  EXPECT_EQ(server.requests().at(0).target,
            "/bucket?encoding-type=url&list-type=2&prefix=a%2F&start-after=a%2Fb%20%2B%25");
}

// A bucket of 100,000 keys, page by page.
TEST(S3Listing, HoldsOnePageAtATime) {
  constexpr int keys = 100'000;
  constexpr int page_keys = 1000;
  LoopbackServer server([](const Served& served) {
    const std::size_t at = served.target.find("continuation-token=");
    const int first = at == std::string::npos ? 0 : std::atoi(served.target.c_str() + at + 19);
    std::vector<std::string> names;
    for (int i = first; i < first + page_keys; ++i)
      names.push_back(fmt::format("p/{:06}/a-name-of-usual-length.csv", i));
    return Answer{.body = page(names, first + page_keys < keys ? std::to_string(first + page_keys) : "")};
  });
  const auto client = client_of(server);
  const source::PageReader read = [&](const source::ListingRequest& request) {
    return client->list_page("bucket", request);
  };
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  ASSERT_TRUE(read({"p/", "", ""}));  // what one page takes is there from here on
  const long before_kib = peak_kib();
  const auto found = source::list_keys(
      read, "bucket", "p/", [](const std::string& key) { return key.ends_with("7777/a-name-of-usual-length.csv"); });
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->size(), 10U);
  EXPECT_EQ(server.requests().size(), 1U + keys / page_keys);
#if defined(__SANITIZE_ADDRESS__)
  static_cast<void>(before_kib);  // AddressSanitizer holds back what is freed: its peak says nothing of ours
#else
  EXPECT_LT(peak_kib() - before_kib, 8 * 1024) << "KiB more than for one page";
#endif
}

struct Malice {
  const char* name;
  std::string body;
  const char* why;
  friend void PrintTo(const Malice& malice, std::ostream* out) { *out << malice.name; }
};

class MaliciousServer : public testing::TestWithParam<Malice> {};

TEST_P(MaliciousServer, IsFoundOut) {
  LoopbackServer server([](const Served&) { return Answer{.body = GetParam().body}; });
  const auto objects = list_all(server, "p/");
  ASSERT_FALSE(objects);
  EXPECT_EQ(objects.error().where, "s3://bucket/p/");
  EXPECT_THAT(objects.error().why, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(All, MaliciousServer,
                         testing::Values(Malice{"SameTokenTwice", page({"p/a"}, "t"), "twice"},
                                         Malice{"KeysElsewhere", page({"q/a"}, ""), "not below it"},
                                         Malice{"AKeyTwice", page({"p/a", "p/b", "p/a"}, ""), "'p/a' twice"},
                                         Malice{"NoListing", "<html/>", "<html>"},
                                         Malice{"Nothing", "", "not one XML document"}),
                         [](const auto& test) { return test.param.name; });

TEST(S3ClientMake, WantsAnEndpointThatIsOne) {
  AwsSettings settings;
  settings.region = "us-east-1";
  settings.endpoint_url = "localhost:9000";
  EXPECT_EQ(S3Client::make(settings).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace weir::source_tests
