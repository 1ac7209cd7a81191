// The keys of a database's events in the order of time: what answers over time are worked out from. One snapshot.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "weir/answer.h"
#include "weir/event.h"
#include "weir/question.h"
#include "weir/result.h"

namespace weir {

struct Ingestion;

// What to look at. Of the filter, since is the first day of a unit and until the last one of one: no unit is cut.
struct TimelineRequest {
  By by = By::month;
  Filter filter;
};

// Some keys of the unit that begins on this day (no_day: events without a day), each with events of it. Views are
// borrowed for the call. What it returns ends the giving.
using TakeUnitCounts = std::function<Status(DayNumber first_day, std::span<const KeyCount> counts)>;

// Lives as long as the call it is handed to. Not thread-safe.
class Timeline {
 public:
  virtual ~Timeline() = default;
  // The ledger's loaded rows, ascending by id.
  [[nodiscard]] virtual const std::vector<Ingestion>& loaded() const = 0;
  // Events by day, in no order; a day may come more than once.
  [[nodiscard]] virtual Result<std::vector<DayCount>> days() = 0;
  // Every key of a field, not the day, unit by unit, ascending. Within a unit keys come in no order, and one may come
  // more than once: its events are then the sum. It may be asked any number of times. Errors: the database's, those of
  // `take`, and (kind interrupted) an interrupt.
  virtual Status each(Field field, const TakeUnitCounts& take) = 0;
};

using ReadTimeline = std::function<Status(Timeline&)>;

}  // namespace weir
