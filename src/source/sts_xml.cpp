#include "source/sts_xml.h"

#include <fmt/format.h>

#include <pugixml.hpp>

#include "source/credential_document.h"
#include "source/xml_root.h"

namespace weir::source {
namespace {

// The <`action`Result> within <`action`Response>; else what is wrong.
tl::expected<pugi::xml_node, std::string> result_of(pugi::xml_document& document, std::string_view xml,
                                                    const std::string& action) {
  if (!parse_xml(document, xml)) return tl::unexpected<std::string>("it is no whole XML");
  const pugi::xml_node root = only_element(document);
  if (!root) return tl::unexpected<std::string>("it is not one XML document");
  if (root.name() != action + "Response") return tl::unexpected(fmt::format("it is a document <{}>", root.name()));
  const pugi::xml_node result = root.child((action + "Result").c_str());
  if (!result) return tl::unexpected(fmt::format("it has no <{}Result>", action));
  return result;
}

}  // namespace

tl::expected<AwsCredentials, std::string> parse_assumed_role(std::string_view xml, const std::string& action) {
  pugi::xml_document document;
  const auto result = result_of(document, xml, action);
  if (!result) return tl::unexpected(result.error());
  const pugi::xml_node keys = result->child("Credentials");
  AwsCredentials credentials;
  credentials.role = result->child("AssumedRoleUser").child_value("Arn");
  for (const auto& [name, value] : {std::pair{"AccessKeyId", &credentials.keys.access_key_id},
                                    std::pair{"SecretAccessKey", &credentials.keys.secret_access_key},
                                    std::pair{"SessionToken", &credentials.keys.session_token}}) {
    *value = keys.child_value(name);
    if (value->empty()) return tl::unexpected(fmt::format("it has no <{}>", name));
  }
  if (!could_be_keys(credentials.keys)) return tl::unexpected<std::string>("its keys hold characters that no key has");
  const std::optional<std::int64_t> expires = parse_expiration(keys.child_value("Expiration"));
  if (!expires) return tl::unexpected<std::string>("its <Expiration> is no time");
  credentials.expires_unix_s = *expires;
  return credentials;
}

tl::expected<std::string, std::string> parse_caller_arn(std::string_view xml) {
  pugi::xml_document document;
  const auto result = result_of(document, xml, "GetCallerIdentity");
  if (!result) return tl::unexpected(result.error());
  std::string arn = result->child_value("Arn");
  if (arn.empty()) return tl::unexpected<std::string>("it has no <Arn>");
  return arn;
}

StsErrorDocument parse_sts_error(std::string_view xml) {
  pugi::xml_document document;
  if (!parse_xml(document, xml)) return {};
  const pugi::xml_node root = only_element(document);
  if (std::string_view(root.name()) != "ErrorResponse") return {};
  const pugi::xml_node error = root.child("Error");
  return {error.child_value("Code"), error.child_value("Message")};
}

}  // namespace weir::source
