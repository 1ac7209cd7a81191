#include "cli/lambda_answer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace weir::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

Period period(const char* text) {
  return parse_period(text).value();
}

IngestResult result(const char* name, Outcome outcome, std::optional<Error> error = {}) {
  IngestResult result;
  result.slot = {"events", period(name)};
  result.uri = std::string("s3://b/") + name;
  result.outcome = outcome;
  result.error = std::move(error);
  return result;
}

Error refused() {
  return {ErrorKind::access, "cannot read", "s3://b/k", "access denied", "ask"};
}

lambda::Message message(std::vector<Period> periods, bool expected = false, std::string id = {}) {
  return {std::move(id), std::move(periods), expected, {}};
}

lambda::Failure failure(const lambda::Event& event, const LambdaResults& results) {
  const LambdaAnswer answer = answer_of(event, results);
  EXPECT_FALSE(answer) << *answer;
  return answer.error();
}

Json answer(const lambda::Event& event, const LambdaResults& results) {
  const LambdaAnswer answer = answer_of(event, results);
  EXPECT_TRUE(answer) << answer.error().message;
  return Json::parse(*answer);
}

TEST(LambdaAnswer, IsTheIngestsJson) {
  lambda::Event event{false, {message({period("2021-04")})}};
  const Json found = answer(event, {result("2021-04", Outcome::loaded)});
  EXPECT_EQ(found["ingestions"][0]["outcome"], "loaded");
  EXPECT_EQ(found.size(), 1U);
  event.messages[0].ignored.emplace_back("something else");
  EXPECT_EQ(answer(event, {result("2021-04", Outcome::unchanged)})["ignored"], Json({"something else"}));
  EXPECT_EQ(answer({false, {message({})}}, {}), Json({{"ingestions", Json::array()}}));
}

TEST(LambdaAnswer, NamesWhatFailedAndWhatIsDone) {
  const lambda::Event event{false, {message({period("2021-03"), period("2021-04"), period("2021-05")})}};
  const lambda::Failure found =
      failure(event, {result("2021-03", Outcome::loaded), result("2021-04", Outcome::failed, refused()),
                      result("2021-05", Outcome::unchanged)});
  EXPECT_EQ(found.type, "Weir.Access");
  EXPECT_EQ(found.message, "2021-04: cannot read s3://b/k: access denied. Done: 2021-03 loaded, 2021-05 unchanged");
}

TEST(LambdaAnswer, MissesOnlyWhatIsExpected) {
  const LambdaResults missing{result("2021-04", Outcome::missing)};
  EXPECT_EQ(answer({false, {message({period("2021-04")})}}, missing)["ingestions"][0]["outcome"], "missing");
  const lambda::Failure found = failure({false, {message({period("2021-04")}, true)}}, missing);
  EXPECT_EQ(found.type, "Weir.Missing");
  EXPECT_THAT(found.message, HasSubstr("nothing at s3://b/2021-04"));
}

TEST(LambdaAnswer, TheTimeThatWasUpCountsMost) {
  const lambda::Event event{false, {message({period("2021-03"), period("2021-04"), period("2021-05")})}};
  const lambda::Failure found = failure(
      event, {result("2021-03", Outcome::failed, refused()),
              result("2021-04", Outcome::failed, Error{ErrorKind::interrupted, "stopped", "", "interrupted", ""})});
  EXPECT_EQ(found.type, "Weir.Deadline");
  EXPECT_THAT(found.message, HasSubstr("2021-04: not loaded: the time was up; 2021-05: not loaded: the time was up"));
}

TEST(LambdaAnswer, SendsBackTheMessagesThatFailed) {
  lambda::Event event{true,
                      {message({period("2021-03")}, false, "good"), message({period("2021-04")}, false, "bad"),
                       message({period("2021-03"), period("2021-04")}, false, "both"), message({}, false, "idle")}};
  const LambdaResults results{result("2021-03", Outcome::loaded), result("2021-04", Outcome::failed, refused())};
  EXPECT_EQ(answer(event, results)["batchItemFailures"],
            Json({{{"itemIdentifier", "bad"}}, {{"itemIdentifier", "both"}}}));
  event.messages.resize(1);
  EXPECT_EQ(answer(event, results)["batchItemFailures"], Json::array());
}

TEST(LambdaAnswer, FailsWhereAllMessagesDo) {
  lambda::Message junk = message({}, false, "junk");
  junk.error = Error{ErrorKind::usage, "cannot tell", "the event", "it is not JSON", ""};
  const lambda::Event event{true, {message({period("2021-04")}, false, "bad"), junk}};
  const lambda::Failure found = failure(event, {result("2021-04", Outcome::failed, refused())});
  EXPECT_EQ(found.type, "Weir.Access");
  EXPECT_THAT(found.message, HasSubstr("; message junk: cannot tell the event: it is not JSON"));
}

TEST(LambdaAnswer, NamesNoMoreThanSomebodyReads) {
  lambda::Message all = message({});
  for (Period day{2021, 1, 1}; day.year == 2021; day = day.next()) all.periods.push_back(day);
  const lambda::Failure found = failure({false, {all}}, {});
  EXPECT_THAT(found.message, HasSubstr("2021-01-20: not loaded: the time was up; and 345 more"));
  EXPECT_LT(found.message.size(), 2000U);
}

}  // namespace
}  // namespace weir::cli
