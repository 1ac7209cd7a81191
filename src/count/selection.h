// Which rows of a batch a filter lets through.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/batch.h"
#include "weir/question.h"
#include "weir/tags.h"

namespace weir::counting {

// A Filter made ready to be asked of many batches. Immutable, thus shared by all threads.
class Selection {
 public:
  explicit Selection(const Filter& filter);
  // True when every row passes; select() need not be called.
  [[nodiscard]] bool all() const { return all_; }
  // The rows of `batch` that pass, ascending. `rows` is overwritten.
  void select(const EventBatch& batch, std::vector<std::uint32_t>& rows) const;

 private:
  // One Condition; days and times_us hold its values where the field is no text. A value that is no day or time is left
  // out: no row can have it.
  struct Test {
    Field field = Field::id;
    bool null = false;
    std::vector<std::string> texts;
    std::vector<Pattern> patterns;
    std::vector<DayNumber> days;
    std::vector<std::int64_t> times_us;
    [[nodiscard]] bool passes_text(std::string_view value) const;
    [[nodiscard]] bool passes_tags(std::span<const std::string_view> tags) const;
    [[nodiscard]] bool passes_day(DayNumber day) const;
    [[nodiscard]] bool passes_time(std::int64_t time_us) const;
  };
  [[nodiscard]] static Test test_of(const Condition& condition);
  static void narrow(const Test& test, const EventBatch& batch, std::vector<std::uint32_t>& rows);

  bool all_ = true;
  std::optional<DayNumber> since_, until_;
  std::vector<Test> tests_;
};

}  // namespace weir::counting
