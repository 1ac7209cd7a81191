#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "clean/clean.h"
#include "ingest/content_hash.h"
#include "ingest/ingest.h"
#include "ingest/overlap.h"
#include "ingest/version.h"
#include "scan/change_watch.h"

namespace weir {
namespace {

constexpr const char* load_what = "cannot load";

// What is known of a dump before it is opened, and what was read of it on the way.
struct Candidate {
  std::optional<Object> object;         // nullopt: it has gone
  bool same = false;                    // it is the loaded dump
  std::unique_ptr<ByteStream> spooled;  // what could be read only once, not yet read
};

// Lets the content decide: in place where it can be read again, else from a copy that is kept for the load.
Status compare_content(Sources& sources, const Ingestion& loaded, Candidate& candidate) {
  WEIR_TRY_ASSIGN(const auto stream, sources.open(candidate.object->uri));
  if (is_local_file(*candidate.object)) {
    WEIR_TRY_ASSIGN(const std::string hash, content_hash_of(*stream));
    candidate.same = hash == loaded.content_hash;
    return {};
  }
  WEIR_TRY_ASSIGN(Spooled copy, spool(*stream));
  candidate.same = copy.content_hash == loaded.content_hash;
  candidate.spooled = std::move(copy.stream);
  return {};
}

// The plan may be minutes old: where it says that the dump is another, the object is looked at again, under the lock.
Result<Candidate> compare(Sources& sources, const Ingestion& loaded, const Object& planned) {
  Candidate candidate{planned, false, nullptr};
  Sameness sameness = compare_version(loaded, planned);
  if (sameness != Sameness::same && planned.uri != "-") {
    WEIR_TRY_ASSIGN(candidate.object, sources.stat(planned.uri));
    if (!candidate.object) return candidate;
    sameness = compare_version(loaded, *candidate.object);
  }
  candidate.same = sameness == Sameness::same;
  if (sameness == Sameness::unsure) WEIR_TRY(compare_content(sources, loaded, candidate));
  return candidate;
}

ScanOptions loading_options(ScanOptions options) {
  options.wanted = all_fields;
  options.hash_content = true;
  options.require_timestamp = true;
  return options;
}

// One dump on its way into one slot, from the moment it is to be read.
class Attempt {
 public:
  Attempt(Load& load, const IngestOptions& options, Progress* progress, ChangeWatch& changes, IngestResult& result)
      : load_(load), options_(options), progress_(progress), changes_(changes), result_(result) {}

  // Ends with the rows committed, or with nothing but a `failed` row.
  Status run(Result<std::unique_ptr<ByteStream>> stored, const Object& seen) {
    Status done = load(std::move(stored), seen);
    if (done || !started_) return done;
    Error error = done.error();
    if (interrupted()) error.kind = ErrorKind::interrupted;
    const bool stopped = error.kind == ErrorKind::interrupted;
    WEIR_TRY(load_.abort(stopped ? Error{ErrorKind::interrupted, "interrupted", "", "", ""} : error, summary_));
    result_.rows_loaded = 0;
    return tl::unexpected(std::move(error));
  }

 private:
  Status load(Result<std::unique_ptr<ByteStream>> stored, const Object& seen) {
    if (!stored) {
      WEIR_TRY(start(seen, {}));
      return tl::unexpected(stored.error());
    }
    const Object opened = (*stored)->object();
    summary_.bytes = opened.bytes.value_or(0);
    result_.bytes = summary_.bytes;
    Result<std::unique_ptr<Dump>> dump =
        open_dump(changes_.watch(*std::move(stored), progress_), loading_options(options_.scan), progress_);
    WEIR_TRY(start(opened, dump ? (*dump)->columns() : std::vector<std::string>()));
    if (!dump) return tl::unexpected(dump.error());
    result_.unused_columns = (*dump)->unused_columns();
    result_.absent_fields = (*dump)->absent_fields();
    WEIR_TRY(load_.append(**dump, options_.threads));
    WEIR_TRY_ASSIGN(summary_, (*dump)->summary());
    show_summary();
    WEIR_TRY(check_rejects());
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped loading", in_words(result_.slot), "interrupted");
    return load_.commit(summary_);
  }

  Status start(const Object& object, std::vector<std::string> columns) {
    WEIR_TRY_ASSIGN(result_.id, load_.start({object.uri, object.version, std::move(columns), WEIR_VERSION,
                                             std::string(psl_version())}));
    started_ = true;
    return {};
  }

  void show_summary() {
    result_.rows_read = summary_.rows_read;
    result_.rows_loaded = summary_.rows_loaded;
    result_.rows_rejected = summary_.rows_rejected;
    result_.bytes = summary_.bytes;
  }

