#include "source/aws_files.h"

#include <gtest/gtest.h>

namespace weir::source {
namespace {

TEST(AwsFile, HasSectionsAndKeys) {
  const AwsFile file =
      parse_aws_file("[default]\nregion = eu-west-1\nAWS_Access_Key_Id=AK\r\n\n[profile  \"my own\" ]\nregion=x\n");
  EXPECT_EQ(file.at("default").at("region"), "eu-west-1");
  EXPECT_EQ(file.at("default").at("aws_access_key_id"), "AK");
  EXPECT_EQ(file.at("profile my own").at("region"), "x");
}

TEST(AwsFile, KeepsSignsInsideOfValues) {
  const AwsFile file = parse_aws_file("[a]\nsecret = a#b;c=/+ # a comment\nother = x ; a comment\n# k = v\n; k = v\n");
  EXPECT_EQ(file.at("a").at("secret"), "a#b;c=/+");
  EXPECT_EQ(file.at("a").at("other"), "x");
  EXPECT_EQ(file.at("a").size(), 2U);
}

TEST(AwsFile, NestsIndentedKeysBelowAnEmptyOne) {
  const AwsFile file = parse_aws_file("[a]\ns3 =\n  addressing_style = path\n\tother = 1\nregion = r\n  odd = 2\n");
  EXPECT_EQ(file.at("a").at("s3.addressing_style"), "path");
  EXPECT_EQ(file.at("a").at("s3.other"), "1");
  EXPECT_EQ(file.at("a").at("odd"), "2");
}

TEST(AwsFile, PassesOverWhatItDoesNotKnow) {
  EXPECT_TRUE(parse_aws_file("").empty());
  EXPECT_TRUE(parse_aws_file("key = before any section\n").empty());
  const AwsFile file = parse_aws_file("\xEF\xBB\xBF[a]\nno equals sign\nlast = wins\nlast = twice");
  EXPECT_EQ(file.at("a").size(), 1U);
  EXPECT_EQ(file.at("a").at("last"), "twice");
}

}  // namespace
}  // namespace weir::source
