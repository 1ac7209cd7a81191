#include "source/checksum.h"

#include <gmock/gmock.h>

#include <string>

namespace weir::source_tests {
namespace {

using source::base64_to_hex;
using source::ChecksumCheck;
using testing::AllOf;
using testing::HasSubstr;

Status verdict(const std::string& checksum, std::string_view bytes, std::size_t piece = 1000) {
  ChecksumCheck check(checksum);
  for (std::size_t at = 0; at < bytes.size(); at += piece) check.update(bytes.substr(at, piece));
  return check.verdict("cannot read", "s3://b/k");
}

// The check values of the catalogues of CRCs, and of RFC 1321 and FIPS 180-4.
class KnownChecksum : public testing::TestWithParam<const char*> {};

TEST_P(KnownChecksum, HoldsHoweverTheBytesCome) {
  for (const std::size_t piece : {1U, 2U, 8U, 9U}) EXPECT_TRUE(verdict(GetParam(), "123456789", piece)) << piece;
}

TEST_P(KnownChecksum, TellsOtherBytes) {
  for (const char* other : {"123456780", "12345678", "1234567890", ""}) {
    const Status found = verdict(GetParam(), other);
    ASSERT_FALSE(found) << other;
    EXPECT_EQ(found.error().kind, ErrorKind::failed);
    EXPECT_THAT(found.error().why, HasSubstr("checksum"));
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, KnownChecksum,
                         testing::Values("crc32:cbf43926", "crc32c:e3069283", "crc64nvme:ae8b14860a799888",
                                         "md5:25f9e794323b453885f5181f1b624d0b",
                                         "sha256:15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"));

TEST(ChecksumCheck, SaysWhatWasFoundAndEveryTime) {
  ChecksumCheck check("crc32:00000000");
  check.update("123456789");
  for (int i = 0; i < 2; ++i) {
    const Status found = check.verdict("cannot read", "s3://b/k");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().where, "s3://b/k");
    EXPECT_THAT(found.error().why, AllOf(HasSubstr("crc32 cbf43926"), HasSubstr("expected 00000000")));
  }
}

TEST(ChecksumCheck, HasNothingToSayWithoutAChecksumItKnows) {
  for (const char* none : {"", "sha3:00", "00"}) EXPECT_TRUE(verdict(none, "bytes")) << none;
}

TEST(Base64ToHex, IsForWholeValues) {
  EXPECT_EQ(base64_to_hex("y/Q5Jg=="), "cbf43926");
  EXPECT_EQ(base64_to_hex("rosUhgp5mIg="), "ae8b14860a799888");
  for (const char* none : {"", "y", "y/Q5J", "y/Q5J!=="}) EXPECT_EQ(base64_to_hex(none), std::nullopt) << none;
}

}  // namespace
}  // namespace weir::source_tests
