#include "ingest/version.h"

namespace weir {
namespace {

constexpr std::int64_t racy_us = 2'000'000;

// Times after the load are racy too: a file from the future may be written again when its time has come.
bool is_racy(const Ingestion& loaded, const Object& object) {
  return object.modified_ns / 1000 >= loaded.started_at_us - racy_us;
}

}  // namespace

bool is_local_file(const Object& object) {
  return object.uri != "-" && !is_remote(object.uri);
}

Sameness compare_version(const Ingestion& loaded, const Object& object) {
  if (object.bytes && *object.bytes != loaded.bytes) return Sameness::different;
  const bool same = !object.version.empty() && object.version == loaded.etag && object.uri == loaded.uri;
  if (is_local_file(object)) return same && !is_racy(loaded, object) ? Sameness::same : Sameness::unsure;
  if (object.version.empty()) return Sameness::unsure;
  return same ? Sameness::same : Sameness::different;
}

}  // namespace weir
