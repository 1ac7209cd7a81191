#include "store/reject_spool.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace weir {
namespace {

// A record of the file: this, then the bytes of both texts. Read back by the process that wrote it, so byte order is
// its own.
struct Head {
  std::uint64_t line;
  std::uint32_t reason_bytes;
  std::uint32_t raw_bytes;
};

bool put(std::FILE* file, const Reject& reject) {
  const Head head{reject.line, static_cast<std::uint32_t>(reject.reason.size()),
                  static_cast<std::uint32_t>(reject.raw.size())};
  return std::fwrite(&head, sizeof head, 1, file) == 1 &&
         std::fwrite(reject.reason.data(), 1, reject.reason.size(), file) == reject.reason.size() &&
         std::fwrite(reject.raw.data(), 1, reject.raw.size(), file) == reject.raw.size();
}

bool get(std::FILE* file, Reject& reject) {
  Head head{};
  if (std::fread(&head, sizeof head, 1, file) != 1) return false;
  reject.line = head.line;
  reject.reason.resize(head.reason_bytes);
  reject.raw.resize(head.raw_bytes);
  return std::fread(reject.reason.data(), 1, head.reason_bytes, file) == head.reason_bytes &&
         std::fread(reject.raw.data(), 1, head.raw_bytes, file) == head.raw_bytes;
}

std::size_t bytes_of(const Reject& reject) {
  return sizeof(Reject) + reject.reason.size() + reject.raw.size();
}

}  // namespace

RejectSpool::RejectSpool(std::string directory, std::size_t memory_bytes)
    : directory_(std::move(directory)), memory_bytes_(memory_bytes) {}

tl::unexpected<Error> RejectSpool::failed(int error_number) const {
  return fail("cannot keep rejected rows in a temporary file in", directory_,
              std::generic_category().message(error_number),
              "free some space there, or look at the dump: most of it may be no events");
}

Status RejectSpool::add(std::vector<Reject>& rejects) {
  if (rejects.empty()) return {};
  const std::lock_guard hold(mutex_);
  for (Reject& reject : rejects) {
    held_bytes_ += bytes_of(reject);
    held_.push_back(std::move(reject));
  }
  count_ += rejects.size();
  rejects.clear();
  return held_bytes_ > memory_bytes_ ? spill() : Status{};
}

Status RejectSpool::open_file() {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);  // if this fails, so does the next call, and says why
  std::string name = directory_ + "/rejects-XXXXXX";
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) return failed(errno);
  ::unlink(name.c_str());
  file_.reset(::fdopen(descriptor, "w+b"));
  if (file_ != nullptr) return {};
  ::close(descriptor);
  return failed(errno);
}

Status RejectSpool::spill() {
  // Nothing goes behind a record that is torn.
  if (broken_errno_ != 0) return failed(broken_errno_);
  if (file_ == nullptr) WEIR_TRY(open_file());
  for (const Reject& reject : held_) {
    if (put(file_.get(), reject)) continue;
    broken_errno_ = errno;
    return failed(broken_errno_);
  }
  held_.clear();
  held_bytes_ = 0;
  return {};
}

void RejectSpool::close() {
  file_.reset();
  held_.clear();
  held_bytes_ = 0;
  count_ = 0;
}

Status RejectSpool::each(const std::function<Status(const Reject&)>& visit) {
  if (file_ != nullptr && broken_errno_ == 0) {
    if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) {
      return failed(errno);
    }
    Reject reject;
    for (std::uint64_t i = held_.size(); i < count_; ++i) {
      if (!get(file_.get(), reject)) return failed(errno);
      WEIR_TRY(visit(reject));
    }
    std::fseek(file_.get(), 0, SEEK_END);
  }
  for (const Reject& reject : held_) WEIR_TRY(visit(reject));
  return {};
}

Result<std::vector<Reject>> RejectSpool::first(std::size_t limit) {
  const auto by_line = [](const Reject& a, const Reject& b) { return a.line < b.line; };
  std::vector<Reject> kept;  // a heap, the highest line on top
  WEIR_TRY(each([&](const Reject& reject) -> Status {
    if (kept.size() == limit) {
      if (limit == 0 || !by_line(reject, kept.front())) return {};
      std::pop_heap(kept.begin(), kept.end(), by_line);
      kept.pop_back();
    }
    kept.push_back(reject);
    std::push_heap(kept.begin(), kept.end(), by_line);
    return {};
  }));
  std::sort_heap(kept.begin(), kept.end(), by_line);
  return kept;
}

}  // namespace weir
