// What a Lambda event asks for. Pure: nothing is read but the arguments.
//
//   EventBridge schedule      "Scheduled Event" of aws.events or aws.scheduler: the month before the event's `time`
//   (the
//                             day before, where the template has days), so that a late retry still means the same
//   S3 notification           each ObjectCreated record: the period whose URI it is. The key is URL-encoded, + is a
//   space EventBridge of S3         "Object Created": the same; the key is as it is SNS                       whatever
//   of all this its messages hold SQS                       a batch of messages, each of which holds any of the above,
//   also from SNS s3:TestEvent              nothing
//   {"periods":["2021-04"]}   these, in all forms of the command line's PERIOD
//
// An object that is no dump of the template, and news of other kinds from S3, ask for nothing: a bucket has other
// objects too, and trying again would change nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/period.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir::lambda {

// What one message asks for. Most events are one.
struct Message {
  std::string id;                    // SQS's messageId; empty elsewhere
  std::vector<Period> periods;       // ascending, each once
  bool expected = false;             // each of them should be there: the calendar, or somebody by name, asks for it
  std::vector<std::string> ignored;  // in words: what it tells and asks nothing by
  std::optional<Error> error{};      // it was not understood, and has no periods
};

struct Event {
  bool batch = false;  // from SQS: each message is answered for itself
  std::vector<Message> messages;
};

// `today` anchors the relative forms of PERIOD. Fails (usage) on an event that is none of these, naming what it is; in
// a batch that is the error of its message alone.
[[nodiscard]] Result<Event> read_event(std::string_view json, const UriTemplate& uri_template, DayNumber today);

}  // namespace weir::lambda
