#include "source/aws_files.h"

#include <gmock/gmock.h>

namespace weir::source {
namespace {

using testing::HasSubstr;
using testing::Not;

AwsFile parsed(const std::string& text) {
  const auto file = parse_aws_file(text, "config");
  EXPECT_TRUE(file) << to_string(file.error());
  return file.value_or(AwsFile{});
}

std::string value(const std::string& text, const std::string& key) {
  return parsed(text).at("a").at(key);
}

TEST(AwsFile, HasSectionsAndKeys) {
  const AwsFile file =
      parsed("[default]\nregion = eu-west-1\nAWS_Access_Key_Id=AK\r\n\n[profile  \"my own\" ]\nregion=x\n");
  EXPECT_EQ(file.at("default").at("region"), "eu-west-1");
  EXPECT_EQ(file.at("default").at("aws_access_key_id"), "AK");
  EXPECT_EQ(file.at("profile my own").at("region"), "x");
}

TEST(AwsFile, TrimsBlanksOfEverySort) {
  const AwsFile file = parsed("\xEF\xBB\xBF\t \n[ profile\t b ]\r\n\tregion \t=  x=y \t\r\n");
  EXPECT_EQ(file.at("profile b").at("region"), "x=y");
}

TEST(AwsFile, KeepsSignsInsideOfValues) {
  const AwsFile file =
      parsed("[a] # a comment\nsecret = a#b;c=/+ # a comment\nother = x ; a comment\n# k = v\n; k = v\n  # k = v\n");
  EXPECT_EQ(file.at("a").at("secret"), "a#b;c=/+");
  EXPECT_EQ(file.at("a").at("other"), "x");
  EXPECT_EQ(file.at("a").size(), 2U);
  EXPECT_TRUE(parsed("[b]; adjacent\n[c]#adjacent\n").contains("c"));
}

TEST(AwsFile, NestsIndentedKeysBelowAnEmptyOne) {
  const AwsFile file =
      parsed("[a]\ns3 =\n  addressing_style = path\n\n\tOther = 1 # a comment\n  none =\nregion = r\n");
  EXPECT_EQ(file.at("a").at("s3.addressing_style"), "path");
  EXPECT_EQ(file.at("a").at("s3.other"), "1");
  EXPECT_EQ(file.at("a").at("s3.none"), "");
  EXPECT_EQ(file.at("a").at("region"), "r");
}

TEST(AwsFile, ContinuesAValueOnLinesIndentedMore) {
  EXPECT_EQ(value("[a]\ncredential_process = one\n  --two = 2 # kept\n\tthree\nregion = r\n", "credential_process"),
            "one\n--two = 2 # kept\nthree");
}

TEST(AwsFile, MayBeIndentedAsAWhole) {
  const std::string text = "  [a]\n  region = r\n  s3 =\n    addressing_style = path\n  output = json\n";
  EXPECT_EQ(value(text, "region"), "r");
  EXPECT_EQ(value(text, "s3.addressing_style"), "path");
  EXPECT_EQ(value(text, "output"), "json");
}

TEST(AwsFile, JoinsSectionsAndTakesTheLaterKey) {
  const AwsFile file = parsed("[a]\nfirst = 1\ntwice = 1\n[b]\nk = v\n[a]\nsecond = 2\ntwice = 2\ntwice = 3");
  EXPECT_EQ(file.at("a").at("first"), "1");
  EXPECT_EQ(file.at("a").at("second"), "2");
  EXPECT_EQ(file.at("a").at("twice"), "3");
}

TEST(AwsFile, MayBeEmpty) {
  EXPECT_TRUE(parsed("").empty());
  EXPECT_TRUE(parsed("\n# nothing\n").empty());
}

struct Wrong {
  const char* name;
  const char* text;
  const char* where;
  const char* why;
  friend void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }
};

class WrongAwsFile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongAwsFile, IsAnErrorThatShowsNothingOfIt) {
  const auto file = parse_aws_file(GetParam().text, "config");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().where, GetParam().where);
  EXPECT_THAT(file.error().why, HasSubstr(GetParam().why));
  EXPECT_THAT(to_string(file.error()), Not(HasSubstr("hidden")));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongAwsFile,
    testing::Values(Wrong{"KeyBeforeSections", "\nkey = hidden\n", "config:2", "before every [section]"},
                    Wrong{"SectionNotClosed", "[a]\n[hidden\n", "config:2", "the ] of its"},
                    Wrong{"TextAfterSection", "[a] hidden\n", "config:1", "after its [section]"},
                    Wrong{"NoEquals", "[a]\nkey : hidden\n", "config:2", "neither a [section]"},
                    Wrong{"NoKey", "[a]\n= hidden\n", "config:2", "no key"},
                    Wrong{"MemberWithoutEquals", "[a]\ns3 =\n  hidden\n", "config:3", "key = value is wanted"},
                    Wrong{"MemberWithoutName", "[a]\ns3 =\n  = hidden\n", "config:3", "key = value is wanted"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace weir::source
