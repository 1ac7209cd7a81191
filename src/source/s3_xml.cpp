#include "source/s3_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

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

// XML's own references are decoded; what else begins like one would stand for text that nobody declared. Within CDATA
// and comments nothing is a reference.
bool has_unknown_reference(std::string_view xml) {
  constexpr std::array<std::string_view, 6> known{"amp;", "lt;", "gt;", "quot;", "apos;", "#"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> opaque{
      {{"<![CDATA[", "]]>"}, {"<!--", "-->"}}};
  for (std::size_t at = xml.find_first_of("<&"); at != std::string_view::npos; at = xml.find_first_of("<&", at + 1)) {
    const std::string_view rest = xml.substr(at);
    for (const auto& [begin, end] : opaque) {
      if (rest.starts_with(begin)) at = std::min(xml.find(end, at + begin.size()), xml.size());
    }
    const bool refers = rest.front() == '&';
    if (refers && std::ranges::none_of(known, [&](auto name) { return rest.substr(1).starts_with(name); })) return true;
  }
  return false;
}

// The text of the one child of that name, empty where there is none. nullopt: there are several, or it holds more than
// text, so that what is read of it would depend on who reads.
std::optional<std::string> text_of(const pugi::xml_node& parent, const char* name) {
  const pugi::xml_node child = parent.child(name);
  if (child.next_sibling(name)) return std::nullopt;
  std::string text;
  for (const pugi::xml_node& part : child.children()) {
    if (part.type() != pugi::node_pcdata && part.type() != pugi::node_cdata) return std::nullopt;
    text += part.value();
  }
  return text;
}

std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

Result<ListedKey> parse_entry(const pugi::xml_node& entry, bool url_encoded, const std::string& where) {
  ListedKey listed;
  std::optional<std::string> key = text_of(entry, "Key");
  if (key && url_encoded) key = percent_decode(*key, true);
  if (!key || key->empty()) return bad_listing(where, "a key has no name that could be read");
  listed.key = *key;
  const std::optional<std::string> size = text_of(entry, "Size");
  const std::optional<std::uint64_t> bytes = size ? parse_size(*size) : std::nullopt;
  if (!bytes) return bad_listing(where, fmt::format("'{}' is the size of '{}'", size.value_or("…"), *key));
  listed.bytes = *bytes;
  const std::optional<std::string> etag = text_of(entry, "ETag");
  if (!etag) return bad_listing(where, fmt::format("'{}' has more than one etag", *key));
  listed.etag = unquoted(*etag);
  listed.modified_ns = parse_http_time_ns(entry.child("LastModified").child_value());
  return listed;
}

}  // namespace

Result<ListingPage> parse_listing(std::string_view xml, const std::string& where) {
  if (xml.find('\0') != std::string_view::npos) return bad_listing(where, "it holds a NUL");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size(), xml_options, pugi::encoding_utf8);
  if (!parsed) return bad_listing(where, fmt::format("{} at byte {}", parsed.description(), parsed.offset));
  const pugi::xml_node root = only_element(document);
  if (!root) return bad_listing(where, "it is not one XML document");
  if (has_unknown_reference(xml)) return bad_listing(where, "it refers to an entity");
  if (std::string_view(root.name()) != "ListBucketResult") {
    return bad_listing(where, fmt::format("it is a document <{}>", root.name()));
  }
  if (root.child("CommonPrefixes")) return bad_listing(where, "it leaves keys out, under common prefixes");
  ListingPage page;
  const bool url_encoded = text_of(root, "EncodingType") == "url";
  for (const pugi::xml_node& entry : root.children("Contents")) {
    WEIR_TRY_ASSIGN(ListedKey listed, parse_entry(entry, url_encoded, where));
    page.keys.push_back(std::move(listed));
  }
  const std::optional<std::string> truncated = text_of(root, "IsTruncated");
  if (truncated == "false") return page;
  if (truncated != "true") return bad_listing(where, "it does not say whether it is whole");
  page.next_token = text_of(root, "NextContinuationToken").value_or("");
  if (page.next_token.empty()) return bad_listing(where, "there is more, but it does not say how to go on");
  return page;
}

std::string parse_upload_id(std::string_view xml) {
  pugi::xml_document document;
  if (!parse_xml(document, xml)) return {};
  const pugi::xml_node root = only_element(document);
  if (std::string_view(root.name()) != "InitiateMultipartUploadResult") return {};
  return text_of(root, "UploadId").value_or("");
}

std::string completion_document(const std::vector<std::string>& etags) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  for (std::size_t i = 0; i < etags.size(); ++i) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text() = static_cast<unsigned>(i + 1);
    part.append_child("ETag").text() = etags[i].c_str();
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
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
