#include "batches.h"

#include <algorithm>

namespace weir::counting_tests {
namespace {

std::size_t text_count(const std::vector<Event>& events, std::size_t begin, std::size_t end) {
  std::size_t count = 0;
  for (std::size_t i = begin; i < end; ++i) count += 5 + events[i].tags.size();
  return count;
}

std::string random_key(std::mt19937& random, std::size_t distinct) {
  const std::size_t number = random() % distinct;
  // Most keys are short; a few share a long beginning, so that only their last bytes tell them apart.
  std::string key = number % 7 == 0 ? std::string(number % 33, 'x') : std::string();
  return key + std::to_string(number);
}

std::optional<std::string> maybe_key(std::mt19937& random, std::size_t distinct) {
  if (random() % 10 == 0) return std::nullopt;
  return random_key(random, distinct);
}

}  // namespace

OwnedBatch batch_of(const std::vector<Event>& events, std::size_t begin, std::size_t end) {
  OwnedBatch owned{{}, std::make_unique<std::vector<std::string>>()};
  owned.text->reserve(text_count(events, begin, end));  // views must not move
  EventBatch& batch = owned.batch;
  const auto keep = [&](const std::string& text) { return std::string_view(owned.text->emplace_back(text)); };
  const auto put = [&](std::vector<std::string_view>& column, const std::optional<std::string>& value) {
    column.push_back(value ? keep(*value) : std::string_view());
  };
  batch.rows = end - begin;
  batch.tags.offsets.push_back(0);
  for (std::size_t i = begin; i < end; ++i) {
    const Event& event = events[i];
    batch.day.push_back(event.day);
    batch.timestamp_us.push_back(event.timestamp_us);
    put(batch.email, event.email);
    put(batch.company, event.company);
    put(batch.country, event.country);
    put(batch.uri, event.uri);
    put(batch.action, event.action);
    for (const std::string& tag : event.tags) batch.tags.values.push_back(keep(tag));
    batch.tags.offsets.push_back(static_cast<std::uint32_t>(batch.tags.values.size()));
  }
  return owned;
}

std::vector<Event> random_events(std::mt19937& random, std::size_t rows, std::size_t distinct) {
  std::vector<Event> events(rows);
  for (Event& event : events) {
    const bool far = random() % 100 == 0;
    if (random() % 20 != 0) {
      event.day =
          far ? static_cast<DayNumber>(random() % 3'000'000) - 700'000 : static_cast<DayNumber>(18'700 + random() % 60);
      event.timestamp_us = std::int64_t{event.day} * 86'400'000'000;
    }
    event.email = maybe_key(random, distinct);
    event.company = random() % 10 == 0 ? std::string(unknown_company) : maybe_key(random, distinct);
    event.country = maybe_key(random, 40);
    event.uri = maybe_key(random, 3);
    event.action = maybe_key(random, 1);
    for (std::size_t i = random() % 4; i > 0; --i) event.tags.push_back(random_key(random, distinct));
    std::ranges::sort(event.tags);
    event.tags.erase(std::unique(event.tags.begin(), event.tags.end()), event.tags.end());
  }
  return events;
}

}  // namespace weir::counting_tests
