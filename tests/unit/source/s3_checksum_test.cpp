#include "source/s3_checksum.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace weir::source_tests {
namespace {

const std::string md5_etag = "\"25f9e794323b453885f5181f1b624d0b\"";

std::string of(int status, std::map<std::string, std::string> headers) {
  source::HttpResponse head;
  head.status = status;
  head.headers = std::move(headers);
  return source::s3_checksum(head);
}

TEST(S3Checksum, IsTheCheapestOfThoseGiven) {
  EXPECT_EQ(of(200, {{"x-amz-checksum-crc32c", "4waSgw=="}, {"x-amz-checksum-sha256", "AAAA"}, {"etag", md5_etag}}),
            "crc32c:e3069283");
  EXPECT_EQ(of(200, {{"x-amz-checksum-crc64nvme", "rosUhgp5mIg="}, {"x-amz-checksum-crc32", "y/Q5Jg=="}}),
            "crc64nvme:ae8b14860a799888");
}

TEST(S3Checksum, IsNoChecksumOfChecksums) {
  EXPECT_EQ(of(200, {{"x-amz-checksum-crc32", "y/Q5Jg==-3"}, {"etag", "\"25f9e794323b453885f5181f1b624d0b-3\""}}), "");
}

TEST(S3Checksum, OfAPartSaysNothingOfTheWhole) {
  EXPECT_EQ(of(206, {{"content-range", "bytes 0-8/10"}, {"x-amz-checksum-crc32", "y/Q5Jg=="}}), "");
  EXPECT_EQ(of(206, {{"content-range", "bytes 0-8/9"}, {"x-amz-checksum-crc32", "y/Q5Jg=="}}), "crc32:cbf43926");
}

TEST(S3Checksum, IsTheEtagOfWhatWasPutInOnePiece) {
  EXPECT_EQ(of(206, {{"content-range", "bytes 0-8/10"}, {"etag", md5_etag}}), "md5:25f9e794323b453885f5181f1b624d0b");
  EXPECT_EQ(of(200, {{"etag", md5_etag}, {"x-amz-server-side-encryption", "AES256"}}),
            "md5:25f9e794323b453885f5181f1b624d0b");
  for (const char* other :
       {"\"25F9E794323B453885F5181F1B624D0B\"", "\"25f9e794323b453885f5181f1b624d0\"", "W/\"x\"", ""})
    EXPECT_EQ(of(200, {{"etag", other}}), "") << other;
}

TEST(S3Checksum, IsNotTheEtagOfWhatOthersKeysEncrypt) {
  for (const char* kms : {"aws:kms", "aws:kms:dsse"})
    EXPECT_EQ(of(200, {{"etag", md5_etag}, {"x-amz-server-side-encryption", kms}}), "") << kms;
  EXPECT_EQ(of(200, {{"etag", md5_etag}, {"x-amz-server-side-encryption-customer-algorithm", "AES256"}}), "");
}

}  // namespace
}  // namespace weir::source_tests
