#include "lambda/events.h"

#include <gmock/gmock.h>

namespace weir::lambda {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* monthly = "s3://dumps/{YYYY}/{MM}/events.csv";
constexpr const char* daily = "s3://dumps/{YYYY}/{MM}/{DD}/big events+more.csv";

DayNumber today() {
  return to_day_number({2026, 11, 25});
}

Result<Event> read(std::string_view json, const char* uri_template = monthly) {
  return read_event(json, UriTemplate::parse(uri_template).value(), today());
}

// Of an event that is one message.
Message message_of(std::string_view json, const char* uri_template = monthly) {
  const Result<Event> event = read(json, uri_template);
  EXPECT_TRUE(event) << to_string(event.error());
  EXPECT_FALSE(event->batch);
  EXPECT_EQ(event->messages.size(), 1U);
  return event->messages.front();
}

std::vector<std::string> periods_of(const Message& message) {
  std::vector<std::string> words;
  for (const Period& period : message.periods) words.push_back(to_string(period));
  return words;
}

std::string why_not(std::string_view json) {
  const Result<Event> event = read(json);
  EXPECT_FALSE(event);
  EXPECT_EQ(event.error().kind, ErrorKind::usage);
  EXPECT_THAT(event.error().next, HasSubstr(R"({"periods":["2021-04"]})"));
  return event.error().why;
}

std::string schedule(const std::string& time, const std::string& source = "aws.events") {
  return R"({"version":"0","id":"1","detail-type":"Scheduled Event","source":")" + source +
         R"(","account":"1","time":")" + time + R"(","region":"eu-west-1","resources":[],"detail":{}})";
}

std::string s3_record(const std::string& key, const std::string& name = "ObjectCreated:Put",
                      const std::string& bucket = "dumps") {
  return R"({"eventVersion":"2.1","eventSource":"aws:s3","eventName":")" + name + R"(","s3":{"bucket":{"name":")" +
         bucket + R"("},"object":{"key":")" + key + R"(","size":1,"eTag":"e"}}})";
}

std::string records(const std::string& list) {
  return R"({"Records":[)" + list + "]}";
}

// A JSON text within a JSON text.
std::string json_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string sns_record(const std::string& message) {
  return R"({"EventSource":"aws:sns","EventVersion":"1.0","Sns":{"Type":"Notification","Message":)" +
         json_text(message) + "}}";
}

std::string sqs_record(const std::string& id, const std::string& body) {
  return R"({"messageId":")" + id + R"(","eventSource":"aws:sqs","body":)" + json_text(body) + "}";
}

std::string eventbridge(const std::string& type, const std::string& key) {
  return R"({"version":"0","detail-type":")" + type +
         R"(","source":"aws.s3","detail":{"bucket":{"name":"dumps"},"object":{"key":")" + key + R"("}}})";
}

TEST(Events, AScheduleMeansTheMonthBeforeItsTime) {
  for (const char* source : {"aws.events", "aws.scheduler"}) {
    const Message message = message_of(schedule("2021-05-01T10:00:00Z", source));
    EXPECT_THAT(periods_of(message), ElementsAre("2021-04"));
    EXPECT_TRUE(message.expected);
  }
  EXPECT_THAT(periods_of(message_of(schedule("2021-05-31T23:59:59Z"))), ElementsAre("2021-04"));
  EXPECT_THAT(periods_of(message_of(schedule("2021-01-01T00:00:00Z"))), ElementsAre("2020-12"));
  EXPECT_THAT(periods_of(message_of(schedule("2020-03-01T10:00:00.123Z"))), ElementsAre("2020-02"));
}

TEST(Events, AScheduleMeansTheDayBeforeWhereTheTemplateHasDays) {
  EXPECT_THAT(periods_of(message_of(schedule("2021-05-01T00:00:00Z"), daily)), ElementsAre("2021-04-30"));
  EXPECT_THAT(periods_of(message_of(schedule("2021-05-01T23:59:59Z"), daily)), ElementsAre("2021-04-30"));
  EXPECT_THAT(periods_of(message_of(schedule("2020-03-01T10:00:00Z"), daily)), ElementsAre("2020-02-29"));
}

