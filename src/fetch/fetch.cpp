#include "fetch/fetch.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <vector>

#include "fetch/part_file.h"

namespace weir {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

std::string part_path(const Object& object, const std::string& path) {
  const std::string identity = object.uri + '\n' + object.version;
  return fmt::format("{}.part-{:016x}", path, XXH3_64bits(identity.data(), identity.size()));
}

// What is missing of the object, from where the part file ends.
Result<std::unique_ptr<ByteStream>> open_rest(Sources& sources, const Object& object, fetching::PartFile& file) {
  const bool can_resume = !object.version.empty() && object.bytes && file.size() < *object.bytes;
  if (!can_resume) WEIR_TRY(file.start_over());
  if (file.size() == 0) return sources.open(object.uri);
  return sources.open_at(object.uri, file.size(), object.version);
}

// An attempt that ended after its last byte was written.
bool is_whole(const Object& object, const fetching::PartFile& file) {
  return !object.version.empty() && object.bytes && *object.bytes > 0 && file.size() == *object.bytes;
}

Status copy(ByteStream& stream, fetching::PartFile& file, Progress* progress) {
  std::vector<char> buffer(buffer_bytes);
  for (;;) {
    if (interrupted()) {
      return fail(ErrorKind::interrupted, "stopped fetching", stream.object().uri, "interrupted",
                  "the same command goes on where this one stopped");
    }
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) return {};
    WEIR_TRY(file.write(std::span(buffer).first(got)));
    if (progress != nullptr) progress->bytes_read.fetch_add(got, std::memory_order_relaxed);
  }
}

}  // namespace

std::string fetch_path(const Object& object, const std::string& destination) {
  struct stat st {};
  const bool is_directory = ::stat(destination.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
  if (!destination.empty() && !is_directory && !destination.ends_with('/')) return destination;
  const std::size_t slash = object.uri.rfind('/');
  std::string name = slash == std::string::npos ? object.uri : object.uri.substr(slash + 1);
  if (destination.empty()) return name;
  return destination.ends_with('/') ? destination + name : destination + '/' + name;
}

Result<Fetched> fetch(Sources& sources, const Object& object, const std::string& path, Progress* progress) {
  struct stat from {};
  struct stat to {};
  if (!is_remote(object.uri) && ::stat(object.uri.c_str(), &from) == 0 && ::stat(path.c_str(), &to) == 0 &&
      from.st_dev == to.st_dev && from.st_ino == to.st_ino) {
    return fail(ErrorKind::usage, "cannot fetch", object.uri, "source and destination are the same file",
                "name another place: weir fetch SRC DEST");
  }
  WEIR_TRY_ASSIGN(fetching::PartFile file, fetching::PartFile::open(part_path(object, path), path));
  if (is_whole(object, file)) {
    WEIR_TRY(file.publish());
    return Fetched{object.uri, path, *object.bytes, *object.bytes};
  }
  WEIR_TRY_ASSIGN(const std::unique_ptr<ByteStream> stream, open_rest(sources, object, file));
  const std::uint64_t resumed_at = file.size();
  if (progress != nullptr) {
    progress->bytes_total.fetch_add(object.bytes.value_or(0), std::memory_order_relaxed);
    progress->bytes_read.fetch_add(resumed_at, std::memory_order_relaxed);
  }
  if (Status copied = copy(*stream, file, progress); !copied) {
    // What is left is taken up by its name: only bytes of the version that names them may stay.
    if (stream->object().version != object.version) file.remove();
    return tl::unexpected(std::move(copied).error());
  }
  const Object& opened = stream->object();
  if (opened.bytes && *opened.bytes != file.size()) {
    const std::string why = fmt::format("{} bytes came of {}", file.size(), *opened.bytes);
    file.remove();
    return fail("cannot fetch", object.uri, why, "try again");
  }
  const std::uint64_t bytes = file.size();
  WEIR_TRY(file.publish());
  return Fetched{object.uri, path, bytes, resumed_at};
}

}  // namespace weir
