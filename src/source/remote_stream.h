// Reads one remote object while it downloads.
//
// The object is asked for in parts of 8 MiB. The first answer tells its version; every other request insists on it
// (If-Match), and every answer is held against it, so that bytes of two versions never meet. Where the reader has to
// wait, further connections fetch the next parts at the same time, up to one a part of the window; the reader gets all
// bytes in order, as they come. A part that breaks is taken up at the byte where it broke, after a delay, up to
// `attempts_max` times. A server that answers with the whole object, or has no strong etag, is read by one connection.
//
// Where the object is read from its first byte and its checksum is known, the end of the stream says whether it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/http.h"
#include "source/transfer_settings.h"
#include "weir/source.h"

namespace weir::source {

// One object of one server, as requests for its bytes. Thread-safe.
class RemoteObject {
 public:
  virtual ~RemoteObject() = default;
  // Asks for some bytes, once. A non-empty `etag` (with its quotes) is the version that must answer: another one gives
  // 412, or 200 in place of 206.
  virtual HttpResponse get(const ByteRange& range, const std::string& etag, BodySink& sink) = 0;
  // What the first answer, a 200 or 206, tells of the object; the server may be asked for more. An error when it tells
  // too little to trust the bytes.
  virtual Result<Object> describe(const HttpResponse& head) = 0;
  // The error for an answer that brought no bytes.
  [[nodiscard]] virtual Error explain(const HttpResponse& response) const = 0;
  // Its name for messages, without secrets.
  [[nodiscard]] virtual const std::string& name() const = 0;
};

// How much of an object is in memory at most: `parts` times `part_bytes`. Any sizes ≥ 1 give the same bytes.
struct WindowSize {
  std::size_t part_bytes = std::size_t{8} * 1024 * 1024;
  std::size_t parts = 6;
};

// Returns when the object has answered: what open() can fail of, it fails of here. `offset` > 0 needs the `etag` the
// first bytes had.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_remote(std::unique_ptr<RemoteObject> remote,
                                                              std::uint64_t offset, const std::string& etag,
                                                              const TransferSettings& settings, WindowSize size = {});

// The etag of a response, with quotes, where it stands for the very bytes; empty for weak and absent ones. Some servers
// (Swift's own interface) leave the quotes out.
[[nodiscard]] std::string strong_etag(const HttpResponse& head);

}  // namespace weir::source
