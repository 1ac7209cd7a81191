#include "source/transfer_settings.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace weir::source_tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<source::TransferSettings> with(std::map<std::string, std::string> variables) {
  return source::transfer_settings([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(TransferSettings, HaveDefaults) {
  for (const auto& settings : {with({}), with({{"AWS_MAX_ATTEMPTS", ""}, {"WEIR_STALL_TIMEOUT_S", ""}})}) {
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->attempts_max, 5);
    EXPECT_EQ(settings->stall_limit, std::chrono::seconds(30));
    EXPECT_TRUE(settings->verify_checksums);
  }
}

TEST(TransferSettings, AreSetByTheEnvironment) {
  const auto settings = with({{"AWS_MAX_ATTEMPTS", "9"},
                              {"WEIR_STALL_TIMEOUT_S", "2"},
                              {"AWS_RESPONSE_CHECKSUM_VALIDATION", "WHEN_REQUIRED"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->attempts_max, 9);
  EXPECT_EQ(settings->stall_limit, std::chrono::seconds(2));
  EXPECT_FALSE(settings->verify_checksums);
  EXPECT_TRUE(with({{"AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"}})->verify_checksums);
}

TEST(TransferSettings, RefuseWhatMeansNothing) {
  for (const auto& [name, value] :
       std::map<std::string, std::vector<std::string>>{{"AWS_MAX_ATTEMPTS", {"0", "101", "many", "-1", "1.5"}},
                                                       {"WEIR_STALL_TIMEOUT_S", {"0", "3601", "1 s"}},
                                                       {"AWS_RESPONSE_CHECKSUM_VALIDATION", {"never"}}}) {
    for (const std::string& text : value) {
      const auto settings = with({{name, text}});
      ASSERT_FALSE(settings) << name << text;
      EXPECT_EQ(settings.error().kind, ErrorKind::usage);
      EXPECT_THAT(to_string(settings.error()), AllOf(HasSubstr(name), HasSubstr("'" + text + "'")));
    }
  }
}

}  // namespace
}  // namespace weir::source_tests
