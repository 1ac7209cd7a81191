#include "ingest/version.h"

namespace weir {
namespace {

constexpr std::int64_t racy_us = 2'000'000;

// Times after the load are racy too: a file from the future may be written again when its time has come.
bool is_racy(const Ingestion& loaded, const Object& object) {
  return object.modified_ns / 1000 >= loaded.started_at_us - racy_us;
}

bool is_web(std::string_view uri) {
  return uri.starts_with("https://") || uri.starts_with("http://");
}

// What follows '#' in the name of a web object tells addresses with other secrets apart while a process runs. Later
// processes may number them otherwise, and signatures are renewed: it says nothing of the object.
bool same_place(std::string_view uri, std::string_view loaded_uri) {
  if (!is_web(uri)) return uri == loaded_uri;
  return uri.substr(0, uri.find('#')) == loaded_uri.substr(0, loaded_uri.find('#'));
}

}  // namespace

bool is_local_file(const Object& object) {
  return !object.version.empty() && !is_remote(object.uri);
}

Sameness compare_version(const Ingestion& loaded, const Object& object) {
  if (object.bytes && *object.bytes != loaded.bytes) return Sameness::different;
  const bool same = !object.version.empty() && object.version == loaded.etag && same_place(object.uri, loaded.uri);
  if (is_local_file(object)) return same && !is_racy(loaded, object) ? Sameness::same : Sameness::unsure;
  if (object.version.empty()) return Sameness::unsure;
  return same ? Sameness::same : Sameness::different;
}

}  // namespace weir
