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

Result<Change> change_of(Sources& sources, const Ingestion* loaded, const Object& object, Doubt doubt) {
  if (loaded == nullptr) return Change::fresh;
  switch (compare_version(*loaded, object)) {
    case Sameness::same: return Change::unchanged;
    case Sameness::different: return Change::changed;
    case Sameness::unsure: break;
  }
  if (!is_local_file(object) || doubt == Doubt::leave) return Change::changed;
  WEIR_TRY_ASSIGN(const bool same, same_content(sources, *loaded, object));
  return same ? Change::unchanged : Change::changed;
}

// One period, and what was seen of its dump.
struct Sighting {
  Period period;
  std::string uri;  // to show
  Result<std::optional<Object>> object;
};

// A listing may know less of a version than a look at the object does (S3 lists no version ids).
void look_closer(Sources& sources, const SourceState& source, std::vector<Sighting>& sightings) {
  std::vector<std::size_t> places;
  std::vector<std::string> uris;
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    const Sighting& seen = sightings[i];
    const Ingestion* loaded = source.of(seen.period).loaded;
    if (loaded == nullptr || !seen.object || !*seen.object) continue;
    if (compare_version(*loaded, **seen.object) == Sameness::same) continue;
    places.push_back(i);
    uris.push_back((*seen.object)->uri);
  }
  Sources::Looks looks = sources.stat_all(uris);
  for (std::size_t i = 0; i < places.size(); ++i) sightings[places[i]].object = std::move(looks[i]);
}

// Only an interrupt is an error here: a dump that cannot be looked at does not keep others from being planned.
Result<PlannedDump> plan_one(Sources& sources, const SourceState& source, Sighting seen, Doubt doubt) {
  const SlotState state = source.of(seen.period);
  PlannedDump dump{seen.period, std::move(seen.uri), {}, Change::missing, {}};
  if (state.loaded != nullptr) dump.loaded = *state.loaded;
  Result<Change> change = Change::missing;
  if (!seen.object) {
    change = tl::unexpected(std::move(seen.object).error());
  } else if (*seen.object) {
    const Object& object = **seen.object;
    dump.uri = object.uri;
    std::optional<Error> refused = source.overlap(seen.period);
    change =
        refused ? Result<Change>(tl::unexpected(*std::move(refused))) : change_of(sources, state.loaded, object, doubt);
    if (change) dump.object = object;
  }
  if (!change && change.error().kind == ErrorKind::interrupted) return tl::unexpected(std::move(change).error());
  dump.change = change.value_or(Change::failed);
  if (!change) dump.error = std::move(change).error();
  return dump;
}

Result<std::vector<PlannedDump>> plan_all(Sources& sources, const SourceState& source, std::vector<Sighting> sightings,
                                          Doubt doubt) {
  look_closer(sources, source, sightings);
  std::vector<PlannedDump> plan;
  plan.reserve(sightings.size());
  for (Sighting& seen : sightings) {
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped before", to_string(seen.period), "interrupted");
    WEIR_TRY_ASSIGN(PlannedDump dump, plan_one(sources, source, std::move(seen), doubt));
    plan.push_back(std::move(dump));
  }
  return plan;
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
                                              const std::vector<Period>& periods, Doubt doubt) {
  Sources::Looks looks = sources.find(uri_template, periods);
  std::vector<Sighting> sightings;
  sightings.reserve(periods.size());
  for (std::size_t i = 0; i < periods.size(); ++i) {
    sightings.push_back({periods[i], display_name(uri_template.uri(periods[i])), std::move(looks[i])});
  }
  return plan_all(sources, SourceState(ledger, source_name), std::move(sightings), doubt);
}

Result<std::vector<PlannedDump>> plan_new(Sources& sources, const std::vector<Ingestion>& ledger,
                                          const std::string& source_name, const UriTemplate& uri_template,
                                          DayNumber today, Doubt doubt) {
  const bool daily = uri_template.granularity() == Granularity::day;
  const CivilDate now = to_civil(today);
  const Period last{now.year, now.month, daily ? now.day : 0};
  WEIR_TRY_ASSIGN(auto listed, sources.list(uri_template, Period{1970, 1, daily ? 1 : 0}, last));
  const SourceState source(ledger, source_name);
  std::vector<Sighting> sightings;
  for (Sources::Listed& entry : listed) {
    if (source.of(entry.period).dropped) continue;
    Sighting seen{entry.period, entry.object.uri, {}};
    if (entry.error) {
      seen.object = tl::unexpected(*std::move(entry.error));
    } else {
      seen.object = std::move(entry.object);
    }
    sightings.push_back(std::move(seen));
  }
  WEIR_TRY_ASSIGN(std::vector<PlannedDump> plan, plan_all(sources, source, std::move(sightings), doubt));
  std::erase_if(
      plan, [](const PlannedDump& dump) { return dump.change == Change::unchanged || dump.change == Change::missing; });
  return plan;
}

}  // namespace weir
