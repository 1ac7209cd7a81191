#include "terminal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace weir::cli {

Terminal::Terminal(unsigned short columns) {
  winsize size{24, columns, 0, 0};
  if (::openpty(&master_, &slave_, nullptr, nullptr, &size) != 0) ADD_FAILURE() << "no pseudo-terminal";
}

Terminal::Terminal(const std::vector<std::string>& command, const std::string& directory) {
  winsize size{24, 200, 0, 0};
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  child_ = ::forkpty(&master_, nullptr, nullptr, &size);
  if (child_ != 0) return;
  ::setenv("TERM", "xterm", 1);
  ::setenv("HOME", directory.c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", directory.c_str(), 1);
  ::setenv("XDG_DATA_HOME", directory.c_str(), 1);
  if (::chdir(directory.c_str()) == 0) ::execvp(argv[0], argv.data());
  ::_exit(127);
}

Terminal::~Terminal() {
  ::close(master_);
  if (slave_ >= 0) ::close(slave_);
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
}

void Terminal::resize(unsigned short columns) {
  const winsize size{24, columns, 0, 0};
  ASSERT_EQ(::ioctl(master_, TIOCSWINSZ, &size), 0);
}

void Terminal::type(const std::string& text) {
  ASSERT_EQ(::write(master_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::string Terminal::read_until(const std::string& text, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const std::size_t found = unread_.find(text);
    if (!text.empty() && found != std::string::npos) {
      std::string out = unread_.substr(0, found + text.size());
      unread_.erase(0, found + text.size());
      return out;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ready{master_, POLLIN, 0};
    std::array<char, 4096> piece{};
    if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) return std::exchange(unread_, {});
    const ssize_t got = ::read(master_, piece.data(), piece.size());
    if (got <= 0) return std::exchange(unread_, {});
    unread_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Folder::Folder() {
  std::string pattern = testing::TempDir() + "/weir-cli-XXXXXX";
  path_ = ::mkdtemp(pattern.data());
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::file(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
  std::ofstream(path_ + "/" + name) << text;
  return path_ + "/" + name;
}

Outcome run(const std::string& command_line) {
  Outcome outcome;
  std::FILE* const pipe = ::popen(("{ " + command_line + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> piece{};
  std::size_t got = 0;
  while ((got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0) outcome.output.append(piece.data(), got);
  const int status = ::pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace weir::cli
