// What the tests of this folder share: sources that reach the test's server, and reading to the end.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "swift_server.h"
#include "weir/source.h"

namespace weir::s3_tests {

inline AccessOptions path_style() {
  AccessOptions options;
  options.endpoint_url = swift().endpoint;
  return options;
}

inline std::string uri_of(const std::string& key) {
  return "s3://" + swift().bucket + '/' + key;
}

inline Result<std::string> read_all(ByteStream& stream) {
  std::string content;
  std::array<char, 65536> buffer{};
  for (;;) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(buffer));
    if (got == 0) return content;
    content.append(buffer.data(), got);
  }
}

inline Result<std::string> read_all(Sources& sources, const std::string& uri) {
  WEIR_TRY_ASSIGN(const auto stream, sources.open(uri));
  return read_all(*stream);
}

inline std::vector<std::string> uris_of(const std::vector<Object>& objects) {
  std::vector<std::string> uris;
  uris.reserve(objects.size());
  for (const Object& object : objects) uris.push_back(object.uri);
  return uris;
}

}  // namespace weir::s3_tests
