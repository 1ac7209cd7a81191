// What AWS Lambda is told at the end of an invocation.
#pragma once

#include <string>
#include <vector>

#include "ingest/ingest.h"
#include "lambda/events.h"
#include "lambda/runtime.h"

namespace weir::cli {

// What became of the periods that an event asks for: one result each, ascending by period. Those that were not begun
// before the time was up have none.
using LambdaResults = std::vector<IngestResult>;

// JSON for Lambda, or why it should try again.
using LambdaAnswer = tl::expected<std::string, lambda::Failure>;

// All is well: {"ingestions":[…]} as `weir ingest -f json` writes it, with "ignored" (texts) where the event told of
// more. Else a failure that names every period that is not loaded, why, and those that are. A period fails as its
// ingestion does, when it was not begun, and when its dump is missing though the message expects it.
//
// A batch from SQS: "batchItemFailures" too, with the messages that one of their periods failed, or that were not
// understood; those alone come back. When all fail it is a failure: so it is also where the queue's mapping does not
// ask for such reports. Pure.
[[nodiscard]] LambdaAnswer answer_of(const lambda::Event& event, const LambdaResults& results);

}  // namespace weir::cli
