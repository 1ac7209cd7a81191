// One thing that was looked at on a person's behalf, and how it is.
#pragma once

#include <string>

#include "weir/result.h"

namespace weir {

enum class Verdict {
  ok,
  warning,  // it works, and could be better or safer
  problem,  // something will not work until it is changed
};

// All text is for people, and holds no secret.
struct Finding {
  Verdict verdict = Verdict::ok;
  std::string about;     // a word or two: "database", "TLS"
  std::string text;      // what is the case
  std::string next;      // what to do; empty where nothing is to be done
  bool refused = false;  // a problem of access or credentials
};

// A problem, from the error that was met.
[[nodiscard]] inline Finding problem_of(std::string about, const Error& error) {
  return {Verdict::problem, std::move(about), facts_of(error), error.next, error.kind == ErrorKind::access};
}

}  // namespace weir
