// What tables and markdown say alike. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weir/question.h"

namespace weir::rendering {

// "Countries", "URIs": the question's name, written as its heading is.
[[nodiscard]] std::string title_of(const Question& question);

// "11.4 %" of `total`, which is not 0; "<0.1 %" for less than that, so that nothing counted reads as nothing.
[[nodiscard]] std::string share(std::uint64_t events, std::uint64_t total);

// "2021-03-31 to 2021-04-30", one day alone, "no dates".
[[nodiscard]] std::string days_of(const Coverage& coverage);

// "1,200,000 events", "1 event".
[[nodiscard]] std::string events_of(std::uint64_t events);

// "10 of 40 countries", "40 countries", "1 country".
[[nodiscard]] std::string keys_of(const Answer& answer);

// "period 2021-04", "3 periods 2021-01..2021-04", "1 missing: 2021-03", "0 rejected": what a reader should know before
// trusting an answer. `warning`: it is not as one would wish.
struct Remark {
  std::string text;
  bool warning = false;
};
[[nodiscard]] std::vector<Remark> remarks_on_dumps(const Coverage& coverage);

// Why an answer has no row; empty where it has some, or would have without its limit.
[[nodiscard]] std::string reason_for_no_rows(const Answer& answer);

}  // namespace weir::rendering
