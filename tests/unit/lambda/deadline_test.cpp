#include "lambda/deadline.h"

#include <gmock/gmock.h>

#include "weir/progress.h"

namespace weir::lambda {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::system_clock;

TEST(Deadline, StopsAFifthOfTheTimeBefore) {
  const TimePoint now = system_clock::now();
  EXPECT_EQ(stop_before(now + seconds(5), now), now + seconds(4));
  EXPECT_EQ(stop_before(now + minutes(15), now), now + minutes(15) - seconds(10));
  EXPECT_EQ(stop_before(now - seconds(1), now), now - seconds(1));
}

class Watch : public testing::Test {
 protected:
  void SetUp() override { clear_interrupt(); }
  void TearDown() override { clear_interrupt(); }
};

TEST_F(Watch, InterruptsWhenItsTimeComesAndTakesItBack) {
  {
    const DeadlineWatch watch(system_clock::now() + milliseconds(20));
    while (!interrupted()) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_TRUE(watch.reached());
  }
  EXPECT_FALSE(interrupted());
}

TEST_F(Watch, LetsWhatIsDoneInTimeBe) {
  {
    const DeadlineWatch watch(system_clock::now() + minutes(1));
    EXPECT_FALSE(watch.reached());
  }
  EXPECT_FALSE(interrupted());
}

TEST_F(Watch, KeepsSomebodyElsesInterrupt) {
  request_interrupt();
  {
    const DeadlineWatch watch(system_clock::now());
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_FALSE(watch.reached());
  }
  EXPECT_TRUE(interrupted());
}

}  // namespace
}  // namespace weir::lambda
