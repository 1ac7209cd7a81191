#include "source/s3_xml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir::source {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* entry =
    "<Contents><Key>a</Key><LastModified>2021-05-03T10:00:00.500Z</LastModified><ETag>&quot;abc&quot;</ETag><Size>7</"
    "Size></Contents>";

std::string listing(const std::string& inner) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
         "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         inner + "</ListBucketResult>\n";
}

std::string whole(const std::string& inner) {
  return listing("<IsTruncated>false</IsTruncated>" + inner);
}

TEST(Listing, TellsKeysInTheServersOrder) {
  const auto page = parse_listing(
      whole(std::string(entry) + "<Contents><Key>B</Key><Size>18446744073709551615</Size></Contents>"), "s3://b/");
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->keys.size(), 2U);
  EXPECT_EQ(page->keys[0].key, "a");
  EXPECT_EQ(page->keys[0].bytes, 7U);
  EXPECT_EQ(page->keys[0].etag, "abc");
  EXPECT_EQ(page->keys[0].modified_ns, 1620036000'500'000'000);
  EXPECT_EQ(page->keys[1].key, "B");
  EXPECT_EQ(page->keys[1].bytes, 18446744073709551615U);
  EXPECT_THAT(page->keys[1].etag, IsEmpty());
  EXPECT_THAT(page->next_token, IsEmpty());
}

TEST(Listing, DecodesKeysOnlyWhenTheServerSaysTheyAreEncoded) {
  const std::string key = "<Contents><Key>a%20b+c%2B%3D%C3%A9</Key><Size>0</Size></Contents>";
  EXPECT_EQ(parse_listing(whole("<EncodingType>url</EncodingType>" + key), "")->keys[0].key, "a b c+=\xC3\xA9");
  EXPECT_EQ(parse_listing(whole(key), "")->keys[0].key, "a%20b+c%2B%3D%C3%A9");
  EXPECT_EQ(parse_listing(whole("<Contents><Key>&lt;&amp;&#233;</Key><Size>0</Size></Contents>"), "")->keys[0].key,
            "<&\xC3\xA9");
}

TEST(Listing, ReadsTheWholeOfAText) {
  const auto page =
      parse_listing(whole("<Contents><Key>a<!-- &b -->c<![CDATA[<&]]>&amp;</Key><Size>1</Size></Contents>"), "");
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->keys[0].key, "ac<&&");
}

TEST(Listing, SaysHowToGoOn) {
  const auto page = parse_listing(
      listing("<IsTruncated>true</IsTruncated><NextContinuationToken>to/ken==</NextContinuationToken>"), "");
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "to/ken==");
}

struct Malice {
  const char* name;
  std::string xml;
  const char* why;
  friend void PrintTo(const Malice& malice, std::ostream* out) { *out << malice.name; }
};

class MaliciousListing : public testing::TestWithParam<Malice> {};

