// A server that takes uploads, and what becomes of them when it does not do as it should.
#include "source/s3_upload.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "loopback_server.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::AwsSettings;
using source::S3Client;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t part_bytes = std::size_t{8} << 20U;

// Keeps one upload, and what was made of it.
class Bucket {
 public:
  Answer answer(const Served& request) {
    const std::lock_guard hold(mutex_);
    if (const auto fault = faults_.find(kind_of(request)); fault != faults_.end() && !fault->second.empty()) {
      Answer answer = fault->second.back();
      fault->second.pop_back();
      return answer;
    }
    if (request.target.ends_with("?uploads=")) {
      content_type_ = request.header("content-type");
      is_open_ = true;
      return {200, {}, "<InitiateMultipartUploadResult><UploadId>a/b+c</UploadId></InitiateMultipartUploadResult>"};
    }
    if (request.method == "HEAD" || request.method == "GET") {
      return object_ ? serve_object(request, *object_, etag_)
                     : Answer{404, {}, "<Error><Code>NoSuchKey</Code></Error>"};
    }
    if (!is_open_) return {404, {}, "<Error><Code>NoSuchUpload</Code></Error>"};
    if (request.method == "PUT") {
      parts_[request.target] = request.body;
      return {200, {{"ETag", "\"part-" + std::to_string(parts_.size()) + "\""}}};
    }
    is_open_ = false;
    if (request.method == "DELETE") return {204};
    object_ = "";
    for (const auto& [target, body] : parts_) *object_ += body;
    etag_ = fmt::format("\"whole-{}\"", parts_.size());
    return {200, {}, "<CompleteMultipartUploadResult/>"};
  }
  // What is answered in place of the next requests of that kind, the last first.
  void fail(const std::string& kind, std::vector<Answer> answers) { faults_[kind] = std::move(answers); }
  static std::string kind_of(const Served& request) {
    if (request.method == "POST") return request.target.ends_with("?uploads=") ? "begin" : "complete";
    return request.method;
  }

  std::mutex mutex_;
  std::map<std::string, std::vector<Answer>> faults_;
  std::map<std::string, std::string> parts_;
  std::string content_type_;
  bool is_open_ = false;
  std::optional<std::string> object_;
  std::string etag_;
};

class S3Upload : public testing::Test {
 protected:
  explicit S3Upload(std::size_t bytes = 2 * part_bytes + 5) {
    for (std::size_t i = 0; content_.size() < bytes; ++i) content_ += std::to_string(i * i);
    content_.resize(bytes);
    path_ = directory_.write("out", content_);
  }
  ~S3Upload() override { clear_interrupt(); }

  std::shared_ptr<S3Client> client() {
    AwsSettings settings;
    settings.region = "us-east-1";
    settings.endpoint_url = "http://" + server_.host();
    settings.credentials = source::fixed_credentials({"AKID", "secret", "token"}, "here");
    return S3Client::make(settings).value();
  }
  Result<std::unique_ptr<Upload>> send() { return send(client()); }
  Result<std::unique_ptr<Upload>> send(std::shared_ptr<S3Client> client) {
    return source::upload_to_s3(std::move(client), {"bucket", "a b/events.parquet"}, path_, &progress_);
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    for (const Served& request : server_.requests()) kinds.push_back(Bucket::kind_of(request));
    return kinds;
  }

  TempDirectory directory_;
  std::string path_;
  std::string content_;
  Progress progress_;
  Bucket bucket_;
  LoopbackServer server_{[this](const Served& request) { return bucket_.answer(request); }};
};

TEST_F(S3Upload, IsSeenOnceItIsFinished) {
  auto upload = send();
  ASSERT_TRUE(upload) << to_string(upload.error());
  EXPECT_FALSE(bucket_.object_);
  EXPECT_EQ(progress_.bytes_read, content_.size());
  EXPECT_EQ(progress_.bytes_total, content_.size());
  const Status finished = (*upload)->finish();
  ASSERT_TRUE(finished) << to_string(finished.error());
  EXPECT_TRUE(bucket_.object_ == content_);
  EXPECT_EQ(bucket_.content_type_, "application/vnd.apache.parquet");
  upload->reset();
  EXPECT_THAT(kinds(), ElementsAre("begin", "PUT", "PUT", "PUT", "complete", "HEAD"));
  const std::vector<Served> requests = server_.requests();
  EXPECT_EQ(requests[1].target, "/bucket/a%20b/events.parquet?partNumber=1&uploadId=a%2Fb%2Bc");
  EXPECT_EQ(requests[1].header("x-amz-content-sha256"), source::sha256_hex(content_.substr(0, part_bytes)));
  EXPECT_THAT(requests[4].body, HasSubstr("<Part><PartNumber>2</PartNumber><ETag>\"part-2\"</ETag></Part>"));
}

TEST_F(S3Upload, IsTakenBackUnlessItIsFinished) {
  ASSERT_TRUE(send());
  EXPECT_FALSE(bucket_.is_open_);
  EXPECT_FALSE(bucket_.object_);
  EXPECT_THAT(kinds(), ElementsAre("begin", "PUT", "PUT", "PUT", "DELETE"));
}

