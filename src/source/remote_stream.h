// Reads one remote object while it downloads: a thread fetches into a bounded queue, and when the connection breaks
// takes the object up again at the byte where it broke, insisting on the version it began with.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/http.h"
#include "weir/source.h"

namespace weir::source {

// One object of one server, as requests for its bytes. Used by one thread at a time.
class RemoteObject {
 public:
  virtual ~RemoteObject() = default;
  // Asks for the bytes from `offset` on. A non-empty `etag` (with its quotes) is the version that must answer: another
  // one gives 412, or 200 in place of 206.
  virtual HttpResponse get(std::uint64_t offset, const std::string& etag, BodySink& sink) = 0;
  // What a 200 or 206 tells of the object; an error when it tells too little to trust the bytes.
  virtual Result<Object> describe(const HttpResponse& head) const = 0;
  // The error for an answer that brought no bytes.
  [[nodiscard]] virtual Error explain(const HttpResponse& response) const = 0;
  // Its name for messages, without secrets.
  [[nodiscard]] virtual const std::string& name() const = 0;
};

// Returns when the object has answered: what open() can fail of, it fails of here. `offset` > 0 needs the `etag` the
// first bytes had.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_remote(std::unique_ptr<RemoteObject> remote,
                                                              std::uint64_t offset, const std::string& etag);

// The etag of a response, with quotes, where it stands for the very bytes; empty for weak and absent ones. Some servers
// (Swift's own interface) leave the quotes out.
[[nodiscard]] std::string strong_etag(const HttpResponse& head);

}  // namespace weir::source
