// An environment of the test's own.
#pragma once

#include <map>
#include <string>

#include "source/environment.h"

namespace weir::source_tests {

// Looks into `variables` at each call: it must outlive what is returned.
inline source::Environment environment_of(const std::map<std::string, std::string>& variables) {
  return [&variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace weir::source_tests