TEST(Events, AScheduleWithoutATimeIsNone) {
  EXPECT_THAT(why_not(schedule("")), HasSubstr("time ''"));
  EXPECT_THAT(why_not(schedule("soon")), HasSubstr("'soon'"));
}

TEST(Events, S3TellsOfObjects) {
  const Message message = message_of(records(s3_record("2021/04/events.csv") + "," + s3_record("2021/02/events.csv") +
                                             "," + s3_record("2021/04/events.csv", "ObjectCreated:Copy")));
  EXPECT_THAT(periods_of(message), ElementsAre("2021-02", "2021-04"));
  EXPECT_FALSE(message.expected);
  EXPECT_THAT(message.ignored, IsEmpty());
}

TEST(Events, KeysAreUrlEncodedInNotifications) {
  EXPECT_THAT(periods_of(message_of(records(s3_record("2021%2F04/05/big+events%2Bmore.csv")), daily)),
              ElementsAre("2021-04-05"));
  EXPECT_THAT(why_not(records(s3_record("2021/%zz"))), HasSubstr("URL-encoded"));
}

TEST(Events, KeysAreAsTheyAreInEventBridge) {
  EXPECT_THAT(periods_of(message_of(eventbridge("Object Created", "2021/04/05/big events+more.csv"), daily)),
              ElementsAre("2021-04-05"));
  const Message encoded = message_of(eventbridge("Object Created", "2021/04/05/big+events%2Bmore.csv"), daily);
  EXPECT_THAT(encoded.periods, IsEmpty());
  EXPECT_THAT(encoded.ignored, ElementsAre(HasSubstr("no dump of s3://dumps/{YYYY}")));
}

TEST(Events, WhatIsNoNewDumpAsksForNothing) {
  for (const std::string& record : {s3_record("2021/04/other.csv"), s3_record("2021/13/events.csv"),
                                    s3_record("2021/04/events.csv", "ObjectRemoved:Delete"),
                                    s3_record("2021/04/events.csv", "ObjectCreated:Put", "others")}) {
    const Message message = message_of(records(record));
    EXPECT_THAT(message.periods, IsEmpty()) << record;
    EXPECT_THAT(message.ignored, ElementsAre(HasSubstr("s3://"))) << record;
  }
  const Message deleted = message_of(eventbridge("Object Deleted", "2021/04/events.csv"));
  EXPECT_THAT(deleted.periods, IsEmpty());
  EXPECT_THAT(deleted.ignored, ElementsAre(HasSubstr("Object Deleted of s3://dumps/2021/04/events.csv")));
}

TEST(Events, S3TestsItsNotifications) {
  const std::string test =
      R"({"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2021-05-01T10:00:00.000Z","Bucket":"dumps"})";
  EXPECT_THAT(message_of(test).periods, IsEmpty());
  EXPECT_THAT(message_of(records(sns_record(test))).ignored, ElementsAre(HasSubstr("tests")));
  EXPECT_THAT(read(records(sqs_record("a", test)))->messages.front().periods, IsEmpty());
}

TEST(Events, SnsHoldsEvents) {
  const std::string s3 = records(s3_record("2021/04/events.csv"));
  EXPECT_THAT(periods_of(message_of(
                  records(sns_record(s3) + "," + sns_record(eventbridge("Object Created", "2021/03/events.csv"))))),
              ElementsAre("2021-03", "2021-04"));
  EXPECT_TRUE(message_of(records(sns_record(schedule("2021-05-01T10:00:00Z")))).expected);
  EXPECT_THAT(why_not(records(sns_record("hello"))), HasSubstr("SNS"));
}

TEST(Events, SqsHoldsABatchOfEvents) {
  const std::string s3 = records(s3_record("2021/04/events.csv"));
  const std::string from_sns = R"({"Type":"Notification","MessageId":"x","TopicArn":"t","Message":)" +
                               json_text(records(s3_record("2021/03/events.csv"))) + "}";
  const Result<Event> event =
      read(records(sqs_record("a", s3) + "," + sqs_record("b", from_sns) + "," + sqs_record("c", "no JSON") + "," +
                   sqs_record("d", R"({"periods":["2021-01"]})") + "," + sqs_record("e", records(sns_record(s3)))));
  ASSERT_TRUE(event);
  EXPECT_TRUE(event->batch);
  ASSERT_EQ(event->messages.size(), 5U);
  EXPECT_EQ(event->messages[0].id, "a");
  EXPECT_THAT(periods_of(event->messages[0]), ElementsAre("2021-04"));
  EXPECT_THAT(periods_of(event->messages[1]), ElementsAre("2021-03"));
  EXPECT_EQ(event->messages[2].id, "c");
  EXPECT_TRUE(event->messages[2].error);
  EXPECT_TRUE(event->messages[3].expected);
  EXPECT_FALSE(event->messages[3].error);
  EXPECT_THAT(periods_of(event->messages[4]), ElementsAre("2021-04"));
}

