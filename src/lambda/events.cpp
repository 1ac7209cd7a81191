#include "lambda/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "base/moment.h"
#include "source/url.h"

namespace weir::lambda {
namespace {

using Json = nlohmann::json;

constexpr int envelopes_max = 3;  // SNS in SQS has two
constexpr std::size_t names_shown_max = 8;
constexpr std::int64_t us_per_day = 86'400'000'000;

tl::unexpected<Error> not_understood(std::string why) {
  return fail(ErrorKind::usage, "cannot tell what to load from", "the event", std::move(why),
              "send an EventBridge schedule, an S3 notification (also by EventBridge, SNS or SQS), or "
              R"({"periods":["2021-04"]})");
}

// nullptr: there is none.
const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// The text at the end of a path of members. Empty: there is none, or it is no text.
std::string text(const Json& object, std::initializer_list<const char*> path) {
  const Json* found = &object;
  for (const char* const name : path) {
    found = member(*found, name);
    if (found == nullptr) return {};
  }
  return found->is_string() ? found->get<std::string>() : std::string();
}

std::string text(const Json& object, const char* name) {
  return text(object, {name});
}

// The names, never the values, which may be anybody's business.
std::string members_in_words(const Json& object) {
  std::string names;
  std::size_t shown = 0;
  for (const auto& [name, value] : object.items()) {
    if (++shown > names_shown_max) return names + ", …";
    names.append(names.empty() ? "" : ", ").append(name);
  }
  return names.empty() ? "none" : names;
}

void add(Message& message, const Period& period) {
  const auto place = std::ranges::lower_bound(message.periods, period);
  if (place == message.periods.end() || *place != period) message.periods.insert(place, period);
}

void add(Message& message, Message other) {
  for (const Period& period : other.periods) add(message, period);
  message.expected = message.expected || other.expected;
  std::ranges::move(other.ignored, std::back_inserter(message.ignored));
}

class Reader {
 public:
  Reader(const UriTemplate& uri_template, DayNumber today) : template_(uri_template), today_(today) {}

  [[nodiscard]] Result<Event> event(const Json& json) const {
    const Json* const records = member(json, "Records");
    if (records != nullptr && records->is_array() && !records->empty() &&
        text(records->front(), "eventSource") == "aws:sqs") {
      return batch(*records);
    }
    WEIR_TRY_ASSIGN(Message whole, message(json, 0));
    Event event;
    event.messages.push_back(std::move(whole));
    return event;
  }

 private:
  [[nodiscard]] Result<Event> batch(const Json& records) const {
    Event event;
    event.batch = true;
    for (const Json& record : records) {
      const std::string id = text(record, "messageId");
      if (id.empty() || text(record, "eventSource") != "aws:sqs") {
        return not_understood("one of its records is no message of SQS, or has no messageId");
      }
      Result<Message> read = enclosed(text(record, "body"), "SQS", 0);
      Message message;
      if (read) {
        message = *std::move(read);
      } else {
        message.error = read.error();
      }
      message.id = id;
      event.messages.push_back(std::move(message));
    }
    return event;
  }

  [[nodiscard]] Result<Message> enclosed(const std::string& body, std::string_view by, int envelopes) const {
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded()) return not_understood(fmt::format("what {} delivers is not JSON", by));
    return message(json, envelopes + 1);
  }

  [[nodiscard]] Result<Message> message(const Json& json, int envelopes) const {
    if (!json.is_object()) return not_understood("it is no JSON object");
    if (envelopes > envelopes_max) return not_understood("it is a message in a message in a message");
    if (const Json* const periods = member(json, "periods")) return named(*periods);
    if (const std::string type = text(json, "detail-type"); !type.empty()) return of_eventbridge(json, type);
    if (text(json, "Event") == "s3:TestEvent") {
      Message test;
      test.ignored.push_back("the event by which S3 tests a notification");
      return test;
    }
    if (text(json, "Type") == "Notification") return enclosed(text(json, "Message"), "SNS", envelopes);
    if (const Json* const records = member(json, "Records")) return of_records(*records, envelopes);
    return not_understood(fmt::format("none that weir knows has the members it has ({})", members_in_words(json)));
  }

