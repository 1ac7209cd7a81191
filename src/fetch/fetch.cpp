#include "fetch/fetch.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <optional>
#include <vector>

#include "fetch/part_file.h"
#include "source/checksum.h"

namespace weir {
namespace {

constexpr const char* what = "cannot fetch";
constexpr std::size_t buffer_bytes = std::size_t{256} * 1024;

std::string part_prefix(const std::string& path) {
  return path + ".part-";
}

std::string part_path(const Object& object, const std::string& path) {
  const std::string identity = object.uri + '\n' + object.version;
  return fmt::format("{}{:016x}", part_prefix(path), XXH3_64bits(identity.data(), identity.size()));
}

// One attempt at one version of an object.
class Attempt {
 public:
  Attempt(Sources& sources, const Object& object, fetching::PartFile& file, Progress* progress)
      : sources_(sources), object_(object), checksum_(object.checksum), file_(file), progress_(progress) {}

  // begin_again: what is in the file is worth nothing, since the object is another by now or the file was damaged.
  enum class End { whole, begin_again };
  Result<End> run() {
    if (!can_resume()) WEIR_TRY(file_.start_over());
    resumed_at_ = file_.size();
    expect_bytes();
    WEIR_TRY_ASSIGN(End end, fetch_rest());
    // A stream of all the bytes has checked them; what an earlier attempt left, nobody has.
    if (end == End::whole && resumed_at_ > 0) {
      WEIR_TRY_ASSIGN(end, check_file());
    }
    if (end == End::begin_again) expect_no_more();
    return end;
  }
  [[nodiscard]] std::uint64_t resumed_at() const { return resumed_at_; }

 private:
  [[nodiscard]] bool can_resume() const {
    return !object_.version.empty() && object_.bytes && file_.size() <= *object_.bytes;
  }

  // What is missing of the object, from where the file ends.
  Result<End> fetch_rest() {
    if (resumed_at_ > 0 && resumed_at_ == object_.bytes) return End::whole;  // it ended after its last byte was written
    WEIR_TRY_ASSIGN(
        const std::unique_ptr<ByteStream> stream,
        resumed_at_ == 0 ? sources_.open(object_.uri) : sources_.open_at(object_.uri, resumed_at_, object_.version));
    const Object& opened = stream->object();
    if (opened.version != object_.version) return End::begin_again;
    if (!opened.checksum.empty()) checksum_ = opened.checksum;
    if (Status copied = copy(*stream); !copied) {
      if (stream->object_changed()) return End::begin_again;
      if (object_.version.empty()) file_.remove();  // nobody could tell later which version it is of
      return tl::unexpected(std::move(copied).error());
    }
    if (!opened.bytes || *opened.bytes == file_.size()) return End::whole;
    const std::string why = fmt::format("{} bytes came of {}", file_.size(), *opened.bytes);
    file_.remove();
    return fail(what, object_.uri, why, "try again");
  }

  Status copy(ByteStream& stream) {
    std::vector<char> buffer(buffer_bytes);
    for (;;) {
      if (interrupted()) return stopped();
      WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
      if (got == 0) return {};
      WEIR_TRY(file_.write(std::span(buffer).first(got)));
      if (progress_ != nullptr) progress_->bytes_read.fetch_add(got, std::memory_order_relaxed);
    }
  }

  Result<End> check_file() {
    source::ChecksumCheck check(checksum_);
    std::vector<char> buffer(buffer_bytes);
    for (std::uint64_t offset = 0;;) {
      if (interrupted()) return stopped();
      WEIR_TRY_ASSIGN(const std::size_t got, file_.read(offset, buffer));
      if (got == 0) break;
      check.update({buffer.data(), got});
      offset += got;
    }
    return check.verdict(what, object_.uri) ? End::whole : End::begin_again;
  }

  [[nodiscard]] tl::unexpected<Error> stopped() const {
    return fail(ErrorKind::interrupted, "stopped fetching", object_.uri, "interrupted",
                "the same command goes on where this one stopped");
  }

  void expect_bytes() {
    if (progress_ == nullptr) return;
    progress_->bytes_total.fetch_add(object_.bytes.value_or(0), std::memory_order_relaxed);
    progress_->bytes_read.fetch_add(resumed_at_, std::memory_order_relaxed);
  }
  void expect_no_more() {
    const std::uint64_t expected = object_.bytes.value_or(0);
    if (progress_ == nullptr || expected <= file_.size()) return;
    progress_->bytes_total.fetch_sub(expected - file_.size(), std::memory_order_relaxed);
  }

  Sources& sources_;
  const Object& object_;
  std::string checksum_;
  fetching::PartFile& file_;
  Progress* progress_;
  std::uint64_t resumed_at_ = 0;
};

bool is_same_file(const Object& object, const std::string& path) {
  struct stat from {};
  struct stat to {};
  return !is_remote(object.uri) && ::stat(object.uri.c_str(), &from) == 0 && ::stat(path.c_str(), &to) == 0 &&
         from.st_dev == to.st_dev && from.st_ino == to.st_ino;
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
  if (is_same_file(object, path)) {
    return fail(ErrorKind::usage, what, object.uri, "source and destination are the same file",
                "name another place: weir fetch SRC DEST");
  }
  std::optional<Object> version = object;
  for (int restarts = 0; restarts <= restarts_max; ++restarts) {
    const std::string part = part_path(*version, path);
    WEIR_TRY_ASSIGN(fetching::PartFile file, fetching::PartFile::open(part, path));
    fetching::remove_other_parts(part_prefix(path), part);
    Attempt attempt(sources, *version, file, progress);
    WEIR_TRY_ASSIGN(const Attempt::End end, attempt.run());
    const std::uint64_t bytes = file.size();
    if (end == Attempt::End::whole) {
      WEIR_TRY(file.publish());
      return Fetched{object.uri, path, bytes, attempt.resumed_at()};
    }
    file.remove();
    WEIR_TRY_ASSIGN(version, sources.stat(object.uri));
    if (!version) return fail(ErrorKind::missing, what, object.uri, "it has gone while it was fetched", "try again");
  }
  return fail(what, object.uri, fmt::format("it was changed while being read, {} times in a row", restarts_max + 1),
              "wait until it is written, then try again");
}

}  // namespace weir
