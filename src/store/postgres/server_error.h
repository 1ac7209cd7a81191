// What a server's refusal means to a person.
#pragma once

#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::postgres {

// An error of weir's from what the server (or libpq) said. `sqlstate` is empty where there is none.
[[nodiscard]] Error explain(std::string_view sqlstate, std::string_view message, const std::string& what,
                            const std::string& where);

// The SQLSTATE and the message in the text of a refused connection at verbosity "verbose", which is all that libpq
// gives of it: "… FATAL:  28P01: password authentication failed …". An empty SQLSTATE where there is none.
struct Refusal {
  std::string sqlstate;
  std::string message;
};
[[nodiscard]] Refusal refusal_in(std::string_view text);

}  // namespace weir::postgres
