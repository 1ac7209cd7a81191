// Where this system keeps the certificate authorities that it trusts.
#pragma once

#include <string>

namespace weir::source {

// SSL_CERT_FILE where it is set; else the first file that is there of those where Linux distributions keep them, since
// a program that was built on one and runs on another (AWS Lambda's Amazon Linux) has to look; else "", which leaves it
// to libcurl. Looked for once a process. Thread-safe.
[[nodiscard]] std::string system_ca_bundle();

}  // namespace weir::source
