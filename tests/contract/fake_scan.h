// Events from memory as an EventScan: batches, several readers, rejects, an error in the middle, and a place to stop
// and wait. Every view it hands out is overwritten when its reader is asked for more, so that whoever keeps one is
// found out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "weir/batch.h"
#include "weir/event.h"

namespace weir::contract {

using Text = std::optional<std::string>;

struct Event {
  Text id, email, company, country, ip, uri, action;
  std::int64_t timestamp_us = no_time_us;
  DayNumber day = no_day;
  std::vector<std::string> tags;  // distinct
  [[nodiscard]] const Text& text(Field field) const;
};

// An event on a day, its time noon, everything else as given.
[[nodiscard]] Event event_on(DayNumber day, Text country = std::nullopt);

struct ScanScript {
  std::size_t batch_rows = 1000;
  std::vector<Reject> rejects{};  // come with the first batches, one a batch, the rest with the last
  std::optional<Error> error{};   // returned instead of the batch that holds row error_at
  std::size_t error_at = 0;
  std::function<void()> before_end{};  // called once, when every row was handed out
};

class FakeScan final : public EventScan {
 public:
  // The events outlive the scan.
  explicit FakeScan(const std::vector<Event>& events, ScanScript script = {});
  explicit FakeScan(std::vector<Event>&&, ScanScript = {}) = delete;
  [[nodiscard]] std::unique_ptr<EventReader> reader() override;
  [[nodiscard]] Result<ScanSummary> summary() const override;
  // Whatever became of the scan: what it would have summed up to.
  [[nodiscard]] ScanSummary whole() const;
  [[nodiscard]] unsigned readers() const { return readers_; }

 private:
  friend class FakeReader;
  const std::vector<Event>& events_;
  ScanScript script_;
  std::mutex mutex_;
  std::size_t next_row_ = 0;
  std::size_t next_reject_ = 0;
  bool ended_ = false;
  std::atomic<unsigned> readers_{0};
};

}  // namespace weir::contract
