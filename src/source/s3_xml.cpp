#include "source/s3_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "source/http.h"
#include "source/url.h"
#include "source/xml_root.h"

namespace weir::source {
namespace {

constexpr unsigned xml_options = pugi::parse_default | pugi::parse_doctype | pugi::parse_fragment;

tl::unexpected<Error> bad_listing(const std::string& where, std::string why) {
  return fail("cannot list", where, fmt::format("the server's listing makes no sense: {}", why),
              "try again; check that --endpoint-url is an S3 server");
}

// nullopt: the name is not what its encoding allows.
std::optional<std::string> decoded_key(const pugi::xml_node& entry, bool url_encoded) {
  const std::string_view text = entry.child("Key").child_value();
  return url_encoded ? percent_decode(text, true) : std::optional(std::string(text));
}

std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Result<ListedKey> parse_entry(const pugi::xml_node& entry, bool url_encoded, const std::string& where) {
  ListedKey listed;
  const std::optional<std::string> key = decoded_key(entry, url_encoded);
  if (!key || key->empty()) return bad_listing(where, "a key has no name that could be read");
  listed.key = *key;
  const std::string_view size = entry.child("Size").child_value();
  const std::optional<std::uint64_t> bytes = parse_size(size);
  if (!bytes) return bad_listing(where, fmt::format("'{}' is the size of '{}'", size, *key));
  listed.bytes = *bytes;
  listed.etag = unquoted(entry.child("ETag").child_value());
  listed.modified_ns = parse_http_time_ns(entry.child("LastModified").child_value());
  return listed;
}

}  // namespace

Result<ListingPage> parse_listing(std::string_view xml, const std::string& where) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size(), xml_options);
  if (!parsed) return bad_listing(where, fmt::format("{} at byte {}", parsed.description(), parsed.offset));
  const pugi::xml_node root = only_element(document);
  if (!root) return bad_listing(where, "it is not one XML document");
  if (std::string_view(root.name()) != "ListBucketResult") {
    return bad_listing(where, fmt::format("it is a document <{}>", root.name()));
  }
  ListingPage page;
  const bool url_encoded = std::string_view(root.child("EncodingType").child_value()) == "url";
  for (const pugi::xml_node& entry : root.children("Contents")) {
    WEIR_TRY_ASSIGN(ListedKey listed, parse_entry(entry, url_encoded, where));
    page.keys.push_back(std::move(listed));
  }
  const std::string_view truncated = root.child("IsTruncated").child_value();
  if (truncated == "false") return page;
  if (truncated != "true") return bad_listing(where, "it does not say whether it is whole");
  page.next_token = root.child("NextContinuationToken").child_value();
  if (page.next_token.empty()) return bad_listing(where, "there is more, but it does not say how to go on");
  return page;
}

S3ErrorDocument parse_s3_error(std::string_view xml) {
  pugi::xml_document document;
  if (!parse_xml(document, xml)) return {};
  const pugi::xml_node root = only_element(document);
  if (std::string_view(root.name()) != "Error") return {};
  return {root.child("Code").child_value(), root.child("Message").child_value(), root.child("Region").child_value(),
          root.child("Endpoint").child_value()};
}

}  // namespace weir::source
