#include "fake_scan.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace weir::contract {
namespace {

constexpr std::array text_fields{Field::id, Field::email, Field::company, Field::country,
                                 Field::ip, Field::uri,   Field::action};
constexpr std::int64_t day_us = std::int64_t{86400} * 1000000;

}  // namespace

const Text& Event::text(Field field) const {
  switch (field) {
    case Field::id: return id;
    case Field::email: return email;
    case Field::company: return company;
    case Field::country: return country;
    case Field::ip: return ip;
    case Field::uri: return uri;
    default: return action;
  }
}

Event event_on(DayNumber day, Text country) {
  Event event;
  event.day = day;
  event.timestamp_us = day * day_us + day_us / 2;
  event.country = std::move(country);
  return event;
}

class FakeReader final : public EventReader {
 public:
  explicit FakeReader(FakeScan& scan) : scan_(scan) {}

  Result<bool> next(EventBatch& batch) override {
    for (std::string& text : texts_) std::fill(text.begin(), text.end(), '\x7f');
    texts_.clear();
    batch = EventBatch{};
    std::size_t from = 0;
    std::size_t to = 0;
    {
      const std::lock_guard hold(scan_.mutex_);
      from = scan_.next_row_;
      to = std::min(from + scan_.script_.batch_rows, scan_.events_.size());
      scan_.next_row_ = to;
      take_rejects(batch, to == scan_.events_.size());
      if (scan_.script_.error && to > scan_.script_.error_at) return tl::unexpected(*scan_.script_.error);
      if (from == to && batch.rejects.empty() && !std::exchange(scan_.ended_, true) && scan_.script_.before_end) {
        scan_.script_.before_end();
      }
    }
    for (std::size_t i = from; i < to; ++i) add(scan_.events_[i], batch);
    return batch.rows > 0 || !batch.rejects.empty();
  }

 private:
  void take_rejects(EventBatch& batch, bool last) {
    const auto& all = scan_.script_.rejects;
    const std::size_t end = last ? all.size() : std::min(all.size(), scan_.next_reject_ + 1);
    for (; scan_.next_reject_ < end; ++scan_.next_reject_) batch.rejects.push_back(all[scan_.next_reject_]);
  }

  std::string_view keep(const std::string& text) { return texts_.emplace_back(text); }

  void add(const Event& event, EventBatch& batch) {
    for (const Field field : text_fields) {
      const Text& text = event.text(field);
      batch.text(field).push_back(text ? keep(*text) : std::string_view{});
    }
    batch.timestamp_us.push_back(event.timestamp_us);
    batch.day.push_back(event.day);
    if (batch.tags.offsets.empty()) batch.tags.offsets.push_back(0);
    for (const std::string& tag : event.tags) batch.tags.values.push_back(keep(tag));
    batch.tags.offsets.push_back(static_cast<std::uint32_t>(batch.tags.values.size()));
    ++batch.rows;
  }

  FakeScan& scan_;
  std::deque<std::string> texts_;
};

FakeScan::FakeScan(const std::vector<Event>& events, ScanScript script) : events_(events), script_(std::move(script)) {}

std::unique_ptr<EventReader> FakeScan::reader() {
  ++readers_;
  return std::make_unique<FakeReader>(*this);
}

ScanSummary FakeScan::whole() const {
  ScanSummary summary;
  summary.rows_loaded = events_.size();
  summary.rows_rejected = script_.rejects.size();
  summary.rows_read = summary.rows_loaded + summary.rows_rejected;
  summary.bytes = summary.rows_read * 145;
  summary.content_hash = "xxh3-128:00112233445566778899aabbccddeeff";
  summary.columns = {"id", "timestamp"};
  for (const Event& event : events_) {
    if (event.day == no_day) continue;
    summary.first_day = summary.first_day == no_day ? event.day : std::min(summary.first_day, event.day);
    summary.last_day = std::max(summary.last_day, event.day);
  }
  return summary;
}

Result<ScanSummary> FakeScan::summary() const {
  if (!ended_) return fail("cannot sum up", "the fake scan", "it was not read to its end");
  return whole();
}

}  // namespace weir::contract
