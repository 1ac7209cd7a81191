// The XML that S3 answers with: pages of a listing, and errors. Nothing in it is trusted: it may come from any server.
// Pure. Format: Amazon S3 API Reference, ListObjectsV2 and "REST error responses".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/result.h"

namespace weir::source {

struct ListedKey {
  std::string key;  // raw bytes
  std::uint64_t bytes = 0;
  std::string etag;              // without quotes; empty: none told
  std::int64_t modified_ns = 0;  // Unix time, 0 unknown
};

struct ListingPage {
  std::vector<ListedKey> keys;  // in the server's order
  std::string next_token;       // empty: the last page
};

// Fails when the text is not one whole document of that kind (none, two, cut short, with a DTD, an entity or a NUL), a
// key lacks its name or size or has several, keys are left out under common prefixes (which nobody asked for), or the
// page says that there are more without saying where. `where` names the listing in the error.
[[nodiscard]] Result<ListingPage> parse_listing(std::string_view xml, const std::string& where);

// The id of an upload that was begun; empty when the text is no such document.
[[nodiscard]] std::string parse_upload_id(std::string_view xml);

// What completes an upload of parts with these etags, in their order. Format: CompleteMultipartUpload.
[[nodiscard]] std::string completion_document(const std::vector<std::string>& etags);

// All empty when the text is no error document.
struct S3ErrorDocument {
  std::string code;
  std::string message;
  std::string region;    // where the bucket is, when that is the matter
  std::string endpoint;  // the host to ask instead
};
[[nodiscard]] S3ErrorDocument parse_s3_error(std::string_view xml);

}  // namespace weir::source
