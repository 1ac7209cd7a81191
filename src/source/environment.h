// Environment variables, as an argument: tests bring their own.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace weir::source {

// The value of a variable; nullopt or empty: not set. Thread-safe.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// That of this process. HOME, where it is not set, is the user's in the system's list of users.
[[nodiscard]] Environment process_environment();

}  // namespace weir::source
