// A pseudo-terminal, for what behaves differently on one: a shell that somebody types into, a bar that redraws itself.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace weir::cli {

class Terminal {
 public:
  // Nobody on it yet: what is written to slave() comes out of read_until().
  explicit Terminal(unsigned short columns);
  // Runs a program on it.
  Terminal(const std::vector<std::string>& command, const std::string& directory);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] int slave() const { return slave_; }
  void resize(unsigned short columns);
  void type(const std::string& text);
  // Everything that came out up to and with `text`, or until the time is up or the other end is closed.
  std::string read_until(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(20));

 private:
  int master_ = -1;
  int slave_ = -1;
  pid_t child_ = -1;
  std::string unread_;
};

// A directory of one test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Writes a file, and returns its path.
  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

// What a command line of sh prints, both streams, and how it ends.
struct Outcome {
  int exit_code = -1;
  std::string output;
};
[[nodiscard]] Outcome run(const std::string& command_line);

}  // namespace weir::cli
