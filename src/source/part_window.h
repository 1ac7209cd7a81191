// The bytes of one object on their way from several threads that download parts of it to one that reads them in order,
// and where wanted to another one that checks them at the same time. A bounded window: only the part being read and the
// few after it are in memory.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::source {

// Parts are all of `part_bytes` but the last; part i begins at byte i * part_bytes. Offsets count from the window's
// first byte, 0. Thread-safe for one reader, one checker and any number of writers, each with parts of its own. The
// memory is parts * part_bytes, of which only what was written to is ever touched.
class PartWindow {
 public:
  PartWindow(std::size_t part_bytes, std::size_t parts);

  [[nodiscard]] std::size_t part_bytes() const { return part_bytes_; }

  // Writers. Who makes the window owns part 0.
  //
  // The next part that nobody has, as soon as there is room for it. nullopt: there is none left, one has failed, or the
  // reader has left. Needs end_at() before.
  [[nodiscard]] std::optional<std::uint64_t> claim();
  // Puts `bytes` at `offset`, where the part's bytes so far end; they may run into following parts, of one who writes
  // alone. Waits while there is no room; false once the reader has left.
  bool write(std::uint64_t offset, std::string_view bytes);
  // Where the object ends. Once.
  void end_at(std::uint64_t offset);
  // Nothing comes at `offset` or behind it. Of several failures the reader meets the first one in the object.
  void fail(std::uint64_t offset, Error error, bool object_changed);
  [[nodiscard]] bool closed() const;

  // Checker.
  //
  // There is one: the reader meets the end only after its verdict. Before any of the following, and before the reader.
  void expect_checker();
  // Waits for bytes, in order, that were not checked yet; they stay where they are until checked() is told that it is
  // done with them. Empty: there are no more, since the object ends here, has failed, or the reader has left.
  [[nodiscard]] std::string_view unchecked();
  void checked(std::size_t bytes);
  // After the last byte: an error is what the reader gets in place of the end.
  void conclude(Status verdict);

  // Reader.
  //
  // Waits for something to take: true when there is, false when `longest` has passed.
  [[nodiscard]] bool wait(std::chrono::milliseconds longest);
  // After wait(): as many bytes as are there and fit; 0 at the end; what fail() was told once all before it is taken.
  [[nodiscard]] Result<std::size_t> take(std::span<char> buffer);
  // Whether the error that take() returned was that of a changed object.
  [[nodiscard]] bool object_changed() const;
  // True while a further writer would find something to claim, now or later.
  [[nodiscard]] bool has_unclaimed() const;
  // No more is wanted.
  void close();

 private:
  struct Failure {
    std::uint64_t offset;
    Error error;
    bool object_changed;
  };
  [[nodiscard]] std::size_t slot_of(std::uint64_t offset) const { return offset / part_bytes_ % filled_.size(); }
  [[nodiscard]] std::size_t ready(std::uint64_t from) const;
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] bool has_room(std::uint64_t part) const;
  void advance(std::uint64_t& cursor, std::size_t bytes);

  const std::size_t part_bytes_;
  std::unique_ptr<char[]> memory_;  // a slot a part, used in turn

  mutable std::mutex mutex_;
  std::condition_variable readable_;
  std::condition_variable writable_;
  std::vector<std::uint64_t> filled_;  // how far the bytes in each slot go, as an offset
  std::uint64_t read_ = 0;
  std::uint64_t checked_ = 0;
  bool has_checker_ = false;
  bool has_verdict_ = false;
  std::uint64_t next_part_ = 1;
  std::optional<std::uint64_t> end_;
  std::optional<Failure> failure_;
  bool closed_ = false;
};

}  // namespace weir::source
