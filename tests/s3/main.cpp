#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "swift_server.h"

namespace weir::s3_tests {
namespace {
SwiftServer server;
}  // namespace

const SwiftFacts& swift() {
  return server.facts();
}

namespace {

// Nothing of the machine's own AWS settings takes part.
void set_environment() {
  for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL",
                           "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE", "AWS_WEB_IDENTITY_TOKEN_FILE",
                           "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
    unsetenv(name);
  }
  setenv("no_proxy", "*", 1);
  setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
  setenv("AWS_CONFIG_FILE", "/dev/null", 1);
  setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
  setenv("AWS_ACCESS_KEY_ID", swift().access_key.c_str(), 1);
  setenv("AWS_SECRET_ACCESS_KEY", swift().secret_key.c_str(), 1);
  setenv("AWS_DEFAULT_REGION", swift().region.c_str(), 1);
}

}  // namespace
}  // namespace weir::s3_tests

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (!weir::s3_tests::server.start()) {
    std::fputs("the S3 server did not start (see above): these tests cannot run without it\n", stderr);
    return 1;
  }
  weir::s3_tests::set_environment();
  const int outcome = RUN_ALL_TESTS();
  weir::s3_tests::server.stop();
  return outcome;
}
