#include "cli/ingest_run.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace weir::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

IngestResult result(const char* period, Outcome outcome, std::uint64_t rows = 0) {
  IngestResult result;
  result.slot = {"events", parse_period(period).value()};
  result.uri = "d/e.csv";
  result.outcome = outcome;
  result.rows_loaded = rows;
  if (outcome == Outcome::failed) result.error = Error{ErrorKind::failed, "cannot read", "a<b>&c", "no", "try"};
  return result;
}

TEST(IngestRun, IsASuccessAFailureOrAGap) {
  EXPECT_EQ(status_of({"events", {}}), RunStatus::success);
  EXPECT_EQ(status_of({"events", {result("2021-04", Outcome::unchanged)}}), RunStatus::success);
  EXPECT_EQ(status_of({"events", {result("2021-04", Outcome::loaded), result("2021-05", Outcome::missing)}}),
            RunStatus::gap);
  EXPECT_EQ(status_of({"events", {result("2021-04", Outcome::failed), result("2021-05", Outcome::missing)}}),
            RunStatus::failure);
  EXPECT_EQ(status_of({"events", {}, Error{}}), RunStatus::failure);
}

TEST(IngestRun, IsSummedUp) {
  EXPECT_EQ(summary_of({"events", {result("2021-04", Outcome::loaded, 1200000)}}),
            "weir: events 2021-04: loaded, 1,200,000 rows, 0 rejected, 0.0 s");
  EXPECT_EQ(summary_of({"events",
                        {result("2021-04", Outcome::loaded), result("2021-05", Outcome::missing),
                         result("2021-06", Outcome::failed)}}),
            "weir: events: 1 loaded, 1 missing, 1 failed\n2021-05: missing, nothing at d/e.csv\n"
            "2021-06: failed, cannot read a<b>&c: no");
  EXPECT_EQ(summary_of({"events", {}, Error{ErrorKind::failed, "cannot open", "db", "no", ""}}),
            "weir: events: failed, cannot open db: no");
}

TEST(IngestRun, IsPostedAsSlackTakesIt) {
  const Json json = Json::parse(notification_of({"events", {result("2021-06", Outcome::failed)}}));
  EXPECT_EQ(json["text"], "weir: events 2021-06: failed, cannot read a&lt;b&gt;&amp;c: no");
  EXPECT_EQ(json["status"], "failure");
  EXPECT_EQ(json["mrkdwn"], false);
  EXPECT_EQ(json["ingestions"][0]["error"], "cannot read a<b>&c: no");
  EXPECT_FALSE(json.contains("error"));
}

TEST(Metrics, TellOfTheRun) {
  const std::string text = metrics_of({"ev\"\\\n", {result("2021-04", Outcome::loaded, 7)}}, 1600000000.25, "");
  EXPECT_THAT(text, HasSubstr("# HELP weir_last_run_success "));
  EXPECT_THAT(text,
              HasSubstr("# TYPE weir_last_run_success gauge\nweir_last_run_success{source=\"ev\\\"\\\\\\n\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("weir_last_success_timestamp_seconds{source=\"ev\\\"\\\\\\n\"} 1600000000.250\n"));
  EXPECT_THAT(text, HasSubstr("weir_ingestion_rows_loaded{source=\"ev\\\"\\\\\\n\",period=\"2021-04\"} 7\n"));
}

TEST(Metrics, KeepWhatTheRunDoesNotTell) {
  const std::string good = metrics_of({"events", {result("2021-04", Outcome::loaded, 7)}}, 100, "");
  const std::string failed = metrics_of({"events", {result("2021-05", Outcome::failed)}}, 200, good);
  EXPECT_THAT(failed, AllOf(HasSubstr("weir_last_success_timestamp_seconds{source=\"events\"} 100.000\n"),
                            HasSubstr("weir_last_run_timestamp_seconds{source=\"events\"} 200.000\n"),
                            HasSubstr("period=\"2021-05\""), Not(HasSubstr("period=\"2021-04\""))));
  const std::string idle = metrics_of({"events", {}}, 300, failed);
  EXPECT_THAT(idle, AllOf(HasSubstr("weir_last_success_timestamp_seconds{source=\"events\"} 300.000\n"),
                          HasSubstr("period=\"2021-05\"")));
  const std::string other = metrics_of({"event", {result("2021-06", Outcome::loaded, 1)}}, 400, idle);
  EXPECT_THAT(other, AllOf(HasSubstr("weir_last_run_timestamp_seconds{source=\"events\"} 300.000\n"),
                           HasSubstr("weir_last_run_timestamp_seconds{source=\"event\"} 400.000\n")));
  EXPECT_EQ(metrics_of({"event", {}}, 400, "not ours\nother_metric{source=\"x\"} 1\n"),
            metrics_of({"event", {}}, 400, ""));
}

}  // namespace
}  // namespace weir::cli