TEST_F(S3Upload, SendsPartsAgain) {
  bucket_.fail("PUT", {{503}, {200, {}, "", 0, false, 0, false}});
  auto upload = send();
  EXPECT_FALSE(upload) << "a part without an etag";
  EXPECT_THAT(upload.error().why, HasSubstr("no etag of part 1"));
  bucket_.fail("PUT", {{503}, {500}});
  upload = send();
  ASSERT_TRUE(upload) << to_string(upload.error());
  ASSERT_TRUE((*upload)->finish());
  EXPECT_TRUE(bucket_.object_ == content_);
}

TEST_F(S3Upload, OfAPartThatCameOtherwiseIsNone) {
  bucket_.fail("PUT", {{200, {{"ETag", "\"0123456789abcdef0123456789abcdef\""}}}});
  const auto upload = send();
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().where, "s3://bucket/a b/events.parquet");
  EXPECT_FALSE(bucket_.is_open_);
}

TEST_F(S3Upload, SaysWhatTheServerSays) {
  bucket_.fail("begin", {{403, {}, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"}});
  const auto refused = send();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::access);
  EXPECT_EQ(refused.error().what, "cannot write");
  EXPECT_THAT(refused.error().next, HasSubstr("s3:PutObject"));
  bucket_.fail("begin", {{200, {}, "<html/>"}});
  EXPECT_THAT(send().error().why, HasSubstr("does not tell the upload's id"));
}

// S3 answers 200 before it knows, to keep the connection, and may find later that it cannot.
TEST_F(S3Upload, IsCompletedAgainWhereThatFailedAtFirst) {
  bucket_.fail("complete", {{200, {}, "<Error><Code>InternalError</Code><Message>again</Message></Error>"}});
  auto upload = send();
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->finish());
  EXPECT_TRUE(bucket_.object_ == content_);
}

TEST_F(S3Upload, ThatCannotBeCompletedIsAnError) {
  const Answer error{200, {}, "<Error><Code>InternalError</Code><Message>again</Message></Error>"};
  bucket_.fail("complete", {error, error, error});
  auto upload = send();
  ASSERT_TRUE(upload);
  const Status finished = (*upload)->finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().why, HasSubstr("InternalError"));
  upload->reset();
  EXPECT_FALSE(bucket_.is_open_);
  EXPECT_FALSE(bucket_.object_);
}

TEST_F(S3Upload, ThatBecameAnotherObjectIsAnError) {
  auto upload = send();
  ASSERT_TRUE(upload);
  bucket_.parts_.erase(bucket_.parts_.begin());
  const Status finished = (*upload)->finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().why, HasSubstr("bytes were sent, and the object has"));
}

// The answer was lost; the upload is no more, and an object of the same size may be the former one.
TEST_F(S3Upload, TellsByTheEtagWhetherItWasCompleted) {
  auto upload = send();
  ASSERT_TRUE(upload);
  bucket_.is_open_ = false;
  bucket_.object_ = content_;
  bucket_.etag_ = "\"00000000000000000000000000000000-3\"";
  EXPECT_FALSE((*upload)->finish());
  // The MD5 of "art-1" and so on, read as hexadecimal, is nobody's: this server's etags are none.
  bucket_.etag_ = "\"whole\"";
  EXPECT_FALSE((*upload)->finish());
}

TEST_F(S3Upload, AnInterruptStopsTheSendingAndTakesItBack) {
  request_interrupt();
  const auto upload = send();
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().kind, ErrorKind::interrupted);
  EXPECT_FALSE(bucket_.object_);
}

TEST_F(S3Upload, IsFinishedInSpiteOfAnInterrupt) {
  auto upload = send();
  ASSERT_TRUE(upload);
  request_interrupt();
  ASSERT_TRUE((*upload)->finish());
  EXPECT_TRUE(bucket_.object_ == content_);
}

TEST_F(S3Upload, IsTakenBackInSpiteOfAnInterrupt) {
  {
    const auto upload = send();
    ASSERT_TRUE(upload);
    request_interrupt();
  }
  EXPECT_FALSE(bucket_.is_open_);
}

// Thirty that each wait for a server that is gone would be a hang.
TEST_F(S3Upload, NoOtherIsTakenBackWhereTheServerIsGone) {
  const Answer broken{200, {}, "broken", 1};
  bucket_.fail("DELETE", {broken, broken});
  const std::shared_ptr<S3Client> shared = client();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(shared));
  const std::vector<std::string> asked = kinds();
  EXPECT_EQ(std::ranges::count(asked, std::string("DELETE")), 1);
}

class SmallS3Upload : public S3Upload {
 protected:
  SmallS3Upload() : S3Upload(7) {}
};

TEST_F(SmallS3Upload, IsOnePart) {
  auto upload = send();
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->finish());
  EXPECT_TRUE(bucket_.object_ == content_);
  EXPECT_THAT(kinds(), ElementsAre("begin", "PUT", "complete", "HEAD"));
}

TEST(SourcesUpload, OnlyS3CanBeWrittenTo) {
  const auto sources = make_sources({});
  const auto upload = sources->upload("/dev/null", "https://user:secret@example.org/x", nullptr);
  ASSERT_FALSE(upload);
  EXPECT_EQ(upload.error().kind, ErrorKind::usage);
  EXPECT_EQ(upload.error().where, "https://example.org/x");
}

}  // namespace
}  // namespace weir::source_tests
