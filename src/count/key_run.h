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

// Gives one run over these days, in pieces, to `take`. `counts` holds each key at most once, NULL any number of times;
// it is sorted on the way. Gives nothing where there is nothing.
Status write_key_run(Field field, DayNumber first_day, DayNumber last_day, std::vector<KeyCount>& counts,
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
  [[nodiscard]] std::optional<std::uint64_t> number();
  [[nodiscard]] bool read_key(KeyCount& count);

  std::string_view rest_;
  bool ok_ = false;
  bool null_pending_ = false;
  std::string texts_;  // one key after the other
  std::size_t last_begin_ = 0;
  std::vector<std::size_t> begins_;
  std::vector<KeyCount> counts_;
};

}  // namespace weir::counting
