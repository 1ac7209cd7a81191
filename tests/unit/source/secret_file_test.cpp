#include "source/secret_file.h"

#include <gmock/gmock.h>

#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::read_secret_file;
using testing::HasSubstr;
using testing::Not;

TEST(SecretFile, IsItsTextWithoutBlanksAround) {
  const TempDirectory directory;
  EXPECT_EQ(read_secret_file(directory.write("t", "eyJ.abc\n"), "the token").value(), "eyJ.abc");
  EXPECT_EQ(read_secret_file(directory.write("t", " Basic abc=\r\n\n"), "the token").value(), "Basic abc=");
}

TEST(SecretFile, IsRefusedWhereItHoldsNoToken) {
  const TempDirectory directory;
  for (const std::string& text :
       {std::string(), std::string(" \n"), std::string("hidden\nhidden"), std::string(70'000, 'h')}) {
    const auto token = read_secret_file(directory.write("t", text), "the token");
    ASSERT_FALSE(token) << text.size();
    EXPECT_EQ(token.error().kind, ErrorKind::access);
    EXPECT_EQ(token.error().where, directory / "t");
    EXPECT_THAT(to_string(token.error()), Not(HasSubstr("hidden")));
  }
  EXPECT_THAT(to_string(read_secret_file(directory / "absent", "the token").error()),
              HasSubstr("cannot read the token in"));
}

}  // namespace
}  // namespace weir::source_tests
