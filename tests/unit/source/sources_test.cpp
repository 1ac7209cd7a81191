// The one door: which transport a name goes to, and what all of them promise.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "loopback_server.h"
#include "temp_directory.h"
#include "weir/source.h"

namespace weir::source_tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Result<std::string> read_all(Result<std::unique_ptr<ByteStream>> stream) {
  if (!stream) return tl::unexpected(stream.error());
  std::string content;
  std::array<char, 7> buffer{};
  for (;;) {
    WEIR_TRY_ASSIGN(const std::size_t got, (*stream)->read(buffer));
    if (got == 0) return content;
    content.append(buffer.data(), got);
  }
}

TEST(IsRemote, KnowsTheSchemes) {
  for (const char* uri : {"s3://b/k", "http://h", "https://h/p", "S3://b/k", "HTTP://u:p@h", "Https://h"})
    EXPECT_TRUE(is_remote(uri)) << uri;
  for (const char* uri : {"-", "", "a.csv", "/s3://b", "s3:/b", "ftp://h", "file:///a"})
    EXPECT_FALSE(is_remote(uri)) << uri;
}

TEST(DisplayName, HidesWhatWebAddressesMayKeepSecret) {
  EXPECT_EQ(display_name("https://me:hidden@h:8/{YYYY}/{MM}.csv?key=hidden#hidden"), "https://h:8/{YYYY}/{MM}.csv");
  for (const char* uri : {"s3://b/a?b@c#d", "data/a?b@c#d", "-", ""}) EXPECT_EQ(display_name(uri), uri);
  EXPECT_THAT(display_name("http://me:hidden@"), Not(HasSubstr("hidden")));
  EXPECT_EQ(display_name("HTTP://me:hidden@Host/P"), "http://Host/P");
}

class SourcesTest : public testing::Test {
 protected:
  TempDirectory directory_;
  std::unique_ptr<Sources> sources_ = make_sources({});
};

TEST_F(SourcesTest, ReadFilesWithoutAnyAwsSettings) {
  setenv("AWS_PROFILE", "no-such-profile", 1);
  const std::string path = directory_.write("a.csv", "content");
  EXPECT_EQ(read_all(sources_->open(path)).value(), "content");
  EXPECT_EQ(sources_->expand(directory_ / "*.csv").value().at(0).uri, path);
  EXPECT_EQ(sources_->stat(path).value()->bytes, 7U);
  EXPECT_EQ(sources_->open("s3://b/k").error().kind, ErrorKind::usage) << "only now is the profile looked for";
  unsetenv("AWS_PROFILE");
}

TEST_F(SourcesTest, TakeSchemesInCapitals) {
  LoopbackServer server([](const Served& served) { return serve_object(served, "content", "\"e\""); });
  const std::string address = "HTTP://me:hidden@" + server.host() + "/a.csv";
  const std::string name = "http://" + server.host() + "/a.csv";
  EXPECT_EQ(sources_->expand(address).value().at(0).uri, name);
  EXPECT_EQ(sources_->stat(address).value()->uri, name);
  EXPECT_EQ(read_all(sources_->open(address)).value(), "content");
  EXPECT_EQ(read_all(sources_->open_at(address, 3, "e")).value(), "tent");
  EXPECT_NE(server.requests().at(0).header("authorization"), "");
}

TEST_F(SourcesTest, LookAtManyInTheirOrder) {
  LoopbackServer server([](const Served& served) {
    if (served.target == "/2021/04") return Answer{.status = 404};
    if (served.target == "/2021/05") return Answer{.status = 403};
    return serve_object(served, served.target, "\"e\"");
  });
  std::vector<Period> periods;
  for (int month = 1; month <= 12; ++month) periods.push_back({2021, month, 0});
  const auto looks = sources_->find(UriTemplate::parse(server.url("/{YYYY}/{MM}")).value(), periods);
  ASSERT_EQ(looks.size(), periods.size());
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (i == 4) {
      EXPECT_EQ(looks[i].error().kind, ErrorKind::access);
    } else if (i == 3) {
      EXPECT_FALSE(looks[i].value().has_value());
    } else {
      EXPECT_THAT(looks[i].value()->uri,
                  testing::EndsWith("/2021/" + std::string(i < 9 ? "0" : "") + std::to_string(i + 1)));
    }
  }
}

TEST_F(SourcesTest, KnowStdinByADash) {
  const auto objects = sources_->expand("-");
  ASSERT_TRUE(objects);
  EXPECT_EQ(objects->at(0).uri, "-");
  EXPECT_EQ(objects->at(0).bytes, std::nullopt);
  EXPECT_EQ(sources_->stat("-").value()->uri, "-");
}

