#include <map>

#include "ingest/content_hash.h"
#include "ingest/ingest.h"
#include "ingest/overlap.h"
#include "ingest/version.h"
#include "weir/progress.h"

namespace weir {
namespace {

// What the ledger says of one slot.
struct SlotState {
  const Ingestion* loaded = nullptr;
  bool dropped = false;  // the newest ingestion that ever held the slot was dropped
};
using SlotStates = std::map<Period, SlotState>;

SlotStates states_of(const std::vector<Ingestion>& ledger, const std::string& source_name) {
  SlotStates states;
  for (const Ingestion& ingestion : ledger) {
    // A failed attempt changes nothing: whether it came before or after a drop, the ledger does not tell.
    const bool held = ingestion.status == IngestionStatus::loaded || ingestion.status == IngestionStatus::superseded ||
                      ingestion.status == IngestionStatus::dropped;
    if (ingestion.slot.source != source_name || !held) continue;
    SlotState& state = states[ingestion.slot.period];
    state.dropped = ingestion.status == IngestionStatus::dropped;
    if (ingestion.status == IngestionStatus::loaded) state.loaded = &ingestion;
  }
  return states;
}

// What a plan knows of its source.
class SourceState {
 public:
  SourceState(const std::vector<Ingestion>& ledger, const std::string& name)
      : name_(name), states_(states_of(ledger, name)) {
    for (const auto& [period, state] : states_) {
      if (state.loaded != nullptr) loaded_.push_back(period);
    }
  }
  [[nodiscard]] SlotState of(const Period& period) const {
    const auto found = states_.find(period);
    return found == states_.end() ? SlotState{} : found->second;
  }
  [[nodiscard]] std::optional<Error> overlap(const Period& period) const {
    return overlap_error(loaded_, {name_, period});
  }

 private:
  std::string name_;
  SlotStates states_;
  std::vector<Period> loaded_;
};

Result<bool> same_content(Sources& sources, const Ingestion& loaded, const Object& object) {
  WEIR_TRY_ASSIGN(const auto stream, sources.open(object.uri));
  WEIR_TRY_ASSIGN(const std::string hash, content_hash_of(*stream));
  return hash == loaded.content_hash;
}

Result<Change> change_of(Sources& sources, const Ingestion* loaded, const Object& object) {
  if (loaded == nullptr) return Change::fresh;
  switch (compare_version(*loaded, object)) {
    case Sameness::same: return Change::unchanged;
    case Sameness::different: return Change::changed;
    case Sameness::unsure: break;
  }
  if (!is_local_file(object)) return Change::changed;
  WEIR_TRY_ASSIGN(const bool same, same_content(sources, *loaded, object));
  return same ? Change::unchanged : Change::changed;
}

// Only an interrupt is an error here: a dump that cannot be looked at does not keep others from being planned.
Result<PlannedDump> plan_one(Sources& sources, const SourceState& source, const Period& period, std::string uri,
                             Result<std::optional<Object>> object) {
  const SlotState state = source.of(period);
  PlannedDump dump{period, std::move(uri), {}, Change::missing, {}};
  if (state.loaded != nullptr) dump.loaded = *state.loaded;
  Result<Change> change = Change::missing;
  if (!object) {
    change = tl::unexpected(std::move(object).error());
  } else if (*object) {
    dump.uri = (*object)->uri;
    std::optional<Error> refused = source.overlap(period);
    change = refused ? Result<Change>(tl::unexpected(*std::move(refused))) : change_of(sources, state.loaded, **object);
    if (change) dump.object = *std::move(object);
  }
  if (!change && change.error().kind == ErrorKind::interrupted) return tl::unexpected(std::move(change).error());
  dump.change = change.value_or(Change::failed);
  if (!change) dump.error = std::move(change).error();
  return dump;
}

}  // namespace

std::string_view name_of(Change change) {
  switch (change) {
    case Change::fresh: return "new";
    case Change::changed: return "changed";
    case Change::unchanged: return "unchanged";
    case Change::missing: return "missing";
    case Change::failed: return "failed";
  }
  return {};
}

Result<std::vector<PlannedDump>> plan_periods(Sources& sources, const std::vector<Ingestion>& ledger,
                                              const std::string& source_name, const UriTemplate& uri_template,
                                              const std::vector<Period>& periods) {
  const SourceState source(ledger, source_name);
  std::vector<PlannedDump> plan;
  for (const Period& period : periods) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped before", to_string(period), "interrupted");
    const std::string uri = uri_template.uri(period);
    WEIR_TRY_ASSIGN(PlannedDump dump, plan_one(sources, source, period, display_name(uri), sources.stat(uri)));
    plan.push_back(std::move(dump));
  }
  return plan;
}

Result<std::vector<PlannedDump>> plan_new(Sources& sources, const std::vector<Ingestion>& ledger,
                                          const std::string& source_name, const UriTemplate& uri_template,
                                          DayNumber today) {
  const bool daily = uri_template.granularity() == Granularity::day;
  const CivilDate now = to_civil(today);
  const Period last{now.year, now.month, daily ? now.day : 0};
  WEIR_TRY_ASSIGN(const auto listed, sources.list(uri_template, Period{1970, 1, daily ? 1 : 0}, last));
  const SourceState source(ledger, source_name);
  std::vector<PlannedDump> plan;
  for (const Sources::Listed& entry : listed) {
    const SlotState state = source.of(entry.period);
    if (state.dropped) continue;
    Result<std::optional<Object>> object = entry.object;
    if (entry.error) {
      object = tl::unexpected(*entry.error);
    } else if (state.loaded != nullptr && compare_version(*state.loaded, entry.object) != Sameness::same) {
      // A listing may know less of a version than a look at the object does (S3 lists no version ids).
      object = sources.stat(entry.object.uri);
    }
    WEIR_TRY_ASSIGN(PlannedDump dump, plan_one(sources, source, entry.period, entry.object.uri, std::move(object)));
    if (dump.change != Change::unchanged && dump.change != Change::missing) plan.push_back(std::move(dump));
  }
  return plan;
}

}  // namespace weir
