// The bytes of a key run, as weir/rollup.h describes them. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/answer.h"
#include "weir/rollup.h"

namespace weir::counting {

// Keys in a run's order: NULL, then the others ascending bytewise. A key's place among all of them is its rank.
struct SortedKeys {
  std::optional<std::uint64_t> nulls{};
  std::vector<KeyCount> keys{};
};
// `counts` holds each key at most once, NULL any number of times.
[[nodiscard]] SortedKeys sorted_keys(std::vector<KeyCount> counts);

// Gives one run over these days, in pieces, to `take`. Gives nothing where there is nothing.
Status write_key_run(Field field, DayNumber first_day, DayNumber last_day, const SortedKeys& counts,
                     const TakeKeyRun& take);

// Reads the keys of one piece, some at a time.
class KeyRunReader {
 public:
  // `bytes` outlives the reader. Nothing can be read unless ok().
  explicit KeyRunReader(std::string_view bytes);
  // False once the bytes turned out not to be a run.
  [[nodiscard]] bool ok() const { return ok_; }
  // The next keys, at most `limit`; empty at the end and where the bytes are wrong. They live until the next call.
  [[nodiscard]] std::span<const KeyCount> next(std::size_t limit);

 private:
  [[nodiscard]] bool read_key(KeyCount& count);

  std::string_view rest_;
  bool ok_ = false;
  bool null_pending_ = false;
  std::string texts_;  // one key after the other
  std::size_t last_begin_ = 0;
  std::vector<std::size_t> begins_;
  std::vector<KeyCount> counts_;
};

// Reads the keys at some places of one piece. Those between them are stepped over, at a fraction of the cost.
class KeyPlaceReader {
 public:
  // `bytes` outlives the reader.
  explicit KeyPlaceReader(std::string_view bytes);
  // The key at this place, from 0, with NULL as the first where there is one. It is not before the one asked for last.
  // The view lives until the next call. nullopt: there is no such place, or the bytes are not a run.
  [[nodiscard]] std::optional<KeyCount> at(std::uint64_t place);

 private:
  [[nodiscard]] bool step();

  std::string_view rest_;
  std::uint64_t next_ = 0;  // place of the key that comes next
  bool null_pending_ = false;
  bool is_null_ = false;
  std::vector<char> text_;  // of the key before it, which may be longer
  std::size_t length_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace weir::counting
