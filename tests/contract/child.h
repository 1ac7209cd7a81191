// Other processes that use the same database: this program again, with a task instead of tests.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "engines.h"

namespace weir::contract {

// Runs when the program was started as a child; its exit code.
int run_child(const std::vector<std::string>& arguments);

// A started child; killed when it is destroyed before it ended.
class Child {
 public:
  // Tasks: "load PERIOD ROWS COUNTRY" loads a dump and exits 0; "hang PERIOD ROWS READY" appends ROWS rows, makes the
  // file READY and never goes on.
  Child(const Engine& engine, const Database& database, const std::vector<std::string>& task);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill_now();  // SIGKILL, and waits
  int wait();       // its exit code; 128 + signal when one ended it

 private:
  pid_t pid_ = -1;
};

// False when it does not appear within 30 s.
bool wait_for_file(const std::string& path);

}  // namespace weir::contract
