// A real PostgreSQL 15 for tests: a cluster of its own in a temporary directory, reached by a socket in there and by
// nothing else.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace weir::contract {

class PostgresServer {
 public:
  // Makes the cluster and waits until it takes connections. Runs as user postgres where the tests run as root, since
  // PostgreSQL refuses that. Throws std::runtime_error, naming Debian's package where its programs are not there.
  PostgresServer();
  // Stops it and removes its directory. A killed test's server ends with it.
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  [[nodiscard]] std::string url_of(const std::string& database) const;

 private:
  void make_cluster() const;
  void start();
  void wait_until_ready() const;
  [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }

  std::filesystem::path directory_;
  pid_t pid_ = -1;
};

}  // namespace weir::contract
