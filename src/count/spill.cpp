#include "count/spill.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "count/key_table.h"

namespace weir::counting {
namespace {

constexpr std::size_t read_bytes = std::size_t{256} << 10U;

std::string temporary_folder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  return error ? "/tmp" : folder.string();
}

tl::unexpected<Error> cannot(std::string what, int error) {
  return fail(std::move(what), temporary_folder(), std::generic_category().message(error),
              "counting needs room for keys there: free some, name another folder with TMPDIR, or raise "
              "--memory-limit");
}

}  // namespace

bool MemoryBudget::asks_for_room(std::size_t table_bytes, std::size_t tables) const {
  if (limit_bytes_ == 0) return false;
  const std::uint64_t used = used_bytes_.load(std::memory_order_relaxed);
  return used > limit_bytes_ && table_bytes > used / (2 * tables);
}

void MemoryBudget::fail(Error error) {
  const std::scoped_lock guard(lock_);
  if (!failure_) failure_ = std::move(error);
}

Status MemoryBudget::status() const {
  const std::scoped_lock guard(lock_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  return {};
}

SpillFile::~SpillFile() {
  if (file_ >= 0) ::close(file_);
}

Status SpillFile::open() {
  if (file_ >= 0) return {};
  std::string name = temporary_folder() + "/weir-keys-XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) return cannot("cannot make a file in", errno);
  if (::unlink(name.c_str()) != 0) return cannot("cannot take the name from a file in", errno);
  return {};
}

Status SpillFile::write(std::uint64_t offset, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot("cannot write to a file in", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Status SpillFile::add(std::size_t partition, const EntryArena& entries) {
  const std::scoped_lock guard(lock_);
  WEIR_TRY(open());
  Run run{partition, end_, 0};
  Status status;
  entries.for_each_block([&](std::span<const char> block) {
    if (status) status = write(run.offset + run.bytes, block);
    run.bytes += block.size();
  });
  WEIR_TRY(std::move(status));
  end_ += run.bytes;
  runs_.push_back(run);
  return {};
}

std::uint64_t SpillFile::bytes(std::size_t partition) const {
  std::uint64_t bytes = 0;
  for (const Run& run : runs_) bytes += run.partition == partition ? run.bytes : 0;
  return bytes;
}

Status SpillFile::read(std::size_t partition, const Visit& visit) const {
  for (const Run& run : runs_) {
    if (run.partition == partition) WEIR_TRY(read_run(run, visit));
  }
  return {};
}

Status SpillFile::read_run(const Run& run, const Visit& visit) const {
  std::vector<char> buffer;
  std::size_t begin = 0;  // of what is not visited yet
  std::uint64_t done = 0;
  while (true) {
    const std::size_t visited = EntryArena::visit_whole(std::span<const char>(buffer).subspan(begin), visit);
    begin += visited;
    if (begin == buffer.size() && done == run.bytes) return {};
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = 0;
    const std::size_t kept = buffer.size();
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(read_bytes, run.bytes - done));
    buffer.resize(kept + wanted);
    const ssize_t got = ::pread(file_, buffer.data() + kept, wanted, static_cast<off_t>(run.offset + done));
    if (got < 0 && errno != EINTR) return cannot("cannot read again a file in", errno);
    if (got == 0) return cannot("cannot read again a file in", EIO);  // shorter than it was written
    buffer.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    done += static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
  }
}

}  // namespace weir::counting