  [[nodiscard]] Status check_rejects() const {
    if (!options_.max_rejects.exceeded(summary_.rows_rejected, summary_.rows_read)) return {};
    return fail(ErrorKind::rejects, load_what, fmt::format("{} from {}", in_words(result_.slot), result_.uri),
                fmt::format("{} of {} rows were rejected; admitted are {}", summary_.rows_rejected, summary_.rows_read,
                            to_string(options_.max_rejects)),
                fmt::format("`weir rejects {}` shows them; --max-rejects admits more", to_string(result_.slot.period)));
  }

  Load& load_;
  const IngestOptions& options_;
  Progress* progress_;
  ChangeWatch& changes_;
  IngestResult& result_;
  ScanSummary summary_;
  bool started_ = false;
};

void show_unchanged(const Ingestion& loaded, IngestResult& result) {
  result.outcome = Outcome::unchanged;
  result.id = loaded.id;
  result.rows_read = loaded.rows_read;
  result.rows_loaded = loaded.rows_loaded;
  result.rows_rejected = loaded.rows_rejected;
  result.bytes = loaded.bytes;
}

// Under the slot's lock.
Status load_or_leave(Load& load, Sources& sources, const Object& planned, const IngestOptions& options,
                     Progress* progress, ChangeWatch& changes, IngestResult& result) {
  const std::optional<Ingestion>& loaded = load.current();
  Candidate candidate{planned, false, nullptr};
  if (loaded && !options.force) {
    WEIR_TRY_ASSIGN(candidate, compare(sources, *loaded, planned));
  }
  result.outcome = Outcome::missing;
  if (!candidate.object) return {};
  if (candidate.same) {
    show_unchanged(*loaded, result);
    return {};
  }
  Result<std::unique_ptr<ByteStream>> stored = std::move(candidate.spooled);
  if (!*stored) stored = sources.open(candidate.object->uri);
  if (!stored && stored.error().kind == ErrorKind::missing) return {};
  const bool replaces = loaded.has_value();
  WEIR_TRY(Attempt(load, options, progress, changes, result).run(std::move(stored), *candidate.object));
  result.outcome = replaces ? Outcome::replaced : Outcome::loaded;
  return {};
}

Status ingest_once(Store& store, Sources& sources, const PlannedDump& dump, const IngestOptions& options,
                   Progress* progress, ChangeWatch& changes, IngestResult& result) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<Load> load, store.begin_load(result.slot));
  // Asked under the lock, so that nobody loads the other one meanwhile.
  if (std::optional<Error> error = overlap_error(load->loaded_periods(), result.slot)) {
    return tl::unexpected(*std::move(error));
  }
  const auto began = std::chrono::steady_clock::now();
  Status done = load_or_leave(*load, sources, *dump.object, options, progress, changes, result);
  result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return done;
}

// Each time is an ingestion of its own: what was read of a version that is gone is undone, and the ledger says so.
Status ingest(Store& store, Sources& sources, const PlannedDump& dump, const IngestOptions& options, Progress* progress,
              IngestResult& result) {
  result.outcome = Outcome::missing;
  if (!dump.object) return {};
  if (dump.change == Change::unchanged && dump.loaded && !options.force) {
    show_unchanged(*dump.loaded, result);
    return {};
  }
  for (int restarts = 0;; ++restarts) {
    ChangeWatch changes;
    Status done = ingest_once(store, sources, dump, options, progress, changes, result);
    if (done || !changes.changed() || interrupted()) return done;
    if (restarts == restarts_max) return tl::unexpected(changed_too_often(std::move(done).error()));
  }
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::loaded: return "loaded";
    case Outcome::replaced: return "replaced";
    case Outcome::unchanged: return "unchanged";
    case Outcome::missing: return "missing";
    case Outcome::failed: return "failed";
  }
  return {};
}

IngestResult ingest_dump(Store& store, Sources& sources, const std::string& source_name, const PlannedDump& dump,
                         const IngestOptions& options, Progress* progress) {
  IngestResult result;
  result.slot = {source_name, dump.period};
  result.uri = dump.uri;
  Status done;
  try {
    done = ingest(store, sources, dump, options, progress, result);
  } catch (const std::exception& exhausted) {  // no memory or no thread to be had: the ledger row reads as interrupted
    done = fail(load_what, in_words(result.slot), exhausted.what(), "free some memory, or lower --threads");
  }
  if (!done) {
    result.outcome = Outcome::failed;
    result.error = done.error();
  }
  return result;
}

}  // namespace weir
