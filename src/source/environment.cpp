#include "source/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace weir::source {
namespace {

std::string home_of_user() {
  const passwd* user = getpwuid(getuid());
  return user == nullptr || user->pw_dir == nullptr ? std::string() : user->pw_dir;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    if (const char* value = std::getenv(name.c_str())) return value;
    if (name == "HOME") return home_of_user();
    return std::nullopt;
  };
}

}  // namespace weir::source
