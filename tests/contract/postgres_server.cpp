#include "postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace weir::contract {
namespace {

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";
constexpr const char* superuser = "weir";

// Of the child, before it becomes a program of PostgreSQL's: another user where it is root, output to `log`, and an end
// (SIGQUIT: immediately) when its parent ends.
bool become_server(const passwd* user, const std::string& log) {
  if (user != nullptr &&
      (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) {
    return false;
  }
  if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0) return false;
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return output >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0;
}

const passwd* server_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr) throw std::runtime_error("there is no user postgres: install the package postgresql-15");
  return user;
}

pid_t spawn(std::vector<std::string> words, const std::filesystem::path& directory) {
  const passwd* user = server_user();
  if (::access(words.front().c_str(), X_OK) != 0) {
    throw std::runtime_error("there is no " + words.front() + ": install the package postgresql-15");
  }
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = (directory / "log").string();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("cannot start " + words.front());
  if (pid == 0) {
    if (::chdir(directory.c_str()) == 0 && become_server(user, log)) ::execv(argv.front(), argv.data());
    ::_exit(127);
  }
  return pid;
}

std::string log_of(const std::filesystem::path& directory) {
  std::ifstream file(directory / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

PostgresServer::PostgresServer() {
  std::string name = (std::filesystem::temp_directory_path() / "weir-postgres-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
  directory_ = name;
  try {
    const passwd* user = server_user();
    if (user != nullptr && ::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("cannot give " + name + " to user postgres");
    }
    make_cluster();
    start();
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
    throw;
  }
}

PostgresServer::~PostgresServer() {
  ::kill(pid_, SIGQUIT);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string PostgresServer::url_of(const std::string& database) const {
  std::string socket;
  for (const char c : directory_.string()) socket += c == '/' ? "%2F" : std::string(1, c);
  return std::string("postgresql://") + superuser + "@/" + database + "?host=" + socket;
}

void PostgresServer::make_cluster() const {
  const pid_t pid = spawn(
      {(programs / "initdb").string(), "--pgdata=" + data().string(), "--auth=trust",
       std::string("--username=") + superuser, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
      directory_);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed: " + log_of(directory_));
}

void PostgresServer::start() {
  // What a crash of the machine would cost does not matter here, and the disk is often slow.
  pid_ = spawn({(programs / "postgres").string(), "-D", data().string(), "-k", directory_.string(), "-h", "", "-F",
                "-c", "full_page_writes=off", "-c", "shared_buffers=32MB", "-c", "max_connections=40"},
               directory_);
  try {
    wait_until_ready();
  } catch (...) {
    ::kill(pid_, SIGQUIT);
    ::waitpid(pid_, nullptr, 0);
    throw;
  }
}

void PostgresServer::wait_until_ready() const {
  const std::string url = url_of("postgres");
  for (int i = 0; i < 3000; ++i) {
    if (PQping(url.c_str()) == PQPING_OK) return;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("PostgreSQL does not start: " + log_of(directory_));
}

}  // namespace weir::contract
