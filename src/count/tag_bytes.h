// The bytes of a tag run, as weir/rollup.h describes them: writing them and reading them again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "count/run_bytes.h"
#include "weir/rollup.h"

namespace weir::counting {

inline constexpr char tag_run_version = 1;

// Cuts what is put into pieces.
class TagPieces {
 public:
  TagPieces(DayNumber first_day, DayNumber last_day) {
    piece_.first_day = first_day;
    piece_.last_day = last_day;
    piece_.bytes = tag_run_version;
  }
  void put(std::string_view tag, std::string_view days, std::string_view users, std::string_view companies) {
    if (piece_.bytes.size() > tag_run_bytes) {
      TagRun next = piece_;
      next.from_tag = tag;
      next.bytes = tag_run_version;
      piece_.to_tag = tag;
      end();
      piece_ = std::move(next);
    }
    std::string body;
    for (const std::string_view list : {days, users, companies}) put_text(body, list);
    put_text(piece_.bytes, tag);
    put_text(piece_.bytes, body);
  }
  std::vector<TagRun> take() {
    end();
    return std::move(done_);
  }

 private:
  void end() {
    put_check(piece_.bytes);
    done_.push_back(std::move(piece_));
  }
  TagRun piece_;
  std::vector<TagRun> done_;
};

// What a piece says of one tag; views of its bytes.
struct TagBody {
  std::string_view tag;
  std::string_view days;
  std::string_view users;
  std::string_view companies;
};

// Reads the tags of one piece.
class TagBodyReader {
 public:
  // `bytes` outlives the reader.
  explicit TagBodyReader(std::string_view bytes) : rest_(without_check(bytes)) {
    if (rest_ && (rest_->empty() || rest_->front() != tag_run_version)) rest_.reset();
    if (rest_) rest_->remove_prefix(1);
  }
  // False once the bytes turned out not to be a piece.
  [[nodiscard]] bool ok() const { return rest_.has_value(); }
  // The next tag; nullopt at the end and where the bytes are wrong.
  [[nodiscard]] std::optional<TagBody> next() {
    if (!rest_ || rest_->empty()) return std::nullopt;
    if (auto body = take_body(*rest_)) return body;
    rest_.reset();
    return std::nullopt;
  }

 private:
  static std::optional<TagBody> take_body(std::string_view& rest) {
    const auto tag = take_text(rest);
    auto lists = tag ? take_text(rest) : std::nullopt;
    const auto days = lists ? take_text(*lists) : std::nullopt;
    const auto users = days ? take_text(*lists) : std::nullopt;
    const auto companies = users ? take_text(*lists) : std::nullopt;
    if (!companies || !lists->empty()) return std::nullopt;
    return TagBody{*tag, *days, *users, *companies};
  }
  std::optional<std::string_view> rest_;
};

// Entries of a list, whose ranks ascend, to `take`; false: it is no list.
template <class Take>
bool read_list(std::string_view list, Take take) {
  std::uint64_t rank = 0;
  for (bool first = true; !list.empty(); first = false) {
    const auto entry = take_number(list);
    if (!entry) return false;
    std::uint64_t events = 1;
    if ((*entry & 1U) != 0) {
      const auto more = take_number(list);
      if (!more) return false;
      events = *more + 2;
    }
    rank += *entry >> 1U;
    if (rank > UINT32_MAX || (*entry >> 1U == 0 && !first)) return false;
    take(static_cast<std::uint32_t>(rank), events);
  }
  return true;
}

// The days of a list of days, no_day among them, to `take`; false: it is none of this run.
template <class Take>
bool read_days(std::string_view list, const TagRun& run, Take take) {
  const std::int64_t days = run.first_day == no_day ? 0 : std::int64_t{run.last_day} - run.first_day + 1;
  bool within = true;
  const bool ok = read_list(list, [&](std::uint32_t rank, std::uint64_t events) {
    within = within && rank <= days;
    if (within) take(rank == 0 ? no_day : static_cast<DayNumber>(run.first_day + std::int64_t{rank} - 1), events);
  });
  return ok && within;
}

}  // namespace weir::counting
