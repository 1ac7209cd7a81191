#include "source/credential_process.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::credential_process;
using source::run_process;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* keys = R"(echo '{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "hidden"}')";

Error error_of(const std::string& command) {
  const auto credentials = credential_process(command, "profile 'p'")->fetch();
  EXPECT_FALSE(credentials) << command;
  return credentials ? Error{} : credentials.error();
}

TEST(CredentialProcess, GivesWhatItPrints) {
  const auto source = credential_process(keys, "profile 'p'");
  EXPECT_EQ(source->origin(), "the credential_process of profile 'p'");
  const auto credentials = source->fetch();
  ASSERT_TRUE(credentials) << to_string(credentials.error());
  EXPECT_EQ(credentials->keys.access_key_id, "K");
}

TEST(CredentialProcess, IsRunByTheShellEachTime) {
  const TempDirectory directory;
  const auto source = credential_process(fmt::format("echo 'once' >> \"{}\"; {}", directory / "a b", keys), "p");
  ASSERT_TRUE(source->fetch());
  ASSERT_TRUE(source->fetch());
  std::ifstream file(directory / "a b");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "once\nonce\n");
}

TEST(CredentialProcess, HasNoStandardInputAndTheUsualSignals) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  EXPECT_TRUE(
      credential_process(fmt::format("read line && exit 1; (yes | head -n 1) > /dev/null; {}", keys), "p")->fetch());
  const auto output = run_process("yes | head -n 1; kill -PIPE $$; echo lives", 5'000, "p");
  ASSERT_TRUE(output);
  EXPECT_EQ(output->out, "y\n");
  std::signal(SIGPIPE, before);
}

TEST(CredentialProcess, ThatFailsIsToldWithItsLastWords) {
  const Error error = error_of("echo hidden; echo no network >&2; echo sign in first >&2; exit 3");
  EXPECT_EQ(error.kind, ErrorKind::access);
  EXPECT_EQ(error.where, "profile 'p'");
  EXPECT_EQ(error.why, "it ended with exit code 3; it said: sign in first");
  EXPECT_THAT(error_of("exit 1").why, HasSubstr("it said nothing"));
  EXPECT_THAT(error_of("kill -KILL $$").why, HasSubstr("signal 9"));
  EXPECT_THAT(error_of("no-such-program-anywhere").why, HasSubstr("exit code 127"));
}

TEST(CredentialProcess, NeverHasItsKeysShown) {
  EXPECT_THAT(to_string(error_of(R"(echo '{"SecretAccessKey": "hidden"}' >&2; exit 1)")),
              AllOf(Not(HasSubstr("hidden")), HasSubstr("seems to hold keys")));
  EXPECT_THAT(to_string(error_of("echo hidden")), AllOf(Not(HasSubstr("hidden")), HasSubstr("no JSON object")));
  EXPECT_THAT(
      to_string(error_of(
          R"(echo '{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "hidden", "Expiration": "2021-05-03T10:00:00Z"}')")),
      AllOf(Not(HasSubstr("hidden")), HasSubstr("run out already")));
}

TEST(CredentialProcess, IsEndedWithItsChildrenWhenItIsTooSlow) {
  const TempDirectory directory;
  const std::string file = directory / "late";
  const auto began = std::chrono::steady_clock::now();
  const auto output = run_process(fmt::format("(sleep 1; echo late > '{}') & sleep 60", file), 300, "p");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::access);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
  EXPECT_FALSE(std::ifstream(file).is_open()) << "a child went on";
}

TEST(CredentialProcess, MayNotPrintWithoutEnd) {
  EXPECT_THAT(to_string(error_of("yes")), HasSubstr("more than a MiB"));
  const auto long_output = run_process("head -c 200000 /dev/zero", 5'000, "p");
  ASSERT_TRUE(long_output);
  EXPECT_EQ(long_output->out.size(), 200'000U);
}

}  // namespace
}  // namespace weir::source_tests
