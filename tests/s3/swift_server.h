// A Swift server for as long as the object lives: start_swift.py at the other end of two pipes.
#pragma once

#include <sys/types.h>

#include <string>

namespace weir::s3_tests {

struct SwiftFacts {
  std::string endpoint;        // http://127.0.0.1:PORT
  std::string host;            // 127.0.0.1:PORT
  std::string virtual_host;    // s3.localhost:PORT, below which buckets are
  std::string https_endpoint;  // the same behind TLS
  std::string ca_bundle;       // a PEM file: who vouches for it
  std::string access_key;
  std::string secret_key;
  std::string other_access_key;  // of a user who may read nothing here
  std::string other_secret_key;
  std::string region;
  std::string bucket;
  std::string public_endpoint;  // where unsigned requests for public_bucket are answered
  std::string public_bucket;
};

// Not thread-safe.
class SwiftServer {
 public:
  SwiftServer() = default;
  SwiftServer(const SwiftServer&) = delete;
  SwiftServer& operator=(const SwiftServer&) = delete;
  ~SwiftServer() { stop(); }

  // Returns when it answers. False: it could not be started, and start_swift.py has said why on stderr.
  [[nodiscard]] bool start();
  void stop();
  [[nodiscard]] const SwiftFacts& facts() const { return facts_; }

 private:
  SwiftFacts facts_;
  pid_t child_ = -1;
  int stdin_ = -1;   // closing it ends the server
  int stdout_ = -1;  // one line of JSON
};

// The one of this process, started by main().
[[nodiscard]] const SwiftFacts& swift();

}  // namespace weir::s3_tests
