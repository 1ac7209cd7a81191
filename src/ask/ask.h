// The read path: questions put to dumps or to a database, answered together with what the answer stands on. The
// counterpart of ingest/, on one screen and the same for every source and every database.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scan/scan.h"
#include "weir/answer.h"
#include "weir/progress.h"
#include "weir/question.h"
#include "weir/source.h"
#include "weir/store.h"

namespace weir {

// What is asked: all of it in one pass.
struct Asked {
  std::vector<const Question*> questions;
  Filter filter;
  AnswerOptions options;
};

// What reading one dump turned up beside the counts.
struct DumpReading {
  std::string uri;
  std::uint64_t rows_read = 0;
  std::uint64_t rows_rejected = 0;
  DayNumber first_day = no_day;  // of all its events, whatever the filter
  DayNumber last_day = no_day;
  std::vector<Reject> first_rejects;  // of the lowest lines, at most first_rejects_kept
  std::vector<std::string> unused_columns;
  std::vector<Field> absent_fields;
};
inline constexpr std::size_t first_rejects_kept = 10;

struct DumpAnswers {
  Insights insights;
  std::vector<DumpReading> dumps;
};

// A dump to read, and whose it is as far as its name tells.
struct NamedDump {
  std::string uri;
  std::optional<Period> period;
};

// What an answer may take of the machine.
struct Resources {
  unsigned threads = 0;                  // 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // of counting, which then spills to disk (count/count.h); 0: none
};

// Reads every one of `dumps` once and counts all questions on the way. Memory grows with distinct keys, never with the
// dumps. The coverage stands on the dumps with an event day (or, of a dump without events, a day of its period) within
// since and until. Where a dump is replaced while it is read all is counted anew, for two changes of each at most.
// Errors: the first dump that cannot be read to its end; no room to spill; interrupted.
[[nodiscard]] Result<DumpAnswers> ask_dumps(Sources& sources, const std::vector<NamedDump>& dumps, const Asked& asked,
                                            const ScanOptions& options, Resources resources, Progress* progress);

// Answers from one snapshot of the database. The coverage's periods are the loaded dumps with an event day (or, of a
// dump without events, a day of their period) within since and until. Errors: those of the store.
[[nodiscard]] Result<Insights> ask_store(Store& store, const Asked& asked);
// The same of several, all about one state of what is loaded: where that changes meanwhile all is asked anew, a few
// times at most.
[[nodiscard]] Result<std::vector<Insights>> ask_store(Store& store, std::span<const Asked> asked);

}  // namespace weir
