#include "child.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "helpers.h"

namespace weir::contract {
namespace {

Slot slot_of(const std::string& period) {
  return {"events", parse_period(period).value()};
}

int report(const Error& error) {
  std::fprintf(stderr, "child: %s\n", to_string(error).c_str());
  return 1;
}

int hang(Store& store, const std::vector<std::string>& task) {
  const std::vector<Event> events = some_events(std::stoul(task.at(2)), april_1, "Nowhere");
  ScanScript script;
  script.before_end = [&] {
    std::ofstream(task.at(3)) << "ready";
    for (;;) ::pause();
  };
  const auto done = load(store, slot_of(task.at(1)), events, std::move(script));
  return done ? 0 : report(done.error());
}

}  // namespace

int run_child(const std::vector<std::string>& arguments) {
  const auto database = engine_named(arguments.at(0)).attach(arguments.at(1));
  const std::vector<std::string> task(arguments.begin() + 2, arguments.end());
  StoreOptions options;
  options.wait_s = 60;
  const auto store = database->open(options);
  if (task.at(0) == "hang") return hang(*store, task);
  const auto done = load(*store, slot_of(task.at(1)), some_events(std::stoul(task.at(2)), april_1, task.at(3)));
  return done ? 0 : report(done.error());
}

Child::Child(const Engine& engine, const Database& database, const std::vector<std::string>& task) {
  std::vector<std::string> words{"contract_store", "--child", engine.name, database.location()};
  words.insert(words.end(), task.begin(), task.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (posix_spawn(&pid_, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) != 0) {
    throw std::runtime_error("cannot start a child");
  }
}

Child::~Child() {
  if (pid_ > 0) kill_now();
}

void Child::kill_now() {
  ::kill(pid_, SIGKILL);
  wait();
}

int Child::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool wait_for_file(const std::string& path) {
  for (int i = 0; i < 3000; ++i) {
    if (std::filesystem::exists(path)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace weir::contract