TEST_F(SourcesTest, AskForAKeyInABucket) {
  for (const char* uri : {"s3://bucket", "s3://bucket/"}) {
    for (const Error& error :
         {sources_->open(uri).error(), sources_->expand(uri).error(), sources_->stat(uri).error()}) {
      EXPECT_EQ(error.kind, ErrorKind::usage);
      EXPECT_THAT(error.next, HasSubstr("s3://bucket/*.csv"));
    }
  }
  const auto listed = sources_->list(UriTemplate::parse("s3://{YYYY}/{MM}").value(), {2021, 1, 0}, {2021, 1, 0});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::usage);
}

TEST_F(SourcesTest, CannotListTheWeb) {
  const auto listed = sources_->list(UriTemplate::parse("https://me:hidden@h/{YYYY}/{MM}?sig=hidden").value(),
                                     {2021, 1, 0}, {2021, 2, 0});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::usage);
  EXPECT_THAT(to_string(listed.error()), AllOf(HasSubstr("name the periods"), Not(HasSubstr("hidden"))));
}

TEST_F(SourcesTest, OpenWhatTheyShowed) {
  LoopbackServer server(
      [](const Served& served) { return serve_object(served, served.target, "\"" + served.target + "\""); });
  for (const char* query : {"?month=1", "?month=2", ""}) {
    const auto objects = sources_->expand(server.url("/dump") + query);
    ASSERT_TRUE(objects) << to_string(objects.error());
    EXPECT_THAT(objects->at(0).uri, Not(HasSubstr("month")));
    EXPECT_EQ(read_all(sources_->open(objects->at(0).uri)).value(), std::string("/dump") + query);
  }
  EXPECT_EQ(read_all(sources_->open(server.url("/new?q=1"))).value(), "/new?q=1");
}

TEST_F(SourcesTest, SayThatAWebObjectIsMissing) {
  LoopbackServer server([](const Served&) { return Answer{.status = 404}; });
  EXPECT_EQ(sources_->expand(server.url("/a?hidden=1")).error().kind, ErrorKind::missing);
  EXPECT_EQ(sources_->open(server.url("/a")).error().kind, ErrorKind::missing);
  EXPECT_EQ(sources_->stat(server.url("/a")).value(), std::nullopt);
  EXPECT_EQ(sources_->open_at(server.url("/a"), 1, "v").error().kind, ErrorKind::missing);
}

TEST_F(SourcesTest, ResumeTheVersionThatWasBegun) {
  std::string etag = "\"v1\"";
  LoopbackServer server([&](const Served& served) { return serve_object(served, "0123456789", etag); });
  const std::string web = server.url("/a");
  const std::string file = directory_.write("a", "0123456789");
  for (const std::string& uri : {web, file}) {
    const std::string version = sources_->stat(uri).value()->version;
    EXPECT_EQ(read_all(sources_->open_at(uri, 0, version)).value(), "0123456789") << uri;
    EXPECT_EQ(read_all(sources_->open_at(uri, 4, version)).value(), "456789") << uri;
    EXPECT_EQ(read_all(sources_->open_at(uri, 10, version)).value(), "") << uri;
    EXPECT_THAT(sources_->open_at(uri, 11, version).error().why, HasSubstr("fewer than")) << uri;
    EXPECT_THAT(sources_->open_at(uri, 4, "another").error().why, HasSubstr("has changed")) << uri;
  }
  etag = "W/\"weak\"";
  EXPECT_THAT(sources_->open_at(web, 4, "").error().why, HasSubstr("does not tell its version"));
}

// Sources that can only read from the beginning.
class PlainSources final : public Sources {
 public:
  class Stream final : public ByteStream {
   public:
    Result<std::size_t> read(std::span<char> buffer) override {
      const std::size_t size = std::min({buffer.size(), content_.size() - at_, std::size_t{3}});
      std::copy_n(content_.data() + at_, size, buffer.data());
      at_ += size;
      return size;
    }
    [[nodiscard]] const Object& object() const override { return object_; }

   private:
    std::string content_ = "0123456789";
    std::size_t at_ = 0;
    Object object_{"x", 10, "v1", 0};
  };
  Result<std::vector<Object>> expand(const std::string&) override { return std::vector<Object>{}; }
  Result<std::optional<Object>> stat(const std::string&) override { return std::nullopt; }
  Result<std::vector<Listed>> list(const UriTemplate&, const Period&, const Period&) override {
    return std::vector<Listed>{};
  }
  Result<std::unique_ptr<ByteStream>> open(const std::string&) override { return std::make_unique<Stream>(); }
};

TEST(SourcesOpenAt, PassesOverTheBeginningByDefault) {
  PlainSources sources;
  EXPECT_EQ(read_all(sources.open_at("x", 0, "v1")).value(), "0123456789");
  EXPECT_EQ(read_all(sources.open_at("x", 7, "v1")).value(), "789");
  EXPECT_EQ(read_all(sources.open_at("x", 10, "v1")).value(), "");
  EXPECT_THAT(sources.open_at("x", 11, "v1").error().why, HasSubstr("ends before"));
  EXPECT_THAT(sources.open_at("x", 4, "v2").error().why, HasSubstr("has changed"));
}

}  // namespace
}  // namespace weir::source_tests
