#include "swift_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace weir::s3_tests {
namespace {

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

SwiftFacts parse_facts(const nlohmann::json& json) {
  return {json.at("endpoint"),         json.at("host"),       json.at("virtual_host"), json.at("https_endpoint"),
          json.at("ca_bundle"),        json.at("access_key"), json.at("secret_key"),   json.at("other_access_key"),
          json.at("other_secret_key"), json.at("region"),     json.at("bucket"),       json.at("public_endpoint"),
          json.at("public_bucket")};
}

// Swift runs as a user of its own: the directory is below one that every user may enter.
std::string fresh_directory() {
  return (std::filesystem::temp_directory_path() / ("weir-swift-" + std::to_string(getpid()))).string();
}

}  // namespace

bool SwiftServer::start() {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (pipe2(to_child.data(), O_CLOEXEC) != 0 || pipe2(from_child.data(), O_CLOEXEC) != 0) return false;
  const std::string directory = fresh_directory();
  child_ = fork();
  if (child_ == 0) {
    dup2(to_child[0], STDIN_FILENO);
    dup2(from_child[1], STDOUT_FILENO);
    execl(START_SWIFT, START_SWIFT, "--dir", directory.c_str(), nullptr);
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  stdin_ = to_child[1];
  stdout_ = from_child[0];
  const nlohmann::json json = nlohmann::json::parse(read_line(stdout_), nullptr, false);
  if (child_ < 0 || !json.is_object()) return false;
  facts_ = parse_facts(json);
  return true;
}

void SwiftServer::stop() {
  if (child_ <= 0) return;
  close(stdin_);
  close(stdout_);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace weir::s3_tests
