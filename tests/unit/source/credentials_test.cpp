// When keys are asked for anew, and what happens meanwhile.
#include "source/credentials.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weir::source_tests {
namespace {

using source::AwsCredentials;
using source::CredentialProvider;
using source::CredentialSource;

// Gives keys "1", "2", … that hold for `lifetime_s`, or the error it is told to give.
struct Place {
  std::atomic<std::int64_t> now{1'000'000};
  std::atomic<int> asked{0};
  std::int64_t lifetime_s = 3600;
  std::atomic<bool> refuses{false};
  std::function<void()> on_ask = [] {};
};

class FakeSource final : public CredentialSource {
 public:
  explicit FakeSource(Place& place) : place_(place) {}
  Result<AwsCredentials> fetch() override {
    const int number = ++place_.asked;
    place_.on_ask();
    if (place_.refuses) return fail(ErrorKind::access, "no keys from", origin(), "refused", "ask again");
    AwsCredentials credentials{{std::to_string(number), "secret", "token"}, 0, ""};
    if (place_.lifetime_s > 0) credentials.expires_unix_s = place_.now + place_.lifetime_s;
    return credentials;
  }
  [[nodiscard]] std::string origin() const override { return "a place"; }

 private:
  Place& place_;
};

class CredentialProviderTest : public testing::Test {
 protected:
  std::string key_id() {
    const auto credentials = provider_.get();
    return credentials ? credentials->keys.access_key_id : credentials.error().why;
  }
  Place place_;
  CredentialProvider provider_{std::make_unique<FakeSource>(place_), [this] { return place_.now.load(); }};
};

TEST_F(CredentialProviderTest, AsksWhenItIsAskedAndNotAgain) {
  EXPECT_EQ(place_.asked, 0);
  EXPECT_EQ(key_id(), "1");
  EXPECT_EQ(key_id(), "1");
  EXPECT_EQ(provider_.origin(), "a place");
}

TEST_F(CredentialProviderTest, NeverAsksAgainForKeysThatDoNotExpire) {
  place_.lifetime_s = 0;
  EXPECT_EQ(key_id(), "1");
  place_.now += 1'000'000'000;
  EXPECT_EQ(key_id(), "1");
}

TEST_F(CredentialProviderTest, AsksFiveMinutesEarly) {
  EXPECT_EQ(key_id(), "1");
  place_.now += 3600 - 301;
  EXPECT_EQ(key_id(), "1");
  place_.now += 1;
  EXPECT_EQ(key_id(), "2");
}

TEST_F(CredentialProviderTest, GoesOnWithOldKeysWhileNewOnesAreRefused) {
  EXPECT_EQ(key_id(), "1");
  place_.refuses = true;
  place_.now += 3600 - 300;
  EXPECT_EQ(key_id(), "1");
  EXPECT_EQ(key_id(), "1");
  EXPECT_EQ(place_.asked, 2) << "twice within half a minute is too often";
  place_.now += 30;
  EXPECT_EQ(key_id(), "1");
  EXPECT_EQ(place_.asked, 3);
  place_.now += 260;  // ten seconds before the end they no longer hold
  EXPECT_EQ(key_id(), "refused");
  place_.refuses = false;
  EXPECT_EQ(key_id(), "refused") << "for five seconds";
  place_.now += 5;
  EXPECT_EQ(key_id(), "5");
}

TEST_F(CredentialProviderTest, DoesNotAskAtEveryRequestForKeysThatNeverHoldLong) {
  place_.lifetime_s = 120;
  EXPECT_EQ(key_id(), "1");
  place_.now += 29;
  EXPECT_EQ(key_id(), "1");
  place_.now += 1;
  EXPECT_EQ(key_id(), "2");
}

TEST_F(CredentialProviderTest, AnswersForAWhileWithTheFailureThereWas) {
  place_.refuses = true;
  EXPECT_EQ(key_id(), "refused");
  place_.refuses = false;
  place_.now += 4;
  EXPECT_EQ(key_id(), "refused");
  EXPECT_EQ(place_.asked, 1);
  place_.now += 1;
  EXPECT_EQ(key_id(), "2");
}

TEST_F(CredentialProviderTest, FailsOnceForManyThreads) {
  place_.refuses = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { EXPECT_EQ(key_id(), "refused"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(place_.asked, 1);
}

TEST_F(CredentialProviderTest, RenewsWhatTheServerRefusedOnce) {
  const auto first = provider_.get();
  ASSERT_TRUE(first);
  provider_.renew(first->keys);
  EXPECT_EQ(key_id(), "2");
  provider_.renew(first->keys);  // a late answer to an old request
  EXPECT_EQ(key_id(), "2");
}

TEST_F(CredentialProviderTest, LetsOthersGoOnWhileOneAsks) {
  EXPECT_EQ(key_id(), "1");
  place_.now += 3600 - 300;
  place_.on_ask = [this] {
    std::thread other([this] { EXPECT_EQ(key_id(), "1"); });
    other.join();  // it would never end if it waited for this one
  };
  EXPECT_EQ(key_id(), "2");
  EXPECT_EQ(place_.asked, 2);
}

TEST_F(CredentialProviderTest, AsksOnceForManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { EXPECT_EQ(key_id(), "1"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(place_.asked, 1);
}

}  // namespace
}  // namespace weir::source_tests
