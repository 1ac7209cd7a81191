#include "memory_sources.h"

#include <algorithm>
#include <cstring>

#include "weir/progress.h"

namespace weir::ingest_tests {
namespace {

Object object_of(const std::string& uri, const MemoryObject& held) {
  Object object{uri, held.content.size(), held.version, held.modified_ns, held.checksum};
  if (uri == "-") object.bytes.reset();
  return object;
}

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(const std::string& uri, MemoryObject held) : held_(std::move(held)), object_(object_of(uri, held_)) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    if (held_.interrupts_at && read_ >= *held_.interrupts_at) request_interrupt();
    if (interrupted()) return fail(ErrorKind::interrupted, "stopped reading", object_.uri, "interrupted");
    if (held_.breaks_after && read_ >= *held_.breaks_after) {
      changed_ = !held_.later.empty();
      return fail("cannot read", object_.uri, changed_ ? "the object was changed" : "the connection broke");
    }
    std::size_t end = held_.content.size();
    for (const auto& stop : {held_.breaks_after, held_.interrupts_at}) end = std::min(end, stop.value_or(end));
    const std::size_t size = std::min(buffer.size(), end - read_);
    std::memcpy(buffer.data(), held_.content.data() + read_, size);
    read_ += size;
    return size;
  }
  [[nodiscard]] const Object& object() const override { return object_; }
  [[nodiscard]] bool object_changed() const override { return changed_; }

 private:
  MemoryObject held_;
  Object object_;
  bool changed_ = false;
  std::size_t read_ = 0;
};

}  // namespace

Result<std::vector<Object>> MemorySources::expand(const std::string& src) {
  const auto found = objects.find(src);
  if (found == objects.end()) return fail(ErrorKind::missing, "cannot find", src, "there is no such object");
  return std::vector<Object>{object_of(src, found->second)};
}

Result<std::optional<Object>> MemorySources::stat(const std::string& uri) {
  const auto found = objects.find(uri);
  if (found == objects.end()) return std::optional<Object>();
  if (found->second.hidden) return tl::unexpected(*found->second.hidden);
  return std::optional<Object>(object_of(uri, found->second));
}

Result<std::vector<Sources::Listed>> MemorySources::list(const UriTemplate& uri_template, const Period& first,
                                                         const Period& last) {
  std::vector<Listed> listed;
  for (const auto& [uri, held] : objects) {
    const std::optional<Period> period = uri_template.match(uri);
    if (!period || *period < first || last < *period) continue;
    listed.push_back({*period, object_of(uri, held)});
    if (held.unlisted) listed.back() = {*period, Object{uri, {}, {}, 0}, held.unlisted};
    if (!held.listed_version.empty()) listed.back().object.version = held.listed_version;
  }
  std::ranges::sort(listed, {}, &Listed::period);
  return listed;
}

Result<std::unique_ptr<ByteStream>> MemorySources::open(const std::string& uri) {
  const auto found = objects.find(uri);
  if (found == objects.end()) return fail(ErrorKind::missing, "cannot open", uri, "there is no such object");
  if (found->second.refusal) return tl::unexpected(*found->second.refusal);
  opened.push_back(uri);
  auto stream = std::make_unique<MemoryStream>(uri, found->second);
  if (uri == "-") found->second.content.clear();  // a pipe is empty once it was read
  if (std::vector<MemoryObject> later = found->second.later; !later.empty()) {
    found->second = later.front();
    found->second.later.assign(later.begin() + 1, later.end());
  }
  return stream;
}

}  // namespace weir::ingest_tests
