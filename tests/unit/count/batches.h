// Events for tests: rows that own their text, and batches that view them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "weir/batch.h"

namespace weir::counting_tests {

struct Event {
  DayNumber day = no_day;
  std::int64_t timestamp_us = no_time_us;
  std::optional<std::string> email, company, country, uri, action;
  std::vector<std::string> tags;  // distinct
};

// A batch over text of its own, freed with it: whoever keeps a view beyond append() reads freed memory.
struct OwnedBatch {
  EventBatch batch;
  std::unique_ptr<std::vector<std::string>> text;
};
[[nodiscard]] OwnedBatch batch_of(const std::vector<Event>& events, std::size_t begin, std::size_t end);

// Random events with repeated keys, NULLs, empty tag lists, keys of every length up to 40 and some days far away.
[[nodiscard]] std::vector<Event> random_events(std::mt19937& random, std::size_t rows, std::size_t distinct);

}  // namespace weir::counting_tests
