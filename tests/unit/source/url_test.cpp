#include "source/url.h"

#include <gtest/gtest.h>

namespace weir::source {
namespace {

TEST(PercentEncode, LeavesOnlyUnreservedBytes) {
  EXPECT_EQ(percent_encode("AZaz09-._~", false), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b+c=d&e%f/g", false), "a%20b%2Bc%3Dd%26e%25f%2Fg");
  EXPECT_EQ(percent_encode("a/b c", true), "a/b%20c");
  EXPECT_EQ(percent_encode(std::string_view("\xC3\xA9\0\xFF", 4), false), "%C3%A9%00%FF");
}

TEST(PercentDecode, UndoesEncodingOfEveryByte) {
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(every, false), false), every);
  EXPECT_EQ(percent_decode(percent_encode(every, true), true), every);
}

TEST(PercentDecode, ReadsPlusAsAsked) {
  EXPECT_EQ(percent_decode("a+b%2bc", true), "a b+c");
  EXPECT_EQ(percent_decode("a+b%2Bc", false), "a+b+c");
}

TEST(PercentDecode, RefusesHalfAnEscape) {
  for (const char* text : {"%", "a%", "%1", "%g0", "%0g", "%%20", "a%2"})
    EXPECT_FALSE(percent_decode(text, false)) << text;
}

TEST(SplitUrl, FindsThePartsAsWritten) {
  const auto url = split_url("https://me:p@ss@host.example:8443/a/b%20c?x=1&y=http://z#top");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user_info, "me:p@ss");
  EXPECT_EQ(url->host, "host.example:8443");
  EXPECT_EQ(url->path, "/a/b%20c");
  EXPECT_EQ(url->query, "x=1&y=http://z#top");
}

TEST(SplitUrl, TakesAQueryWithoutAPathAndRefusesWhatIsNoWebAddress) {
  EXPECT_EQ(split_url("http://h?q")->query, "q");
  EXPECT_EQ(split_url("http://h?q@r")->host, "h");
  EXPECT_EQ(split_url("http://h")->path, "");
  for (const char* text : {"", "h", "ftp://h/", "s3://b/k", "https://", "https://user@/x", "https:/h"})
    EXPECT_FALSE(split_url(text)) << text;
}

TEST(NormalUri, WritesOnlyKnownSchemesSmall) {
  EXPECT_EQ(normal_uri("HTTPS://User:P@Host/Path"), "https://User:P@Host/Path");
  EXPECT_EQ(normal_uri("S3://Bucket/Key"), "s3://Bucket/Key");
  for (const char* text : {"", "FTP://h", "A/S3://b", "HTTPS:/h", "-", "S3"}) EXPECT_EQ(normal_uri(text), text);
}

TEST(RedactUrl, KeepsNothingSecret) {
  EXPECT_EQ(redact_url("https://me:secret@h:1/p?sig=secret#secret"), "https://h:1/p");
  EXPECT_EQ(redact_url("https://h/p"), "https://h/p");
  EXPECT_EQ(redact_url("HTTP://me:secret@h/p"), "HTTP://h/p");
  EXPECT_EQ(redact_url("secret"), "(not a web address)");
}

}  // namespace
}  // namespace weir::source
