// A directory of one test, and a piece of a test that runs in a process of its own.
#pragma once

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

namespace weir {

class TempPlace {
 public:
  TempPlace() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-store-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempPlace() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TempPlace(const TempPlace&) = delete;
  TempPlace& operator=(const TempPlace&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

// Runs `task` in a child and returns what it returned: for limits and identities that a process cannot take back. The
// child must be started while no DuckDB session is open, so that no thread of one is missing in it.
inline int in_child(const std::function<int()>& task) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(task());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Root may do everything: what depends on permissions runs as nobody then.
inline void become_nobody() {
  constexpr uid_t nobody = 65534;
  if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(99);
}

}  // namespace weir
