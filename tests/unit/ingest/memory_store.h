// A database in memory that keeps the Store contract: ledger and rows of each ingestion, one load at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "weir/store.h"

namespace weir::ingest_tests {

class MemoryStore : public Store {
 public:
  // What the outside may look at and arrange.
  bool exists = false;                                          // there is a database
  std::vector<Ingestion> rows_of_ledger;                        // ids ascend from 1
  std::map<std::int64_t, std::vector<std::string>> ids_loaded;  // the id column of loaded rows, by ingestion
  std::map<std::int64_t, std::vector<Reject>> rejects_kept;
  std::int64_t now_us = 1'700'000'000'000'000;  // every attempt takes a second
  std::optional<Error> commit_refusal;
  std::optional<Error> slot_refusal;
  std::optional<Ingestion> loaded_while_waiting;  // what somebody else commits before the next begin_load() returns
  bool interrupts_when_appended = false;

  // The id column of everything visible, ascending.
  [[nodiscard]] std::vector<std::string> visible_ids() const;
  // "loaded", "superseded failed", …: the story of a slot.
  [[nodiscard]] std::string story() const;

  [[nodiscard]] std::string display_url() const override { return "memory:"; }
  [[nodiscard]] Result<SchemaStatus> schema() override;
  Status migrate() override;
  [[nodiscard]] Result<std::vector<Ingestion>> ledger() override;
  [[nodiscard]] Result<std::vector<RejectedRow>> rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                               std::optional<std::uint64_t> limit) override;
  [[nodiscard]] Result<std::unique_ptr<Load>> begin_load(const Slot& slot) override;
  Status drop(std::int64_t ingestion_id) override;
  [[nodiscard]] Result<Answers> answer(std::span<const Question* const> questions, const Filter& filter,
                                       const AnswerOptions& options) override;
  Status read_timeline(const TimelineRequest& request, const ReadTimeline& read) override;
  Status query(const QueryRequest& request, RowSink& sink) override;
  [[nodiscard]] std::vector<Finding> diagnose() override;

 private:
  friend class MemoryLoad;
  [[nodiscard]] Ingestion& ingestion(std::int64_t id) { return rows_of_ledger[static_cast<std::size_t>(id - 1)]; }
  bool loading_ = false;
};

}  // namespace weir::ingest_tests