TEST(Events, ABatchOfStrangersIsNone) {
  EXPECT_THAT(why_not(records(sqs_record("a", "{}") + "," + s3_record("k"))), HasSubstr("no message of SQS"));
  EXPECT_THAT(why_not(records(R"({"eventSource":"aws:sqs","body":"{}"})")), HasSubstr("messageId"));
}

TEST(Events, PeriodsByName) {
  const Message one = message_of(R"({"periods":["2021-04"]})");
  EXPECT_THAT(periods_of(one), ElementsAre("2021-04"));
  EXPECT_TRUE(one.expected);
  const Message several = message_of(R"({"periods":["2021-03..2021-04","2021-01","2021-04"]})");
  EXPECT_THAT(periods_of(several), ElementsAre("2021-01", "2021-03", "2021-04"));
  EXPECT_FALSE(several.expected);
  EXPECT_THAT(periods_of(message_of(R"({"periods":["last-month"]})")), ElementsAre("2026-10"));
  EXPECT_FALSE(message_of(R"({"periods":["2021"]})").expected);
}

TEST(Events, AnythingElseIsAnError) {
  EXPECT_THAT(why_not(""), HasSubstr("not JSON"));
  EXPECT_THAT(why_not("{"), HasSubstr("not JSON"));
  EXPECT_THAT(why_not("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(why_not("null"), HasSubstr("no JSON object"));
  EXPECT_THAT(why_not("{}"), HasSubstr("(none)"));
  EXPECT_THAT(why_not(R"({"key1":"secret","key2":2})"),
              testing::AllOf(HasSubstr("key1, key2"), testing::Not(HasSubstr("secret"))));
  EXPECT_THAT(why_not(R"({"Records":[]})"), HasSubstr("Records"));
  EXPECT_THAT(why_not(R"({"Records":7})"), HasSubstr("Records"));
  EXPECT_THAT(why_not(R"({"Records":[{"eventSource":"aws:dynamodb"}]})"), HasSubstr("aws:dynamodb"));
  EXPECT_THAT(why_not(R"({"Records":[null]})"), HasSubstr("does not say"));
  EXPECT_THAT(why_not(R"({"Records":[{"eventSource":"aws:s3","s3":[]}]})"), HasSubstr("no bucket"));
  EXPECT_THAT(why_not(R"({"detail-type":"EC2 Instance State-change Notification","source":"aws.ec2"})"),
              HasSubstr("aws.ec2"));
  EXPECT_THAT(why_not(R"({"detail-type":"Object Created","source":"aws.s3","detail":{}})"), HasSubstr("no bucket"));
  EXPECT_THAT(why_not(R"({"periods":"2021-04"})"), HasSubstr("no list"));
  EXPECT_THAT(why_not(R"({"periods":[4]})"), HasSubstr("no text"));
  EXPECT_EQ(read(R"({"periods":["April"]})").error().kind, ErrorKind::usage);
  EXPECT_EQ(read(R"({"periods":["2021-04-01"]})").error().kind, ErrorKind::usage);
}

TEST(Events, EnvelopesEnd) {
  std::string event = R"({"periods":["2021-04"]})";
  for (int i = 0; i < 3; ++i) event = R"({"Type":"Notification","Message":)" + json_text(event) + "}";
  EXPECT_THAT(periods_of(message_of(event)), ElementsAre("2021-04"));
  EXPECT_THAT(why_not(R"({"Type":"Notification","Message":)" + json_text(event) + "}"), HasSubstr("in a message"));
}

}  // namespace
}  // namespace weir::lambda