TEST_P(MaliciousListing, IsAnError) {
  const auto page = parse_listing(GetParam().xml, "s3://bucket/prefix");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::failed);
  EXPECT_EQ(page.error().where, "s3://bucket/prefix");
  EXPECT_THAT(page.error().why, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    All, MaliciousListing,
    testing::Values(
        Malice{"Nothing", "", "not one XML document"}, Malice{"NoXml", "hello", "not one XML document"},
        Malice{"Html", "<html><body>Login</body></html>", "<html>"},
        Malice{"ErrorDocument", "<Error><Code>Odd</Code></Error>", "<Error>"},
        Malice{"TruncatedWithoutToken", listing("<IsTruncated>true</IsTruncated>"), "how to go on"},
        Malice{"TruncatedWithEmptyToken", listing("<IsTruncated>true</IsTruncated><NextContinuationToken/>"),
               "how to go on"},
        Malice{"NotSayingWhetherWhole", listing(entry), "whether it is whole"},
        Malice{"MaybeTruncated", listing("<IsTruncated>maybe</IsTruncated>"), "whether it is whole"},
        Malice{"NegativeSize", whole("<Contents><Key>a</Key><Size>-1</Size></Contents>"), "'-1'"},
        Malice{"SizeTooLarge", whole("<Contents><Key>a</Key><Size>18446744073709551616</Size></Contents>"),
               "size of 'a'"},
        Malice{"SizeInWords", whole("<Contents><Key>a</Key><Size>7 bytes</Size></Contents>"), "'7 bytes'"},
        Malice{"NoSize", whole("<Contents><Key>a</Key></Contents>"), "size of 'a'"},
        Malice{"NoKey", whole("<Contents><Size>1</Size></Contents>"), "no name"},
        Malice{"KeyHalfEncoded",
               whole("<EncodingType>url</EncodingType><Contents><Key>a%2</Key><Size>1</Size></Contents>"), "no name"},
        Malice{"CutShort", whole(entry).substr(0, whole(entry).size() - 10), "byte"},
        Malice{"CutInAnEntry", whole(entry).substr(0, 200), "byte"},
        Malice{"TwoDocuments", whole(entry) + whole(entry), "not one XML document"},
        Malice{"TextAfterTheDocument", whole(entry) + "more", "not one XML document"},
        Malice{"TwoDocumentsAroundANul", whole(entry) + std::string(1, '\0') + whole(entry), "NUL"},
        Malice{"Entity", whole("<Contents><Key>a&b;</Key><Size>1</Size></Contents>"), "entity"},
        Malice{"EntityOfADtd",
               "<!DOCTYPE x [<!ENTITY b \"c\">]>" + whole("<Contents><Key>a&b;</Key><Size>1</Size></Contents>"),
               "not one XML document"},
        Malice{"TwoKeysInAnEntry", whole("<Contents><Key>a</Key><Key>b</Key><Size>1</Size></Contents>"), "no name"},
        Malice{"ElementInAKey", whole("<Contents><Key>a<b/>c</Key><Size>1</Size></Contents>"), "no name"},
        Malice{"TwoSizes", whole("<Contents><Key>a</Key><Size>1</Size><Size>2</Size></Contents>"), "size of 'a'"},
        Malice{"TruncatedAndNot", listing("<IsTruncated>false</IsTruncated><IsTruncated>true</IsTruncated>"),
               "whether it is whole"},
        Malice{"TwoTokens",
               listing("<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>"
                       "<NextContinuationToken>b</NextContinuationToken>"),
               "how to go on"},
        Malice{"KeysUnderPrefixes", whole("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"), "leaves keys out"},
        Malice{"Utf16", std::string("\xFF\xFE<\0a\0/\0>\0", 10), "NUL"},
        Malice{"Dtd", "<!DOCTYPE ListBucketResult [<!ENTITY a \"b\">]>" + listing("<IsTruncated>false</IsTruncated>"),
               "not one XML document"}),
    [](const auto& test) { return test.param.name; });

TEST(Listing, SurvivesDeepNesting) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_listing(deep, ""));
  for (int i = 0; i < 200'000; ++i) deep += "</a>";
  EXPECT_FALSE(parse_listing(deep, ""));
}

TEST(Listing, SurvivesEveryCut) {
  const std::string xml =
      listing("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>" + std::string(entry));
  const std::size_t whole_bytes = xml.rfind('>') + 1;
  for (std::size_t length = 0; length < whole_bytes; ++length)
    EXPECT_FALSE(parse_listing(xml.substr(0, length), "")) << length;
  EXPECT_TRUE(parse_listing(xml.substr(0, whole_bytes), ""));
}

TEST(ErrorDocument, IsReadOrEmpty) {
  const S3ErrorDocument document = parse_s3_error(
      "<?xml version=\"1.0\"?><Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong region</Message>"
      "<Region>eu-west-3</Region><Endpoint>b.s3.example</Endpoint></Error>");
  EXPECT_EQ(document.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(document.message, "wrong region");
  EXPECT_EQ(document.region, "eu-west-3");
  EXPECT_EQ(document.endpoint, "b.s3.example");
  for (const char* text : {"", "<html/>", "<Error>", "<Error/><Error/>", "<!DOCTYPE x><Error><Code>a</Code></Error>"}) {
    EXPECT_THAT(parse_s3_error(text).code, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace weir::source