  [[nodiscard]] Result<Message> named(const Json& periods) const {
    if (!periods.is_array() || periods.empty()) return not_understood("its periods are no list of periods");
    Message message;
    message.expected = periods.size() == 1;
    for (const Json& word : periods) {
      if (!word.is_string()) return not_understood("one of its periods is no text");
      WEIR_TRY_ASSIGN(const PeriodRange range,
                      parse_period_range(word.get<std::string>(), template_.granularity(), today_));
      message.expected = message.expected && range.single;
      for (const Period& period : periods_of(range)) add(message, period);
    }
    return message;
  }

  [[nodiscard]] Result<Message> of_eventbridge(const Json& json, const std::string& type) const {
    const std::string source = text(json, "source");
    if (type == "Scheduled Event" && (source == "aws.events" || source == "aws.scheduler")) return scheduled(json);
    if (source != "aws.s3") {
      return not_understood(fmt::format("EventBridge's \"{}\" of {} is nothing that weir knows", type, source));
    }
    const std::string bucket = text(json, {"detail", "bucket", "name"});
    const std::string key = text(json, {"detail", "object", "key"});
    if (bucket.empty() || key.empty()) return not_understood("it is from S3 and names no bucket or no key");
    return of_object(type == "Object Created", type, bucket, key);
  }

  [[nodiscard]] Result<Message> scheduled(const Json& json) const {
    const std::string time = text(json, "time");
    const std::optional<std::int64_t> time_us = time_us_of(time);
    if (!time_us) return not_understood(fmt::format("it is a schedule's, and its time '{}' is none", time));
    const std::int64_t day = *time_us / us_per_day - (*time_us % us_per_day < 0 ? 1 : 0);
    const bool daily = template_.granularity() == Granularity::day;
    WEIR_TRY_ASSIGN(const PeriodRange before, parse_period_range(daily ? "yesterday" : "last-month",
                                                                 template_.granularity(), static_cast<DayNumber>(day)));
    Message message;
    message.expected = true;
    for (const Period& period : periods_of(before)) add(message, period);
    return message;
  }

  [[nodiscard]] Result<Message> of_records(const Json& records, int envelopes) const {
    if (!records.is_array() || records.empty()) return not_understood("its Records are none");
    Message message;
    for (const Json& record : records) {
      WEIR_TRY_ASSIGN(Message one, of_record(record, envelopes));
      add(message, std::move(one));
    }
    return message;
  }

  [[nodiscard]] Result<Message> of_record(const Json& record, int envelopes) const {
    if (text(record, "EventSource") == "aws:sns") return enclosed(text(record, {"Sns", "Message"}), "SNS", envelopes);
    const std::string source = text(record, "eventSource");
    if (source != "aws:s3") {
      return not_understood(source.empty() ? "one of its records does not say what it comes from"
                                           : fmt::format("a record from {} is nothing that weir knows", source));
    }
    const std::string bucket = text(record, {"s3", "bucket", "name"});
    const std::string encoded = text(record, {"s3", "object", "key"});
    const std::optional<std::string> key = source::percent_decode(encoded, true);
    if (bucket.empty() || encoded.empty() || !key) {
      return not_understood("one of its records is from S3 and names no bucket, or no URL-encoded key");
    }
    const std::string type = text(record, "eventName");
    return of_object(type.starts_with("ObjectCreated:"), type, bucket, *key);
  }

  [[nodiscard]] Message of_object(bool created, const std::string& type, const std::string& bucket,
                                  const std::string& key) const {
    Message message;
    const std::string uri = fmt::format("s3://{}/{}", bucket, key);
    const std::optional<Period> period = template_.match(uri);
    if (!created) {
      message.ignored.push_back(fmt::format("{} of {}: only new objects are loaded", type, uri));
    } else if (!period) {
      message.ignored.push_back(fmt::format("{}: no dump of {}", uri, display_name(template_.text())));
    } else {
      add(message, *period);
    }
    return message;
  }

  const UriTemplate& template_;
  DayNumber today_;
};

}  // namespace

Result<Event> read_event(std::string_view json, const UriTemplate& uri_template, DayNumber today) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return not_understood("it is not JSON");
  return Reader(uri_template, today).event(parsed);
}

}  // namespace weir::lambda
