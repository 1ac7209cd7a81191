// Objects on web servers: http:// and https://.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "source/http.h"
#include "source/remote_stream.h"
#include "source/transfer_settings.h"
#include "weir/source.h"

namespace weir::source {

// Thread-safe. Addresses may hold secrets (user:password@, a signed query). They are shown without them, and found
// again by what was shown, for as long as this object lives.
class WebClient {
 public:
  explicit WebClient(const TransferSettings& transfer = {}) : transfer_(transfer), http_("", transfer.stall_limit) {}

  // The name to show for an address that a person gave. Two addresses that differ in their secrets get two names: the
  // second one ends in "#2".
  std::string name_of(const std::string& url);

  // A name that was given for an address stays as it is; everything else is an address.
  std::string name_for(const std::string& name_or_url);

  // `name`: one that name_of() gave. nullopt: 404 or 410.
  Result<std::optional<Object>> stat(const std::string& name);

  // One attempt at some of the object's bytes; see RemoteObject::get.
  HttpResponse get(const std::string& name, const ByteRange& range, const std::string& etag, BodySink& sink);

 private:
  std::string url_of(const std::string& name);

  TransferSettings transfer_;
  HttpClient http_;
  std::mutex mutex_;
  std::map<std::string, std::string> urls_;   // by name
  std::map<std::string, std::string> names_;  // by URL
};

// An object as a stream's source. The client lives as long as what was opened with it.
[[nodiscard]] std::unique_ptr<RemoteObject> web_object(std::shared_ptr<WebClient> client, std::string name);

// What to tell when a web server refuses: kind access for 401, 403 and 407, missing for 404 and 410. Pure.
[[nodiscard]] Error web_error(const std::string& name, const HttpResponse& response);

}  // namespace weir::source
