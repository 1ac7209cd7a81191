// weir-launch: what is called `bootstrap` in the Lambda zip, and bin/weir in the .tar.gz. Starts lib/weir/weir by the
// dynamic loader and the libraries that travel with it, so that it runs whatever C library a machine has, from any
// folder.
//
// By a program of its own, since a loader can only be named by an absolute path in the program, and since Lambda's
// LD_LIBRARY_PATH puts its image's libraries before ours: --library-path takes its place, in this process and in none
// that weir starts.
#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int exit_failed = 1;

// Of this program, without symbolic links; as it was started, where no /proc is mounted.
std::string own_path() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length > 0 && static_cast<std::size_t>(length) < path.size())
    return {path.data(), static_cast<std::size_t>(length)};
  const auto started = ::getauxval(AT_EXECFN);
  return started == 0 ? "" : reinterpret_cast<const char*>(started);  // NOLINT(performance-no-int-to-ptr): the kernel's
}

// Returns only where it fails.
void start(const std::string& folder, const std::string& own, int argc, char** argv) {
  const std::string loader = folder + "/loader";
  const std::string program = folder + "/weir";
  // Neither the machine's cache of libraries nor those built for newer processors, which do not travel along.
  std::vector<const char*> words{loader.c_str(), "--inhibit-cache", "--library-path", folder.c_str(),
                                 "--argv0",      own.c_str(),       program.c_str()};
  words.insert(words.end(), argv + (argc > 0 ? 1 : 0), argv + argc);
  words.push_back(nullptr);
  ::execv(loader.c_str(), const_cast<char* const*>(words.data()));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string own = own_path();
  const std::size_t slash = own.rfind('/');
  const std::string here = slash == std::string::npos ? "." : own.substr(0, slash);
  start(here + "/lib/weir", own, argc, argv);
  if (errno == ENOENT) start(here + "/../lib/weir", own, argc, argv);
  std::fprintf(stderr, "weir: cannot start what belongs to %s: %s; unpack the whole archive again\n", own.c_str(),
               std::strerror(errno));
  return exit_failed;
}
